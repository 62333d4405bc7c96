#include "tests/unit/registry/world.h"

#include "tests/support/catch.h"

namespace liqo::test {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().detail);
  return *std::move(result);
}

// 2026-11-23T09:00:00Z, and a host that has been up for a day.
constexpr Now kStart{BootTime(24h), WallTime(std::chrono::seconds(1'795'424'400))};

}  // namespace

IpAddress ip(const std::string& text) {
  const auto zone = text.find('%');
  const IpAddress plain = must(IpAddress::parse(text.substr(0, zone)));
  if (zone == std::string::npos) return plain;
  const std::string interface = text.substr(zone + 1);
  return plain.with_zone(static_cast<std::uint32_t>(interface.back() - '0') + 2, interface);
}

DomainName name(const std::string& text) { return must(DomainName::parse(text)); }

TxtRecord txt(std::initializer_list<std::pair<std::string, std::string>> items) {
  TxtRecord record;
  for (const auto& [key, value] : items) record.add(key, value);
  return record;
}

SightingKey Peer::key() const {
  return {.source = source,
          .service = service,
          .family = family,
          .interface = interface,
          .domain = name(domain),
          .instance = instance.empty() ? id : instance,
          .record = record};
}

Sighting Peer::sighting() const {
  Sighting sighting;
  sighting.key = key();
  if (interface != 0) sighting.interface_name = "eth" + std::to_string(interface - 2);
  sighting.target_host = name(host);
  sighting.port = port;
  sighting.priority = priority;
  sighting.weight = weight;
  sighting.ttl = ttl;
  sighting.dnssec = dnssec;
  sighting.unnamed = unnamed;
  for (const auto& address : addresses) sighting.addresses.push_back(ip(address));
  sighting.txt = txt;
  return sighting;
}

Peer dns_peer(TxtRecord txt) {
  Peer peer;
  peer.txt = std::move(txt);
  peer.interface = 0;
  peer.source = Source::kDns;
  peer.host = "auth.example.com";
  peer.port = 443;
  peer.addresses = {"203.0.113.7"};
  peer.domain = "example.com";
  peer.record = "milan-id auth.example.com 443";
  peer.ttl = 60;
  return peer;
}

TxtRecord until(WallTime end) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(end.time_since_epoch());
  return txt({{"until", std::to_string(seconds.count())}});
}

SightingEntry kept_entry(const Peer& peer, WallTime seen) {
  SightingEntry entry;
  entry.sighting = std::make_shared<const Sighting>(peer.sighting());
  entry.evidence = {peer.source == Source::kDns ? EvidenceMethod::kDns : EvidenceMethod::kMdns,
                    seen};
  return entry;
}

World::World(RegistryOptions options)
    : now_(kStart), start_(kStart), registry_(std::move(options)) {
  token_ = registry_.subscribe([this](const Change& change) {
    events_.push_back(std::string(to_string(change.event)) + " " + change.cluster->id + " " +
                      std::string(to_string(change.reason)));
  });
  registry_.set_check_handler([this](const CheckRequest& request) {
    const SightingKey& key = request.sighting.key;
    requests.push_back(request);
    checks_.push_back(std::string(endpoint_name(key.service)) + " " + label_to_text(key.instance) +
                      " " + std::to_string(key.interface) + " " +
                      std::string(to_string(key.family)));
  });
}

void World::flush() {
  registry_.flush();
  while (registry_.next_deadline() && *registry_.next_deadline() <= now_.boot) {
    registry_.advance(now_);
    registry_.flush();
  }
}

void World::at(Duration when) {
  const BootTime target = start_.boot + when;
  REQUIRE(target >= now_.boot);
  while (registry_.next_deadline() && *registry_.next_deadline() <= target) {
    move_to(std::max(*registry_.next_deadline(), now_.boot));
    registry_.advance(now_);
    registry_.flush();
  }
  move_to(target);
}

void World::sleep_until(Duration when) { move_to(start_.boot + when); }

void World::move_to(BootTime time) { now_ = Now{time, now_.wall + (time - now_.boot)}; }

void World::set_clock(WallTime time) { now_.wall = time; }

void World::see(const Peer& peer, EvidenceMethod method) {
  registry_.seen(peer.sighting(), method, now_);
  flush();
}
void World::lose(const Peer& peer, Gone reason) {
  registry_.unseen(peer.key(), reason, now_);
  flush();
}
void World::list(const Peer& peer) {
  registry_.seen(peer.sighting(), EvidenceMethod::kDns, now_);
  registry_.domain_listed(peer.source, name(peer.domain), peer.service);
  flush();
}
void World::restore(const Cluster& cluster) {
  registry_.restore(cluster, now_);
  flush();
}
void World::prove(const Peer& peer, EvidenceMethod method) {
  registry_.evidence(peer.key(), method, now_);
  flush();
}
void World::answer(const Peer& peer, const ClusterId& id, const std::string& certificate,
                   const std::string& name) {
  IdsAnswer answer;
  answer.id = id;
  answer.name = name;
  answer.fingerprint = "sha256:" + certificate;
  registry_.identified(peer.sighting(), std::move(answer), now_);
  flush();
}

Result<bool> World::trust(const ClusterId& id, const std::optional<std::string>& fingerprint) {
  auto accepted = registry_.trust(id, fingerprint, now_);
  flush();
  return accepted;
}

void World::lose_source(Source source) {
  registry_.source_lost(source, now_);
  flush();
}
void World::sync_source(Source source) {
  registry_.source_synced(source, now_);
  flush();
}
void World::report(const ClusterId& id) {
  registry_.suspect_cluster(id, now_);
  flush();
}
void World::link_changed(std::uint32_t interface) {
  registry_.suspect_interface(interface, now_);
  flush();
}

void World::resumed() {
  registry_.resumed(now_);
  flush();
}

std::vector<std::string> World::events() { return std::exchange(events_, {}); }
std::vector<std::string> World::checks() { return std::exchange(checks_, {}); }

std::shared_ptr<const Cluster> World::cluster(const ClusterId& id) const {
  const auto found = registry_.clusters().find(id);
  return found == registry_.clusters().end() ? nullptr : found->second;
}

DnsWorld::DnsWorld() {
  see(peer, EvidenceMethod::kDns);
  events();
}

std::string addresses_of(const std::shared_ptr<const Cluster>& cluster, Service service) {
  if (!cluster || !cluster->endpoints[index_of(service)]) return "none";
  std::string text;
  for (const auto& address : cluster->endpoints[index_of(service)]->addresses) {
    text += (text.empty() ? "" : " ") + address.to_string();
  }
  return text;
}

}  // namespace liqo::test
