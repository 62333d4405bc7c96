#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "agent/varlink/framer.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::test {

/// A varlink client that runs in the same thread as the server it talks to: it never blocks, and
/// waits by running the server's loop. Good and bad manners alike.
class VarlinkClient {
 public:
  using Json = nlohmann::json;

  VarlinkClient(loop::Loop& loop, const std::string& socket);

  /// Sends octets as they are; false when the connection takes no more.
  bool send(std::string_view octets);
  void call(const std::string& method, Json parameters = Json::object(), bool more = false);

  /// The next message; null where none came in time or the server hung up.
  Json receive();
  /// The parameters of the only reply to a call.
  Json ask(const std::string& method, Json parameters = Json::object());
  /// The name of the error that a call is answered with; "" where it is not.
  std::string error_of(const std::string& method, Json parameters = Json::object());

  /// Takes what has arrived, without a wait.
  void pump();
  /// True once the server has closed the connection.
  bool hung_up();
  /// Waits for that.
  bool wait_for_hang_up(std::chrono::milliseconds limit = std::chrono::seconds(10));
  void shut_down_sending();
  void leave() { fd_.reset(); }
  [[nodiscard]] std::size_t received_octets() const { return octets_; }

 private:
  std::optional<std::string> next();

  loop::Loop& loop_;
  loop::UniqueFd fd_;
  varlink::Framer framer_{std::size_t{32} << 20U};
  std::size_t octets_ = 0;
  bool ended_ = false;
};

}  // namespace liqo::test
