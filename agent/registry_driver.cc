#include "agent/registry_driver.h"

#include <utility>

namespace liqo {

RegistryDriver::RegistryDriver(loop::Loop& loop, Registry& registry)
    : registry_(registry), flush_(loop), deadline_(loop) {
  prober_ = lan::Prober::create(loop, [this](const SightingKey& key, EvidenceMethod method) {
    registry_.evidence(key, method, read_clocks());
    touched();
  });
  registry_.set_check_handler([this](const CheckRequest& request) { check(request); });
}

void RegistryDriver::check(const CheckRequest& request) {
  switch (request.sighting.key.source) {
    case Source::kLan:
      return prober_->probe(request.sighting);
    case Source::kDns:
      return check_dns_(request.sighting.key);
    case Source::kManual:
      return check_manual_(request.cluster);
  }
}

void RegistryDriver::seen(Sighting sighting, EvidenceMethod method) {
  registry_.seen(std::move(sighting), method, read_clocks());
  touched();
}

void RegistryDriver::unseen(const SightingKey& key, Gone reason) {
  prober_->cancel(key);
  registry_.unseen(key, reason, read_clocks());
  touched();
}

void RegistryDriver::source_lost(Source source) {
  registry_.source_lost(source, read_clocks());
  touched();
  source_changed_();
}

void RegistryDriver::source_synced(Source source) {
  registry_.source_synced(source, read_clocks());
  touched();
  source_changed_();
}

void RegistryDriver::domain_listed(Source source, const DomainName& domain, Service service) {
  registry_.domain_listed(source, domain, service);
  touched();
}

void RegistryDriver::resumed() {
  prober_->resumed();
  registry_.resumed(read_clocks());
  touched();
}

void RegistryDriver::touched() {
  if (!flush_.armed()) flush_.arm(Duration::zero(), [this] { flush(); });
}

void RegistryDriver::flush_all() {
  std::size_t before = 0;
  do {
    before = registry_.clusters().size();
    registry_.flush();
  } while (registry_.clusters().size() > before);
}

void RegistryDriver::flush() {
  registry_.flush();
  flushed_();
  deadline_.arm_at(registry_.next_deadline(), [this] {
    look_for_resume_();
    registry_.advance(read_clocks());
    touched();
  });
}

}  // namespace liqo
