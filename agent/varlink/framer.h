#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "resolver/result.h"

namespace liqo::varlink {

/// Splits a stream into varlink messages, each ended by a NUL octet. Owns what has arrived of the
/// next message, never more than `max_message` octets of it.
class Framer {
 public:
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
  std::size_t start_ = 0;  // of the next message
  std::size_t scanned_ = 0;
};

}  // namespace liqo::varlink
