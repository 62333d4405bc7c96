#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "resolver/result.h"

namespace liqo::varlink {

/// Splits a stream into varlink messages, each ended by a NUL octet. Owns what was fed and not yet
/// taken; of a message that is not complete never more than `max_message` octets.
class Framer {
 public:
  /// What an idle connection's buffer may keep allocated: 256 of them must not hold 64 KiB each.
  static constexpr std::size_t kKeptCapacity = 4096;

  explicit Framer(std::size_t max_message) : max_message_(max_message) {}

  /// Takes octets as they come. kLimitReached when a message is longer than the limit: the stream
  /// cannot be followed any further.
  Result<void> feed(std::string_view octets);
  /// The next whole message without its NUL, in order; nothing when none is complete.
  std::optional<std::string> next();
  /// True when a message has begun that is not complete.
  [[nodiscard]] bool incomplete() const;

 private:
  std::size_t max_message_;
  std::string buffer_;
  std::size_t start_ = 0;    // of the next message
  std::size_t scanned_ = 0;  // no NUL between start_ and here
  std::size_t tail_ = 0;     // octets of the message that is not complete
};

}  // namespace liqo::varlink
