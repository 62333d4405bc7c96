#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/registry/registry.h"

namespace liqo::test {

using namespace std::chrono_literals;

IpAddress ip(const std::string& text);
DomainName name(const std::string& text);
TxtRecord txt(std::initializer_list<std::pair<std::string, std::string>> items);

/// A sighting for a story: by default of "milan"'s auth endpoint on eth0 over IPv4.
struct Peer {
  ClusterId id = "milan-id";
  Service service = Service::kAuth;
  Family family = Family::kIpv4;
  std::uint32_t interface = 2;
  Source source = Source::kLan;
  std::string instance{};  ///< the id where it is empty
  std::string host = "node1.local";
  std::uint16_t port = 30740;
  std::uint16_t priority = 0;
  std::vector<std::string> addresses = {"10.0.0.1"};
  TxtRecord txt{};
  std::string domain = "local";
  std::string record{};
  std::uint16_t weight = 0;
  std::optional<std::uint32_t> ttl{};
  std::optional<Dnssec> dnssec{};
  bool unnamed = false;

  [[nodiscard]] SightingKey key() const;
  [[nodiscard]] Sighting sighting() const;
};

/// "milan"'s auth endpoint as example.com tells it, with a TTL of a minute.
Peer dns_peer(TxtRecord txt = TxtRecord());
/// TXT `until=<unix time>`.
TxtRecord until(WallTime end);
/// As the state file has it, last seen at `seen`.
SightingEntry kept_entry(const Peer& peer, WallTime seen);

/// A registry in a world with a fake clock. Time goes as in the agent: every deadline on the way is
/// advanced to and flushed, and so is every call. What consumers are told is written down as
/// "added milan-id discovered", what is asked as "auth milan-id 2 ipv4".
class World {
 public:
  explicit World(RegistryOptions options = {});

  /// Lets time pass until `when` after the start.
  void at(Duration when);
  /// The host sleeps until then: time passes, and nothing is done.
  void sleep_until(Duration when);
  /// The wall clock is set.
  void set_clock(WallTime time);
  void see(const Peer& peer, EvidenceMethod method = EvidenceMethod::kMdns);
  void lose(const Peer& peer, Gone reason = Gone::kWithdrawnOrExpired);
  /// `peer` is all that a listing of its domain and service named.
  void list(const Peer& peer);
  void restore(const Cluster& cluster);
  void prove(const Peer& peer, EvidenceMethod method = EvidenceMethod::kQuery);
  /// Its auth endpoint said that it is `id`, under the certificate "sha256:<certificate>".
  void answer(const Peer& peer, const ClusterId& id, const std::string& certificate,
              const std::string& name = "");
  Result<bool> trust(const ClusterId& id, const std::optional<std::string>& fingerprint = {});
  void lose_source(Source source = Source::kLan);
  void sync_source(Source source = Source::kLan);
  void report(const ClusterId& id);
  void link_changed(std::uint32_t interface);
  void resumed();

  /// What was told, or asked, since the last call.
  std::vector<std::string> events();
  std::vector<std::string> checks();

  /// Null where it is not known.
  [[nodiscard]] std::shared_ptr<const Cluster> cluster(const ClusterId& id = "milan-id") const;
  [[nodiscard]] Now now() const { return now_; }
  Registry& registry() { return registry_; }
  /// As the agent's loop does at the end of a turn.
  void flush();

  std::vector<CheckRequest> requests;  ///< all that were asked

 private:
  void move_to(BootTime time);

  Now now_;
  Now start_;
  Registry registry_;
  std::vector<std::string> events_;
  std::vector<std::string> checks_;
  Registry::Token token_;
};

/// dns_peer() was seen at the start.
struct DnsWorld : World {
  DnsWorld();
  Peer peer = dns_peer();
};

/// "10.0.0.1 fe80::1%eth0"
std::string addresses_of(const std::shared_ptr<const Cluster>& cluster,
                         Service service = Service::kAuth);

using Lines = std::vector<std::string>;

}  // namespace liqo::test
