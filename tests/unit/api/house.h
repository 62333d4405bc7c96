#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "agent/api/server.h"
#include "tests/support/varlink_client.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {

/// What the agent would tell of itself.
class FakeStatus final : public api::StatusSource {
 public:
  [[nodiscard]] api::AgentStatus status() const override { return told; }
  [[nodiscard]] bool synced() const override { return all_synced; }
  [[nodiscard]] bool is_asking_server(const ClusterId& /*cluster*/) const override {
    return asking_server;
  }

  api::AgentStatus told;
  bool all_synced = true;
  bool asking_server = false;
};

/// A look at a domain that ends when the test says so.
class FakeLook final : public api::DomainLook {
 public:
  FakeLook(std::vector<FakeLook*>& all, std::string looked_at, Done when_done);
  ~FakeLook() override;

  [[nodiscard]] const Registry& seen() const override { return registry_; }
  void see(const Peer& peer);
  void end(const std::string& error = "") { done_(error); }

  const std::string domain;

 private:
  std::vector<FakeLook*>& all_;
  Done done_;
  Registry registry_{RegistryOptions{}};
};

/// A check that tells what the test says.
class FakeCheck final : public api::ClusterCheck {
 public:
  FakeCheck(std::vector<FakeCheck*>& all, ClusterId checked, Handlers its_handlers);
  ~FakeCheck() override;

  [[nodiscard]] const check::Setting& setting() const override { return setting_; }

  const ClusterId cluster;
  const Handlers handlers;

 private:
  std::vector<FakeCheck*>& all_;
  check::Setting setting_;
};

/// A server with a real socket in a directory of its own, on a registry without sources.
class House {
 public:
  explicit House(api::Limits limits = {});
  ~House();

  /// A client with its own credentials, or those of `uid`.
  std::unique_ptr<VarlinkClient> client();
  std::unique_ptr<VarlinkClient> client_of(uid_t uid, gid_t gid = 4000,
                                           std::vector<gid_t> groups = {});

  void see(const Peer& peer);
  /// `count` clusters, "c00000" on.
  void see_many(int count, const std::string& site = "");
  void lose(const Peer& peer);
  void report(const ClusterId& id);
  void flush();
  /// Lets the registry's time pass.
  void pass(Duration time);

  loop::Loop loop;
  FakeStatus status;
  std::string suffix = "liqo.internal";
  std::vector<std::string> actions;  ///< "refresh", "refresh milan-id", "report milan-id"
  api::Done kept;         ///< of the last trust or remove: to be told what became of its writing
  api::AddDone added;     ///< likewise of the last add
  bool removable = true;  ///< whether anything was added by hand
  std::vector<FakeCheck*> checks;  ///< under way
  std::vector<FakeLook*> looks;    ///< under way; at any domain but "nonsense"
  std::string directory;
  std::string socket;
  std::unique_ptr<Registry> registry;
  std::unique_ptr<api::Server> server;

 private:
  Now now_ = read_clocks();
  std::deque<loop::PeerCredentials> arriving_;
};

/// "io.liqo.Discovery." + name
std::string method(const std::string& name);

}  // namespace liqo::test
