#include "agent/manual/source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <map>

#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/state/directory.h"

namespace liqo::test {
namespace {

using namespace std::chrono_literals;
using manual::parse_auth_url;

/// Knows what the test says.
class FakeResolver final : public dns::HostResolver {
 public:
  explicit FakeResolver(Changed changed) : changed_(std::move(changed)) {}
  void follow(const DomainName& host) override { hosts.try_emplace(host.to_string()); }
  void forget(const DomainName& host) override { hosts.erase(host.to_string()); }
  void refresh() override { ++refreshes; }
  [[nodiscard]] dns::HostAddresses addresses_of(const DomainName& host) const override {
    const auto found = hosts.find(host.to_string());
    return found == hosts.end() ? dns::HostAddresses() : found->second;
  }
  void answer(const std::string& host, dns::HostAddresses addresses) {
    hosts[host] = std::move(addresses);
    changed_(*DomainName::parse(host));
  }

  std::map<std::string, dns::HostAddresses> hosts;
  int refreshes = 0;

 private:
  Changed changed_;
};

/// Puts what it is told into the registry, and flushes it.
class Sink final : public SightingSink {
 public:
  explicit Sink(Registry& registry) : registry_(registry) {}
  void seen(Sighting sighting, EvidenceMethod method) override {
    ++told;
    registry_.seen(std::move(sighting), method, read_clocks());
    registry_.flush();
  }
  void unseen(const SightingKey& key, Gone reason) override {
    registry_.unseen(key, reason, read_clocks());
    registry_.flush();
  }
  void source_lost(Source) override {}
  void source_synced(Source) override {}
  void domain_listed(Source, const DomainName&, Service) override {}

  int told = 0;

 private:
  Registry& registry_;
};

struct Agent {
  explicit Agent(const std::string& directory)
      : source(loop, registry, sink, directory, [this](loop::Loop&, auto changed) {
          auto made = std::make_unique<FakeResolver>(std::move(changed));
          resolver = made.get();
          return made;
        }) {
    source.set_asker([this](const ClusterId& cluster) { asked_again.push_back(cluster); });
    source.load();
  }

  /// Null until it is told.
  std::shared_ptr<std::optional<Result<std::string>>> add(const std::string& url,
                                                          std::string name = "") {
    auto outcome = std::make_shared<std::optional<Result<std::string>>>();
    const auto begun = source.add(*parse_auth_url(url), std::move(name),
                                  [outcome](const auto& result) { *outcome = result; });
    REQUIRE(begun);
    return outcome;
  }
  void wait_kept(std::size_t entries) {
    REQUIRE(run_until(loop, [&] { return source.size() == entries; }));
  }
  Result<void> remove(const std::string& reference, std::optional<ClusterId> id = {}) {
    const auto outcome = std::make_shared<std::optional<Result<void>>>();
    const auto begun =
        source.remove(reference, id, [outcome](const auto& result) { *outcome = result; });
    if (!begun) return begun;
    REQUIRE(run_until(loop, [&] { return outcome->has_value(); }));
    return **outcome;
  }
  /// The server at the only manual sighting of a cluster says who it is.
  void answer(const ClusterId& of, const ClusterId& id) {
    const Sighting asked = *registry.clusters().at(of)->sightings[0].sighting;
    registry.identified(asked, {id, "", "sha256:aa", {}}, read_clocks());
    registry.flush();
    source.asked(asked, {});
  }

