#include "tests/unit/lan/browser_world.h"

#include <algorithm>
#include <utility>

#include "tests/support/catch.h"

namespace liqo::lan::test {
namespace {

std::pair<std::string, RecordType> key_of(const DomainName& owner, RecordType type) {
  return {fold_case(owner.wire()), type};
}

std::string describe(const SightingKey& key) {
  const std::string interface = key.interface < 3 ? "eth0" : key.interface == 3 ? "eth1" : "other";
  return std::string(endpoint_name(key.service)) + " " + label_to_text(key.instance) + " " +
         interface + "/" + std::string(to_string(key.family));
}

}  // namespace

void FakeSink::seen(Sighting sighting, EvidenceMethod method) {
  methods.push_back(method);
  CHECK(sighting.key.domain == name("local"));
  std::string text = "seen " + describe(sighting.key) + " " + sighting.target_host.to_string() +
                     ":" + std::to_string(sighting.port);
  for (const IpAddress& each : sighting.addresses) text += " " + each.to_string();
  for (const TxtRecord::Item& item : sighting.txt.items()) {
    text += " " + item.key + (item.value ? "=" + *item.value : "");
  }
  events.push_back(text);
  sightings.push_back(std::move(sighting));
}

void FakeSink::unseen(const SightingKey& key, Gone reason) {
  events.push_back("unseen " + describe(key) + " " + std::string(to_string(reason)));
}

DomainName name(const std::string& text) {
  auto parsed = DomainName::parse(text);
  REQUIRE(parsed);
  return *parsed;
}

std::string srv(const std::string& target, std::uint16_t port) {
  return to_rdata(SrvData{.priority = 0, .weight = 0, .port = port, .target = name(target)});
}

std::string txt(const std::string& item) {
  return std::string(1, static_cast<char>(item.size())) + item;
}

std::string address(const std::string& text) {
  const auto parsed = IpAddress::parse(text);
  REQUIRE(parsed);
  return std::string(as_text(parsed->octets()));
}

World::World(Browser::Options options)
    : interfaces([](const std::string& link) { return !link.starts_with("veth"); }),
      browser(options, interfaces, sink, [this](const ToHelper& message) { on_send(message); }) {
  const char* names[] = {"eth0", "eth1", "veth0"};
  for (std::uint32_t index = 2; index <= 4; ++index) {
    link::Link link;
    link.index = index;
    link.name = names[index - 2];
    link.up = link.multicast = true;
    table[index] = link;
  }
  interfaces.update(table);
}

void World::links(const std::function<void(link::LinkTable&)>& change) {
  change(table);
  browser.links_changed(interfaces.update(table), now);
  settle();
}

void World::forget_watches() {
  watches.clear();
  by_name_.clear();
  outbox_.clear();
  all_for_now_.clear();
}

void World::add(const Told& told) {
  cache_.emplace(key_of(told.name, told.type), told);
  const auto [begin, end] = by_name_.equal_range(key_of(told.name, told.type));
  for (auto it = begin; it != end; ++it) report(it->second, told, true);
}

void World::remove(const Told& told) {
  const auto [first, last] = cache_.equal_range(key_of(told.name, told.type));
  const auto found =
      std::find_if(first, last, [&](const auto& entry) { return entry.second == told; });
  REQUIRE(found != last);
  cache_.erase(found);
  const auto [begin, end] = by_name_.equal_range(key_of(told.name, told.type));
  for (auto it = begin; it != end; ++it) report(it->second, told, false);
}

void World::publish(const std::string& label, const std::string& host, const std::string& ip,
                    Place place) {
  const DomainName instance = name(label + "._liqo_auth._tcp.local");
  const auto parsed = IpAddress::parse(ip);
  add({name("_liqo_auth._tcp.local"), RecordType::kPtr, std::string(instance.wire()), place});
  add({instance, RecordType::kSrv, srv(host, 443), place});
  add({instance, RecordType::kTxt, txt("id=" + label), place});
  const bool v4 = parsed->family() == Family::kIpv4;
  add({name(host), v4 ? RecordType::kA : RecordType::kAaaa, address(ip), place});
}

void World::withdraw(const std::string& label, Place place) {
  const DomainName instance = name(label + "._liqo_auth._tcp.local");
  remove({name("_liqo_auth._tcp.local"), RecordType::kPtr, std::string(instance.wire()), place});
}

void World::report(std::uint32_t watch, const Told& told, bool present) {
  outbox_.push_back(
      RecordReport{watch, present, told.place.interface, told.place.family, false, told.rdata});
}

void World::tell_watch(std::uint32_t watch, WatchEvent event) {
  outbox_.push_back(WatchReport{watch, event, {}});
}

void World::on_send(const ToHelper& message) {
  if (const auto* watch = std::get_if<Watch>(&message)) {
    REQUIRE(watches.emplace(watch->id, *watch).second);
    ++watches_made;
    most_watches = std::max(most_watches, watches.size());
    by_name_.emplace(key_of(watch->name, watch->type), watch->id);
    const auto [begin, end] = cache_.equal_range(key_of(watch->name, watch->type));
    for (auto it = begin; it != end; ++it) report(watch->id, it->second, true);
    if (!auto_exhausted) return;
    tell_watch(watch->id, WatchEvent::kCacheExhausted);
    all_for_now_.emplace(now + 1s, watch->id);
  } else if (const auto* unwatch = std::get_if<Unwatch>(&message)) {
    const auto known = watches.find(unwatch->id);
    REQUIRE(known != watches.end());
    const auto key = key_of(known->second.name, known->second.type);
    const auto [begin, end] = by_name_.equal_range(key);
    by_name_.erase(
        std::find_if(begin, end, [&](const auto& entry) { return entry.second == unwatch->id; }));
    watches.erase(known);
  } else {
    FAIL("a browser sends watches alone");
  }
}

void World::deliver() {
  while (!outbox_.empty()) {
    const FromHelper message = std::move(outbox_.front());
    outbox_.pop_front();
    if (const auto* record = std::get_if<RecordReport>(&message)) browser.on_record(*record, now);
    if (const auto* watch = std::get_if<WatchReport>(&message)) browser.on_watch(*watch, now);
  }
}

void World::settle() {
  do {
    deliver();
    browser.flush(now);
  } while (!outbox_.empty() || (browser.next_deadline() && *browser.next_deadline() <= now));
}

void World::pass(Duration time) {
  const BootTime end = now + time;
  settle();
  while (true) {
    BootTime next = end;
    if (browser.next_deadline()) next = std::min(next, *browser.next_deadline());
    if (!all_for_now_.empty()) next = std::min(next, all_for_now_.begin()->first);
    now = std::max(now, next);
    while (!all_for_now_.empty() && all_for_now_.begin()->first <= now) {
      const std::uint32_t id = all_for_now_.begin()->second;
      all_for_now_.erase(all_for_now_.begin());
      if (watches.contains(id)) tell_watch(id, WatchEvent::kAllForNow);
    }
    settle();
    if (now >= end) return;
  }
}

std::uint32_t World::watch_of(const std::string& owner, RecordType type) const {
  const auto found = by_name_.find(key_of(name(owner), type));
  return found == by_name_.end() ? 0 : found->second;
}

bool World::is_watched(const std::string& owner, RecordType type) const {
  return watch_of(owner, type) != 0;
}

}  // namespace liqo::lan::test
