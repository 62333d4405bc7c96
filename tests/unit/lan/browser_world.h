#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "resolver/lan/browser.h"

namespace liqo::lan::test {

using namespace std::chrono_literals;

/// What the sink was told, in words: "seen auth c1 eth0/ipv4 node1.local:443 10.0.0.1 id=c1",
/// "unseen auth c1 eth0/ipv4 link-down", "lost", "synced".
class FakeSink final : public SightingSink {
 public:
  void seen(Sighting sighting, EvidenceMethod method) override;
  void unseen(const SightingKey& key, Gone reason) override;
  void source_lost(liqo::Source) override { events.emplace_back("lost"); }
  void source_synced(liqo::Source) override { events.emplace_back("synced"); }
  void domain_listed(liqo::Source, const DomainName&, Service) override {}

  std::vector<std::string> take() { return std::exchange(events, {}); }
  std::vector<EvidenceMethod> take_methods() { return std::exchange(methods, {}); }
  std::vector<std::string> events;
  std::vector<EvidenceMethod> methods;  ///< of each that was seen
  std::vector<Sighting> sightings;      ///< the last ones, as values
};

DomainName name(const std::string& text);
/// Rdata.
std::string srv(const std::string& target, std::uint16_t port);
std::string txt(const std::string& item);
std::string address(const std::string& text);

struct Told {
  DomainName name;
  RecordType type = RecordType::kPtr;
  std::string rdata;
  Place place{2, Family::kIpv4};
  friend bool operator==(const Told&, const Told&) = default;
};

/// A browser on a fake clock, and a helper that holds records as Avahi's cache does: a new watch is
/// told what is there, then that this is all, and after a second that nothing more is expected.
/// Links: 2 "eth0", 3 "eth1", 4 "veth0", which is not allowed.
class World {
 public:
  explicit World(Browser::Options options = {});

  void start() {
    browser.backend_running(now);
    settle();
  }
  void add(const Told& told);
  void remove(const Told& told);
  /// PTR, SRV, TXT and A of an instance of the auth service.
  void publish(const std::string& label, const std::string& host = "node1.local",
               const std::string& ip = "10.0.0.1", Place place = {2, Family::kIpv4});
  void withdraw(const std::string& label, Place place = {2, Family::kIpv4});
  /// Takes time to pass, and everything that is due in it to happen.
  void pass(Duration time);
  /// Delivers what the helper has to say, and flushes.
  void settle();
  /// The helper is another one: no watch is alive.
  void forget_watches();
  void links(const std::function<void(link::LinkTable&)>& change);

  [[nodiscard]] bool is_watched(const std::string& owner, RecordType type) const;
  [[nodiscard]] std::size_t live_watches() const { return watches.size(); }

  BootTime now = BootTime(1000s);
  FakeSink sink;
  link::LinkTable table;
  Interfaces interfaces;
  std::map<std::uint32_t, Watch> watches;
  std::size_t watches_made = 0;
  std::size_t most_watches = 0;
  bool auto_exhausted = true;  ///< tell that the cache is exhausted, and all for now
  Browser browser;

  /// As the helper would send it.
  void report(std::uint32_t watch, const Told& told, bool present);
  void tell_watch(std::uint32_t watch, WatchEvent event);
  std::uint32_t watch_of(const std::string& owner, RecordType type) const;

 private:
  void on_send(const ToHelper& message);
  void deliver();

  std::multimap<std::pair<std::string, RecordType>, Told> cache_;
  std::multimap<std::pair<std::string, RecordType>, std::uint32_t> by_name_;
  std::deque<FromHelper> outbox_;
  std::multimap<BootTime, std::uint32_t> all_for_now_;
};

}  // namespace liqo::lan::test
