#include "tests/unit/api/house.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "tests/support/until.h"

namespace liqo::test {

FakeLook::FakeLook(std::vector<FakeLook*>& all, std::string looked_at, Done when_done)
    : domain(std::move(looked_at)), all_(all), done_(std::move(when_done)) {
  all_.push_back(this);
}

FakeLook::~FakeLook() { std::erase(all_, this); }

void FakeLook::see(const Peer& peer) {
  registry_.seen(peer.sighting(), EvidenceMethod::kDns, read_clocks());
  registry_.flush();
}

House::House(api::Limits limits) {
  std::string pattern = (std::filesystem::temp_directory_path() / "liqo-api-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
  directory = pattern;
  socket = directory + "/socket";
  registry = std::make_unique<Registry>(RegistryOptions{});

  api::ServerOptions options;
  options.version = "1.2.3";
  options.limits = limits;
  options.own_user = {1000, 1000};
  options.peer_of = [this](int fd) -> Result<loop::PeerCredentials> {
    if (arriving_.empty()) return loop::peer_credentials(fd);
    auto peer = std::move(arriving_.front());
    arriving_.pop_front();
    return peer;
  };
  api::Actions does{
      [this] { actions.emplace_back("refresh"); },
      [this](const ClusterId& id) { actions.push_back("refresh " + id); },
      [this](const ClusterId& id) {
        actions.push_back("report " + id);
        report(id);
      },
      [this](const std::string& domain,
             api::DomainLook::Done done) -> Result<std::unique_ptr<api::DomainLook>> {
        if (domain == "nonsense") return Error{Errc::kInvalid, "expected a domain"};
        return {std::make_unique<FakeLook>(looks, domain, std::move(done))};
      },
      [this](const ClusterId& id, const std::optional<std::string>& fingerprint, api::Done done) {
        auto accepted = registry->trust(id, fingerprint, read_clocks());
        if (!accepted || !*accepted) return accepted;
        actions.push_back("trust " + id);
        kept = std::move(done);
        flush();
        return accepted;
      },
      [this](const std::string& url, std::string name, api::AddDone done) -> Result<void> {
        if (url == "nonsense") return Error{Errc::kInvalid, "expected https://HOST"};
        if (url == "full") return Error{Errc::kLimitReached, "too many"};
        if (url == "busy") return Error{Errc::kUnavailable, "too many at once"};
        actions.push_back("add " + url + " " + name);
        added = std::move(done);
        return {};
      },
      [this](const std::string& reference, const std::optional<ClusterId>& id,
             api::Done done) -> Result<void> {
        if (!removable) return Error{Errc::kNotFound, "it was not added by hand"};
        actions.push_back("remove " + reference + " " + id.value_or("-"));
        kept = std::move(done);
        return {};
      },
      [this](std::shared_ptr<const Cluster> cluster, api::ClusterCheck::Handlers handlers) {
        return std::make_unique<FakeCheck>(checks, cluster->id, std::move(handlers));
      },
  };
  auto listening = loop::listen_unix(socket);
  if (!listening) throw std::runtime_error(listening.error().detail);
  auto created = api::Server::create(
      loop, std::move(*listening), *registry, status, std::move(does),
      [this] { return std::string_view(suffix); }, std::move(options));
  if (!created) throw std::runtime_error(created.error().detail);
  server = std::move(*created);
}

FakeCheck::FakeCheck(std::vector<FakeCheck*>& all, ClusterId checked, Handlers its_handlers)
    : cluster(std::move(checked)), handlers(std::move(its_handlers)), all_(all) {
  setting_.scenario = check::Scenario::kSameLan;
  setting_.reason = "they are on a link";
  all_.push_back(this);
}

FakeCheck::~FakeCheck() { std::erase(all_, this); }

House::~House() {
  server.reset();
  std::filesystem::remove_all(directory);
}

std::unique_ptr<VarlinkClient> House::client() {
  return std::make_unique<VarlinkClient>(loop, socket);
}

std::unique_ptr<VarlinkClient> House::client_of(uid_t uid, gid_t gid, std::vector<gid_t> groups) {
  arriving_.push_back({1, uid, gid, std::move(groups)});
  auto stranger = client();
  run_until(loop, [this] { return arriving_.empty(); });
  return stranger;
}

void House::see(const Peer& peer) {
  registry->seen(peer.sighting(), EvidenceMethod::kMdns, now_);
  flush();
}

void House::see_many(int count, const std::string& site) {
  for (int i = 0; i < count; ++i) {
    std::array<char, 16> id{};
    std::snprintf(id.data(), id.size(), "c%05d", i);
    Peer peer{.id = id.data()};
    peer.txt = txt({{"txtvers", "1"}, {"id", peer.id}, {"name", "name-" + peer.id}});
    if (!site.empty()) peer.txt.add("site", site);
    registry->seen(peer.sighting(), EvidenceMethod::kMdns, now_);
  }
  flush();
}

void House::lose(const Peer& peer) {
  registry->unseen(peer.key(), Gone::kWithdrawnOrExpired, now_);
  pass(RegistryOptions().withdraw_hold);
}

void House::report(const ClusterId& id) {
  registry->suspect_cluster(id, now_);
  flush();
}

void House::flush() {
  registry->flush();
  for (auto due = registry->next_deadline(); due && *due <= now_.boot;
       due = registry->next_deadline()) {
    registry->advance(now_);
    registry->flush();
  }
  server->sources_changed();  // as the agent does when clusters were told
}

void House::pass(Duration time) {
  now_.boot += time;
  now_.wall += time;
  registry->advance(now_);
  flush();
}

std::string method(const std::string& name) { return "io.liqo.Discovery." + name; }

}  // namespace liqo::test
