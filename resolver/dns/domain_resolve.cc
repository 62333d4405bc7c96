#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

#include "resolver/dns/domain.h"

namespace liqo::dns {
namespace {

bool tried(const Instance& instance) {
  return instance.srv->tried && instance.txt->tried &&
         std::all_of(instance.targets.begin(), instance.targets.end(),
                     [](const Target& target) { return target.a->tried && target.aaaa->tried; });
}

void append_addresses(const KeptSet& set, std::vector<IpAddress>& out) {
  for (const std::string_view rdata : set.rdata) {
    if (out.size() == Sighting::kMaxAddresses) return;
    const auto address = IpAddress::from_octets(as_octets(rdata));
    if (address) out.push_back(*address);
  }
}

/// When the first of its records expires. That it has none of a type ends with no harm.
BootTime expiry_of(const Instance& instance, const Target& target) {
  BootTime expires = instance.srv->expires;
  for (const KeptSet* set : {instance.txt, target.a, target.aaaa}) {
    if (set->value == KeptSet::Value::kRecords) expires = std::min(expires, set->expires);
  }
  return expires;
}

/// Differs once any of its record sets was answered anew.
std::size_t times_of(const Instance& instance, const Target& target) {
  std::size_t digest = 0;
  for (const KeptSet* set : {instance.srv, instance.txt, target.a, target.aaaa}) {
    digest = digest * 31 + static_cast<std::size_t>(set->expires.time_since_epoch().count());
  }
  return digest;
}

/// Whether answers gave it time that is worth telling; in doubt, any.
bool gained(const Told& told, const Instance& instance, const Target& target) {
  if (instance.doubted) return told.times != times_of(instance, target);
  return expiry_of(instance, target) > told.expires + std::min(told.ttl / 20, Told::kMaxGain);
}

}  // namespace

void Domain::look_at(Instance& instance) {
  set_targets(instance);
  if (!tried(instance)) return;
  if (instance.srv->known()) tell(instance);
  if (!std::exchange(instance.complete, true)) --incomplete_;
}

/// How many looks the one was worth: each target is told with the instance's TXT.
std::size_t Domain::looks_of(const Instance& instance) {
  std::size_t octets = 0;
  for (const Target& target : instance.targets) {
    octets += instance.txt->rdata.octets() + target.a->rdata.octets() + target.aaaa->rdata.octets();
  }
  return 1 + octets / kOctetsPerLook;
}

void Domain::set_targets(Instance& instance) {
  if (!instance.srv->known()) return;
  const std::vector<SrvData> wanted = offers(instance.srv->rdata);
  const bool same =
      std::equal(wanted.begin(), wanted.end(), instance.targets.begin(), instance.targets.end(),
                 [](const SrvData& srv, const Target& target) { return srv == target.srv; });
  if (same) return;
  std::vector<Target> targets;
  targets.reserve(wanted.size());
  for (const SrvData& srv : wanted) {
    targets.push_back({srv, use(srv.target, RecordType::kA, instance),
                       use(srv.target, RecordType::kAaaa, instance)});
  }
  // After the new ones are in use: what both need stays.
  release_targets(instance);
  instance.targets = std::move(targets);
}

void Domain::release_targets(Instance& instance) {
  for (const Target& target : std::exchange(instance.targets, {})) {
    disuse(target.a, instance);
    disuse(target.aaaa, instance);
  }
}

KeptSet* Domain::use(const DomainName& name, RecordType type, Instance& instance) {
  KeptSet& set = keeper_.keep(name, type);
  set.users.add(instance);
  return &set;
}

void Domain::disuse(KeptSet* set, Instance& instance) {
  set->users.remove(instance);
  if (set->users.empty()) keeper_.release(*set);
}

/// In the layout of Liqo 0.1, told by its "namespace", SRV leads to the API server.
Service Domain::service_of(const Instance& instance) const {
  const Listing& listing = listings_[instance.listing];
  if (!listing.legacy || instance.txt->rdata.empty()) return listing.service;
  const auto txt = TxtRecord::from_rdata(as_octets(instance.txt->rdata.front()));
  return txt && txt->get("namespace") ? Service::kApi : Service::kAuth;
}

std::optional<Dnssec> Domain::dnssec_of(const Instance& instance, const Target& target) const {
  std::optional<Dnssec> dnssec;
  for (const KeptSet* set :
       {listings_[instance.listing].ptr, instance.srv, instance.txt, target.a, target.aaaa}) {
    if (set->known()) dnssec = std::max(dnssec, set->dnssec);
  }
  return dnssec;
}

/// Of all that is told of a target, but the time.
std::size_t Domain::digest_of(const Instance& instance, const Target& target) const {
  const std::optional<Dnssec> dnssec = dnssec_of(instance, target);
  std::size_t digest = dnssec ? 1 + static_cast<std::size_t>(*dnssec) : 0;
  const auto mix = [&digest](std::string_view octets) {
    digest = digest * 31 + std::hash<std::string_view>()(octets);
  };
  mix(to_rdata(target.srv));
  for (const KeptSet* set : {instance.txt, target.a, target.aaaa}) {
    for (const std::string_view rdata : set->rdata) mix(rdata);
    mix({});
  }
  return digest;
}

/// Whether telling would say nothing new. Spares most answers the making of what they would tell.
bool Domain::is_told(const Instance& instance) const {
  return std::equal(instance.targets.begin(), instance.targets.end(), instance.told.begin(),
                    instance.told.end(), [&](const Target& target, const Told& told) {
                      return target.tellable() && !gained(told, instance, target) &&
                             told.digest == digest_of(instance, target);
                    });
}

void Domain::tell(Instance& instance) {
  if (is_told(instance)) return;
  std::vector<Told> told;
  for (const Target& target : instance.targets) tell_target(instance, target, told);
  const Gone reason = instance.srv->denied() ? Gone::kNxdomain : Gone::kWithdrawnOrExpired;
  for (const Told& before : std::exchange(instance.told, std::move(told))) {
    const bool stays = std::any_of(instance.told.begin(), instance.told.end(),
                                   [&](const Told& now) { return now.same_sighting(before); });
    if (!stays) sink_.unseen(key_of(instance, before), reason);
  }
  instance.doubted = false;
}

/// To a listing that names it still. It is told by that before it is told as gone by the other.
void Domain::hand_over(Instance& instance, Gone reason) {
  const std::vector<SightingKey> before = keys_of(instance);
  instance.listing = static_cast<std::uint32_t>(std::countr_zero(instance.named));
  instance.told.clear();
  make_dirty(instance);
  if (before.empty()) return;
  const bool doubted = instance.doubted;
  tell(instance);
  instance.doubted = doubted;  // no record of its own was answered anew
  const std::vector<SightingKey> now = keys_of(instance);
  for (const SightingKey& key : before) {
    const bool stays = std::find(now.begin(), now.end(), key) != now.end();
    if (!stays) sink_.unseen(key, reason);
  }
}

/// Tells it unless that says nothing: what has changed is at most its time, and that is over, or no
/// answer gave it more.
void Domain::tell_target(Instance& instance, const Target& target, std::vector<Told>& told) {
  Told now{.host = target.srv.target, .port = target.srv.port, .service = service_of(instance)};
  const auto before = std::find_if(instance.told.begin(), instance.told.end(),
                                   [&](const Told& each) { return each.same_sighting(now); });
  const bool known = before != instance.told.end();
  // Its addresses were never had: there is nothing to be told, or what was told is all there is.
  if (!target.tellable()) {
    if (known) told.push_back(*before);
    return;
  }
  now.digest = digest_of(instance, target);
  now.times = times_of(instance, target);
  now.expires = expiry_of(instance, target);
  now.ttl = std::max(now.expires - clock_().boot, Duration::zero());
  const bool same = known && before->digest == now.digest;
  if (same && (now.ttl == Duration::zero() || !gained(*before, instance, target))) {
    told.push_back(*before);
    return;
  }
  sink_.seen(compose(instance, target, now), EvidenceMethod::kDns);
  told.push_back(std::move(now));
}

std::vector<SightingKey> Domain::keys_of(const Instance& instance) const {
  std::vector<SightingKey> keys;
  for (const Told& told : instance.told) keys.push_back(key_of(instance, told));
  return keys;
}

SightingKey Domain::key_of(const Instance& instance, const Told& told) const {
  SightingKey key;
  key.source = Source::kDns;
  key.service = told.service;
  key.domain = options_.name;
  key.instance = instance.name.first_label();
  const Listing& listing = listings_[instance.listing];
  if (listing.legacy || instance.name.parent() != listing.ptr->name()) {
    key.record = instance.name.to_string() + ' ';
  }
  key.record += told.host.to_string() + ':' + std::to_string(told.port);
  return key;
}

Sighting Domain::compose(const Instance& instance, const Target& target, const Told& told) const {
  Sighting sighting;
  sighting.key = key_of(instance, told);
  sighting.ttl =
      static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(told.ttl).count());
  sighting.target_host = target.srv.target;
  sighting.port = target.srv.port;
  sighting.priority = target.srv.priority;
  sighting.weight = target.srv.weight;
  append_addresses(*target.a, sighting.addresses);
  append_addresses(*target.aaaa, sighting.addresses);
  if (!instance.txt->rdata.empty()) {
    auto txt = TxtRecord::from_rdata(as_octets(instance.txt->rdata.front()));
    if (txt) sighting.txt = std::move(*txt);
  }
  sighting.unnamed = listings_[instance.listing].legacy && !sighting.txt.get("id");
  sighting.dnssec = dnssec_of(instance, target);
  return sighting;
}

std::vector<SightingKey> Domain::told() const {
  std::vector<SightingKey> keys;
  for (const auto& [name, instance] : instances_) {
    for (const Told& told : instance.told) keys.push_back(key_of(instance, told));
  }
  return keys;
}

void Domain::untell(Instance& instance, Gone reason) {
  for (const Told& told : std::exchange(instance.told, {})) {
    sink_.unseen(key_of(instance, told), reason);
  }
}

}  // namespace liqo::dns
