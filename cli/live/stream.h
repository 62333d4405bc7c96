#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/client.h"
#include "cli/command.h"
#include "cli/json.h"
#include "resolver/time.h"

namespace liqo::cli {

/// The agent's events, over as many connections as it takes: when the agent goes away it is looked
/// for again until it is back. Never blocks for longer than a connect.
class WatchStream {
 public:
  struct Handlers {
    std::function<void(const Json&)> event;
    std::function<void(const Error&)> lost;  ///< told once for each loss
    std::function<void()> back;              ///< connected again; a new snapshot follows
  };

  WatchStream(const Context& context, Json parameters, Handlers handlers);

  /// The first connection: who cannot reach the agent at all is told so at once.
  Result<void> start();

  /// Takes what has arrived; connects again when it is time. An error is one that no other try
  /// would mend, such as a wrong argument.
  Result<void> pump();

  /// To be polled for reading; -1 while the agent is away.
  [[nodiscard]] int fd() const { return client_ ? client_->fd() : -1; }
  /// When pump() has work although nothing arrives.
  [[nodiscard]] std::optional<BootTime> next_deadline() const;

 private:
  Result<void> open();
  Result<void> read();
  Result<void> lose(const Error& error);

  const Context& context_;
  Json parameters_;
  Handlers handlers_;
  std::optional<Client> client_;
  bool behind_ = false;         // more has arrived than was taken
  bool answered_ = false;       // by this connection
  bool ever_answered_ = false;  // by any
  BootTime answer_by_;
  BootTime retry_at_;
  Duration pause_;
};

}  // namespace liqo::cli
