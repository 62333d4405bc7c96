#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "agent/varlink/framer.h"
#include "cli/fd.h"
#include "cli/json.h"
#include "resolver/result.h"
#include "resolver/time.h"

namespace liqo::cli {

struct ClientOptions {
  std::string socket;
  /// The agent answers what it knows in milliseconds; after this long it hangs.
  Duration answer_time = std::chrono::seconds(10);
  /// 256 clusters, the most that come in one piece, of 256 KiB each.
  std::size_t max_message = std::size_t{64} << 20U;
};

/// A varlink client over a Unix socket: blocking, every wait with a deadline, one call at a time.
/// Owns its connection. Errors are for a person and name the socket:
/// kUnavailable (not reached, or gone), kTimedOut (reached, but silent), kMalformed (an answer that
/// is no varlink), and what the agent itself answers: kNotFound (NoSuchCluster, AmbiguousName),
/// kInvalid, kRefused (PermissionDenied), kLimitReached.
class Client {
 public:
  static Result<Client> connect(ClientOptions options);

  /// One call, one answer: its parameters. `wait` is how long the agent was asked to take.
  Result<Json> call(std::string_view method, const Json& parameters,
                    Duration wait = Duration::zero());

  /// One call, any number of answers, each given to `take`.
  Result<void> call_more(std::string_view method, const Json& parameters,
                         const std::function<void(const Json&)>& take,
                         Duration wait = Duration::zero());

  // The parts of a call, for who waits on more than the agent.

  Result<void> send(std::string_view method, const Json& parameters, bool more);

  struct Reply {
    Json parameters;
    bool continues = false;
  };
  /// What has arrived so far, without waiting: call again until nothing comes.
  Result<std::optional<Reply>> try_receive();
  /// Waits until `deadline`.
  Result<Reply> receive(BootTime deadline);
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] Duration answer_time() const { return options_.answer_time; }

 private:
  Client(ClientOptions options, Fd fd);

  [[nodiscard]] Error unavailable(std::string_view what) const;
  Result<void> wait_for(short events, BootTime deadline);
  /// False when nothing has arrived.
  Result<bool> read_some();
  [[nodiscard]] Result<Reply> read_reply(const std::string& message) const;

  ClientOptions options_;
  Fd fd_;
  varlink::Framer framer_;
};

}  // namespace liqo::cli
