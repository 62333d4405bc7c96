#include "agent/dns_look.h"

#include <algorithm>
#include <utility>

namespace liqo {

DnsLook::DnsLook(loop::Loop& loop, dns::SourceOptions options, LocalNetwork network,
                 const Create& create, Done done)
    : registry_(RegistryOptions()), done_(std::move(done)), flush_(loop) {
  registry_.set_local_network(std::move(network), read_clocks());
  look_ = create(loop, std::move(options), *this, [this](const std::string& error) {
    error_ = error;
    soon();
  });
}

DnsLook::~DnsLook() = default;

void DnsLook::seen(Sighting sighting, EvidenceMethod method) {
  registry_.seen(std::move(sighting), method, read_clocks());
  soon();
}

void DnsLook::unseen(const SightingKey& key, Gone reason) {
  registry_.unseen(key, reason, read_clocks());
  soon();
}

void DnsLook::source_lost(Source source) { registry_.source_lost(source, read_clocks()); }

void DnsLook::source_synced(Source source) { registry_.source_synced(source, read_clocks()); }

void DnsLook::domain_listed(Source source, const DomainName& domain, Service service) {
  registry_.domain_listed(source, domain, service);
  soon();
}

void DnsLook::soon() {
  if (!flush_.armed()) flush_.arm(Duration::zero(), [this] { flush(); });
}

/// A batch a turn; what was seen is complete when the look is over and nothing is left to be told.
void DnsLook::flush() {
  registry_.flush();
  const Now now = read_clocks();
  const auto due = registry_.next_deadline();
  if (due && *due <= now.boot) {
    registry_.advance(now);
    return soon();
  }
  if (!error_ || !done_) return;
  look_.reset();
  std::exchange(done_, {})(*error_);
}

dns::SourceOptions look_options(const dns::SourceOptions& configured, const DomainName& domain) {
  dns::SourceOptions options = configured;
  options.enumerate = false;
  std::erase_if(options.domains,
                [&domain](const dns::DomainOptions& each) { return each.name != domain; });
  if (options.domains.empty()) options.domains.emplace_back().name = domain;
  return options;
}

}  // namespace liqo
