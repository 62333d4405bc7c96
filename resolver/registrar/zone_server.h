#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "resolver/loop/loop.h"
#include "resolver/loop/timer.h"
#include "resolver/registrar/finder.h"
#include "resolver/registrar/options.h"
#include "resolver/registrar/primary.h"

namespace liqo::registrar {

/// The primary server of one zone, over the network: found where it is not named, asked by UDP and
/// TCP, a bounded number of jobs at once.
class ZoneServer final : public Primary {
 public:
  /// Jobs under way, each of a few datagrams; others wait. A server writes one update at a time.
  static constexpr std::size_t kMaxInFlight = 32;

  /// The way to the servers of resolv.conf.
  using System = std::function<std::shared_ptr<dns::Transport>()>;

  /// `loop` must outlive it.
  ZoneServer(loop::Loop& loop, ZoneOptions options, System system);
  ~ZoneServer() override;

  /// What was begun with the options before goes on with them.
  void configure(const ZoneOptions& options);

  std::unique_ptr<Job> read(const Names& names, HaveRead done) override;
  std::unique_ptr<Job> send(const Names& names, const wire::Update& update, HaveSent done) override;

  /// Nothing while it is not found.
  [[nodiscard]] std::optional<dns::NameServer> server() const { return server_; }

 private:
  class Task;
  class ReadTask;
  class SendTask;
  using Tasks = std::list<Task*>;

  std::unique_ptr<Job> enqueue(std::unique_ptr<Task> task);
  void wake();
  void run();
  void find();
  void use(const dns::NameServer& server);
  void fail_waiting(const Error& error);
  /// It did not answer, or not as a primary server: another of its addresses is next, unless that
  /// is in use already.
  void doubt(const dns::NameServer& server);

  loop::Loop& loop_;
  ZoneOptions options_;
  System system_;
  std::optional<dns::NameServer> server_;
  std::vector<dns::NameServer> candidates_;
  bool doubted_ = false;
  bool over_tcp_ = false;  ///< the last answer over UDP was lost, and none over TCP
  Tasks waiting_;
  std::size_t running_ = 0;
  std::vector<std::shared_ptr<dns::Transport>> transports_;  ///< the last one is in use
  std::unique_ptr<Finder> finder_;
  loop::Timer turn_;
};

}  // namespace liqo::registrar