  loop::Loop loop;
  Registry registry{RegistryOptions{}};
  Sink sink{registry};
  FakeResolver* resolver = nullptr;
  std::vector<ClusterId> asked_again;
  manual::Source source;
};

}  // namespace

TEST_CASE("Manual source: an entry is told once it is kept, and answered once its server answers") {
  const Directory directory;
  Agent agent(directory.path());
  const auto outcome = agent.add("https://203.0.113.7");
  CHECK(agent.source.size() == 0);
  agent.wait_kept(1);
  CHECK(manual::read_entries(directory.path())->size() == 1);
  REQUIRE(agent.registry.clusters().size() == 1);
  const ClusterId made_up = agent.registry.clusters().begin()->second->id;
  CHECK(agent.registry.clusters().begin()->second->state == State::kSuspect);
  run_for(agent.loop, 20ms);
  CHECK_FALSE(outcome->has_value());

  agent.answer(made_up, "milan-id");
  REQUIRE(run_until(agent.loop, [&] { return outcome->has_value(); }));
  CHECK(***outcome == "");
  REQUIRE(run_until(agent.loop, [&] { return !agent.source.status()[0].entry.id.empty(); }));
  CHECK(agent.registry.clusters().contains("milan-id"));
  CHECK(agent.registry.clusters().size() == 1);
  CHECK(agent.registry.clusters().at("milan-id")->state == State::kFresh);

  SECTION("after a restart it is known whose it is, before anyone was asked") {
    Agent next(directory.path());
    CHECK(next.source.size() == 1);
    CHECK(next.registry.clusters().contains("milan-id"));
  }
  SECTION("it is removed by its id, its URL, or a beginning that the registry knows") {
    const auto& [reference, id] = GENERATE(table<std::string, std::optional<ClusterId>>(
        {{"https://203.0.113.7:443/", {}}, {"milan", "milan-id"}}));
    CHECK(agent.remove(reference, id));
    CHECK(agent.registry.clusters().empty());
    CHECK(manual::read_entries(directory.path())->empty());
    CHECK(agent.remove(reference, id).error().code == Errc::kNotFound);
  }
  SECTION("added again it is answered at once") {
    const auto again = agent.add("https://203.0.113.7", "milan");
    REQUIRE(run_until(
        agent.loop, [&] { return again->has_value(); }, 2s));
    CHECK(agent.source.size() == 1);
    CHECK(agent.source.status()[0].entry.name == "milan");
    CHECK(agent.registry.clusters().at("milan-id")->name == "milan");
  }
}

TEST_CASE("Manual source: a server that does not answer is told of, and stays") {
  const Directory directory;
  Agent agent(directory.path());
  const auto outcome = agent.add("https://203.0.113.7", "milan");
  agent.wait_kept(1);
  const ClusterId id(agent.registry.clusters().begin()->first);
  CHECK(agent.registry.clusters().at(id)->name == "milan");
  agent.source.asked(*agent.registry.clusters().at(id)->sightings[0].sighting,
                     Error{Errc::kRefused, "connection refused"});
  REQUIRE(run_until(agent.loop, [&] { return outcome->has_value(); }));
  CHECK(***outcome == "connection refused");
  CHECK(agent.source.status()[0].error == "connection refused");
  CHECK(agent.registry.clusters().contains(id));
  CHECK(agent.asked_again.empty());

  // Who adds it once more does not hear of the last time.
  const auto again = agent.add("https://203.0.113.7");
  REQUIRE(run_until(agent.loop, [&] { return !agent.asked_again.empty(); }));
  CHECK(agent.asked_again == std::vector<ClusterId>{id});
  run_for(agent.loop, 20ms);
  CHECK_FALSE(again->has_value());
  agent.answer(id, "milan-id");
  REQUIRE(run_until(agent.loop, [&] { return again->has_value(); }));
  CHECK(***again == "");
}

TEST_CASE("Manual source: it is removed by the id that its server named, kept or not") {
  const Directory directory;
  Agent agent(directory.path());
  agent.add("https://203.0.113.7");
  agent.wait_kept(1);
  agent.answer(agent.registry.clusters().begin()->second->id, "milan-id");
  CHECK(agent.source.status()[0].entry.id.empty());
  CHECK(agent.remove("milan-id", "milan-id"));
  CHECK(agent.registry.clusters().empty());
}

TEST_CASE("Manual source: one that is removed meanwhile is told so at once") {
  const Directory directory;
  Agent agent(directory.path());
  const auto outcome = agent.add("https://203.0.113.7");
  agent.wait_kept(1);
  CHECK(agent.remove("https://203.0.113.7"));
  REQUIRE(run_until(
      agent.loop, [&] { return outcome->has_value(); }, 2s));
  CHECK(***outcome == "it was removed meanwhile");
}

TEST_CASE("Manual source: many servers that answer at once are all kept") {
  const Directory directory;
  Agent agent(directory.path());
  constexpr std::size_t kMany = manual::Source::kMaxWaiting + 36;
  for (std::size_t i = 0; i < kMany; ++i) {
    agent.add("https://203.0.113." + std::to_string(i), "m" + std::to_string(i));
    agent.wait_kept(i + 1);
  }
  std::vector<ClusterId> unknown;
  for (const auto& [id, cluster] : agent.registry.clusters()) unknown.emplace_back(id);
  for (const ClusterId& id : unknown) agent.answer(id, "id-" + id);
  agent.add("https://198.51.100.1");
  agent.wait_kept(kMany + 1);
  REQUIRE(run_until(agent.loop, [&] {
    const auto entries = *manual::read_entries(directory.path());
    return std::count_if(entries.begin(), entries.end(),
                         [](const auto& e) { return !e.id.empty(); }) == kMany;
  }));
}

TEST_CASE("Manual source: where a cluster has no room for another entry, no made-up id is kept") {
  const Directory directory;
  Agent agent(directory.path());
  constexpr std::size_t kMany = 40;  // a cluster takes 32 that have another's label
  for (std::size_t i = 0; i < kMany; ++i) {
    agent.add("https://203.0.113." + std::to_string(i));
    agent.wait_kept(i + 1);
  }
  std::vector<ClusterId> unknown;
  for (const auto& [id, cluster] : agent.registry.clusters()) unknown.emplace_back(id);
  for (const ClusterId& id : unknown) agent.answer(id, "milan-id");
  const auto kept = [&](const std::string& prefix) {
    const auto entries = *manual::read_entries(directory.path());
    return std::count_if(entries.begin(), entries.end(),
                         [&](const auto& entry) { return entry.id.starts_with(prefix); });
  };
  REQUIRE(run_until(agent.loop, [&] { return kept("milan-id") == 32; }));
  CHECK(kept("manual-") == 0);
}

TEST_CASE("Manual source: a host's addresses are followed") {
  const Directory directory;
  Agent agent(directory.path());
  const auto outcome = agent.add("https://auth.example.com");
  agent.wait_kept(1);
  CHECK(agent.resolver->hosts.contains("auth.example.com"));
  CHECK(agent.registry.clusters().empty());
  SECTION("nothing is told before it was looked up") {
    agent.resolver->answer("auth.example.com", {false, {}, ""});
    run_for(agent.loop, 20ms);
    CHECK_FALSE(outcome->has_value());
  }
  SECTION("one that only its own host can be at is told of, each time") {
    agent.resolver->answer("auth.example.com", {true, {*IpAddress::parse("127.0.1.1")}, ""});
    REQUIRE(run_until(agent.loop, [&] { return outcome->has_value(); }));
    CHECK(***outcome ==
          "auth.example.com: it has only addresses that no other host can be at, 127.0.1.1");
    CHECK(agent.registry.clusters().empty());
    const auto again = agent.add("https://auth.example.com");
    CHECK(run_until(
        agent.loop, [&] { return again->has_value(); }, 2s));
  }
  SECTION("one that has none is told of") {
    agent.resolver->answer("auth.example.com", {true, {}, "DNS has no such name"});
    REQUIRE(run_until(agent.loop, [&] { return outcome->has_value(); }));
    CHECK(***outcome == "auth.example.com: DNS has no such name");
  }
  SECTION("one that has some is a cluster") {
    agent.resolver->answer("auth.example.com", {true, {*IpAddress::parse("203.0.113.7")}, ""});
    CHECK(agent.registry.clusters().size() == 1);
    agent.resolver->answer("auth.example.com", {true, {*IpAddress::parse("203.0.113.8")}, ""});
    const auto& cluster = agent.registry.clusters().begin()->second;
    CHECK(cluster->endpoints[0]->url == "https://203.0.113.8:443");
  }
  SECTION("no more once it is removed") {
    agent.source.refresh();
    CHECK(agent.resolver->refreshes == 1);
    CHECK(agent.remove("https://auth.example.com"));
    CHECK(agent.resolver->hosts.empty());
  }
  SECTION("for as long as another entry has it") {
    agent.add("https://auth.example.com:8443");
    agent.wait_kept(2);
    CHECK(agent.remove("https://auth.example.com"));
    CHECK(agent.resolver->hosts.contains("auth.example.com"));
  }
}

TEST_CASE("Manual source: what cannot be kept is not added") {
  const Directory directory;
  Agent agent(directory.path() + "/missing");
  const auto outcome = agent.add("https://203.0.113.7");
  REQUIRE(run_until(agent.loop, [&] { return outcome->has_value(); }));
  CHECK((*outcome)->error().code == Errc::kIo);
  CHECK(agent.source.size() == 0);
  CHECK(agent.registry.clusters().empty());
  SECTION("and the next one is, once it can be") {
    REQUIRE(::mkdir((directory.path() + "/missing").c_str(), S_IRWXU) == 0);
    agent.add("https://203.0.113.7");
    agent.wait_kept(1);
  }
}

TEST_CASE("Manual source: many at once are kept in their order, each of them") {
  const Directory directory;
  Agent agent(directory.path());
  for (int i = 1; i <= 20; ++i) agent.add("https://203.0.113." + std::to_string(i));
  agent.wait_kept(20);
  const auto entries = *manual::read_entries(directory.path());
  REQUIRE(entries.size() == 20);
  CHECK(entries.front().url.to_string() == "https://203.0.113.1:443");
  CHECK(entries.back().url.to_string() == "https://203.0.113.20:443");
}

/// As many as there may be: https://h0.example and so on.
void write_full(const Directory& directory, std::size_t count = manual::kMaxEntries) {
  manual::Entries entries;
  for (std::size_t i = 0; i < count; ++i) {
    entries.push_back({*parse_auth_url("https://h" + std::to_string(i) + ".example"), "", "", {}});
  }
  REQUIRE(manual::write_entries(directory.path(), entries));
}

/// Of this thread.
Duration processor_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) +
         std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(time.tv_nsec));
}

