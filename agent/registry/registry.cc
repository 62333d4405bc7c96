#include "agent/registry/registry.h"

#include <utility>

#include "agent/registry/impl.h"

namespace liqo {

Registry::Impl::Impl(RegistryOptions options)
    : options_(std::move(options)), pacer_(options_.check_burst, options_.check_interval) {}

void Registry::Impl::touch(Record& record) {
  if (!record.dirty) dirty_.push_back(&record);
  record.dirty = true;
}

void Registry::Impl::touch_all() {
  for (auto& [id, record] : records_) touch(record);
}

void Registry::Impl::set_local_network(LocalNetwork network) {
  if (network == network_) return;
  network_ = std::move(network);
  touch_all();
}

void Registry::Impl::set_own_id(ClusterId id) {
  if (id == options_.own_id) return;
  const ClusterId before = std::exchange(options_.own_id, std::move(id));
  for (const ClusterId& changed : {before, options_.own_id}) {
    if (Record* namesake = names_.holder(changed)) touch(*namesake);
    const auto known = records_.find(changed);
    if (known == records_.end()) continue;
    known->second.last_gone = Gone::kRemoved;
    touch(known->second);
  }
}

void Registry::Impl::set_preference(Source prefer) {
  if (std::exchange(options_.prefer, prefer) != prefer) touch_all();
}

Registry::Token Registry::Impl::subscribe(ChangeHandler handler) {
  auto subscribed = std::make_shared<ChangeHandler>(std::move(handler));
  handlers_.push_back(subscribed);
  return subscribed;
}

Registry::Counters Registry::Impl::counters() const {
  Counters counters = counters_;
  counters.clusters = view_.size();
  return counters;
}

Registry::Registry(RegistryOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Registry::~Registry() = default;

void Registry::seen(Sighting sighting, EvidenceMethod method, Now now) {
  impl_->seen(std::move(sighting), method, now);
}
void Registry::unseen(const SightingKey& key, Gone reason, Now now) {
  impl_->unseen(key, reason, now);
}
void Registry::evidence(const SightingKey& key, EvidenceMethod method, Now now) {
  impl_->evidence(key, method, now);
}
void Registry::source_lost(Source source, Now now) { impl_->source_lost(source, now); }
void Registry::source_synced(Source source, Now now) { impl_->source_synced(source, now); }
void Registry::domain_listed(Source source, const DomainName& domain, Service service) {
  impl_->domain_listed(source, domain, service);
}
void Registry::restore(const Cluster& cluster, Now now) { impl_->restore(cluster, now); }

std::optional<Identity> Registry::identified(const Sighting& asked, IdsAnswer answer, Now now) {
  return impl_->identified(asked, std::move(answer), now);
}
Result<bool> Registry::trust(const ClusterId& id, const std::optional<std::string>& fingerprint,
                             Now now) {
  return impl_->trust(id, fingerprint, now);
}
void Registry::restore_certificates(CertificateBook certificates) {
  impl_->restore_certificates(std::move(certificates));
}
const CertificateBook& Registry::certificates() const { return impl_->certificates(); }
std::uint64_t Registry::certificates_generation() const { return impl_->certificates_generation(); }

void Registry::suspect_cluster(const ClusterId& id, Now now) { impl_->suspect_cluster(id, now); }
void Registry::suspect_interface(std::uint32_t interface, Now now) {
  impl_->suspect_interface(interface, now);
}

void Registry::resumed(Now now) { impl_->resumed(now); }

void Registry::set_local_network(LocalNetwork network, Now /*now*/) {
  impl_->set_local_network(std::move(network));
}
void Registry::set_own_id(ClusterId id, Now /*now*/) { impl_->set_own_id(std::move(id)); }
void Registry::set_preference(Source prefer) { impl_->set_preference(prefer); }
void Registry::drop_source(Source source, Gone reason, Now /*now*/) {
  impl_->drop_source(source, reason);
}

void Registry::limit_interfaces(const std::function<bool(const std::string& name)>& allowed,
                                Now /*now*/) {
  impl_->limit_interfaces(allowed);
}

std::optional<BootTime> Registry::next_deadline() const { return impl_->next_deadline(); }
void Registry::advance(Now now) { impl_->advance(now); }
void Registry::flush() { impl_->flush(); }

Registry::Token Registry::subscribe(ChangeHandler handler) {
  return impl_->subscribe(std::move(handler));
}
void Registry::set_check_handler(CheckHandler handler) {
  impl_->set_check_handler(std::move(handler));
}

const Registry::View& Registry::clusters() const { return impl_->view(); }
Clusters Registry::snapshot() const {
  Clusters clusters;
  clusters.reserve(impl_->view().size());
  for (const auto& [id, cluster] : impl_->view()) clusters.push_back(cluster);
  return clusters;
}
Result<std::shared_ptr<const Cluster>> Registry::find(std::string_view reference) const {
  return impl_->find(reference);
}
Registry::Counters Registry::counters() const { return impl_->counters(); }

}  // namespace liqo
