#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "resolver/loop/unix_socket.h"

namespace liqo::varlink {

/// The answer to one call, made piece by piece as the client takes it, so that no answer has to be
/// kept whole for a client that is slow. Destroyed when it is done or its client is gone.
class Answer {
 public:
  enum class Step {
    kMore,  ///< there is more to tell now
    kWait,  ///< nothing to tell until the caller is woken
    kDone,
  };

  /// About how much is made at once: what a Unix socket takes in one go.
  static constexpr std::size_t kPiece = std::size_t{64} * 1024;

  virtual ~Answer() = default;
  /// Appends what comes next, about kPiece of it: replies as whole messages, or a part of one.
  virtual Step produce(std::string& out) = 0;
  /// Goes on until the client leaves; no call behind it would ever be answered.
  [[nodiscard]] virtual bool endless() const { return false; }
};

/// Who made a call.
struct Caller {
  loop::PeerCredentials peer;
  /// Has produce() called again, later, after it said kWait. Outlives the answer.
  std::function<void()> wake;
};

/// An answer of one reply. `parameters`: an object as JSON text.
std::unique_ptr<Answer> reply(std::string_view parameters);
/// An error, by its full name.
std::unique_ptr<Answer> error(std::string_view name, const nlohmann::json& parameters);

// The errors of org.varlink.service.
std::unique_ptr<Answer> interface_not_found(const std::string& interface);
std::unique_ptr<Answer> method_not_found(const std::string& method);
std::unique_ptr<Answer> method_not_implemented(const std::string& method);
std::unique_ptr<Answer> invalid_parameter(const std::string& parameter);
std::unique_ptr<Answer> expected_more();

}  // namespace liqo::varlink