TEST_CASE("Manual source: one more of very many does not hold up the loop") {
  const Directory directory;
  write_full(directory, manual::kMaxEntries - 1);
  Agent agent(directory.path());
  const Duration before = processor_time();
  agent.add("https://one.more");
  agent.wait_kept(manual::kMaxEntries);
  CHECK(processor_time() - before < 500ms);
}

TEST_CASE("Manual source: no more than its limits") {
  const Directory directory;
  write_full(directory);
  Agent agent(directory.path());
  CHECK(agent.source.size() == manual::kMaxEntries);
  const auto ignore = [](const Result<std::string>&) {};
  const auto refused = agent.source.add(*parse_auth_url("https://one.more"), "", ignore);
  CHECK(refused.error().code == Errc::kLimitReached);
  CHECK(agent.source.add(*parse_auth_url("https://h1.example"), "renamed", ignore));
}

TEST_CASE("Manual source: a damaged file is put aside, and the agent goes on") {
  const Directory directory;
  write_file(directory.file("manual.json"), "{\"version\":1}");
  Agent agent(directory.path());
  CHECK(agent.source.size() == 0);
  CHECK(exists(directory.file("manual.json.bad")));
  agent.add("https://203.0.113.7");
  agent.wait_kept(1);
}

TEST_CASE("Manual source: a file that cannot be read is not replaced") {
  const Directory directory;
  {
    Agent agent(directory.path());
    agent.add("https://203.0.113.7");
    agent.wait_kept(1);
  }
  // A test may run as root, who may read everything: a loop of links is for nobody.
  const std::string path = directory.file("manual.json");
  std::filesystem::rename(path, directory.file("kept"));
  std::filesystem::create_symlink("manual.json", path);
  Agent agent(directory.path());
  CHECK(agent.source.size() == 0);
  const auto outcome = agent.add("https://203.0.113.8");
  REQUIRE(run_until(agent.loop, [&] { return outcome->has_value(); }));
  CHECK((*outcome)->error().code == Errc::kIo);
  CHECK((*outcome)->error().detail.find(path) != std::string::npos);
  CHECK(agent.remove("https://203.0.113.7").error().code == Errc::kIo);
  CHECK(std::filesystem::is_symlink(path));

  std::filesystem::rename(directory.file("kept"), path);
  agent.source.load();
  CHECK(agent.source.size() == 1);
  agent.add("https://203.0.113.8");
  agent.wait_kept(2);
}

TEST_CASE("Manual source: what is known is not read again") {
  const Directory directory;
  Agent agent(directory.path());
  agent.add("https://203.0.113.7");
  agent.wait_kept(1);
  write_file(directory.file("manual.json"), "damaged by somebody");
  agent.source.load();
  CHECK(agent.source.size() == 1);
  CHECK_FALSE(exists(directory.file("manual.json.bad")));
}

TEST_CASE("Manual source: may go while a change is under way") {
  const Directory directory;
  {
    Agent agent(directory.path());
    agent.add("https://203.0.113.7");
  }
  const auto entries = manual::read_entries(directory.path());
  CHECK((!entries || entries->size() == 1));
}

}  // namespace liqo::test
