#include "agent/varlink/framer.h"

#include <algorithm>

namespace liqo::varlink {
namespace {

Error too_long(std::size_t limit) {
  return Error{Errc::kLimitReached,
               "a message is longer than " + std::to_string(limit) + " octets"};
}

}  // namespace

Result<void> Framer::feed(std::string_view octets) {
  // Each message on its own is held to the limit before any of it is kept.
  std::size_t tail = tail_;
  for (std::size_t from = 0;;) {
    const std::size_t nul = octets.find('\0', from);
    const std::size_t end = std::min(nul, octets.size());
    if (end - from > max_message_ - tail) return too_long(max_message_);
    if (nul == std::string_view::npos) {
      tail += end - from;
      break;
    }
    tail = 0;
    from = nul + 1;
  }
  buffer_.erase(0, start_);
  scanned_ -= start_;
  start_ = 0;
  buffer_.append(octets);
  tail_ = tail;
  return {};
}

std::optional<std::string> Framer::next() {
  const std::size_t nul = buffer_.find('\0', scanned_);
  if (nul == std::string::npos) {
    scanned_ = buffer_.size();
    return std::nullopt;
  }
  std::string message = buffer_.substr(start_, nul - start_);
  start_ = scanned_ = nul + 1;
  if (start_ == buffer_.size()) {
    buffer_.clear();
    start_ = scanned_ = 0;
    if (buffer_.capacity() > kKeptCapacity) buffer_.shrink_to_fit();
  }
  return message;
}

bool Framer::incomplete() const { return tail_ > 0; }

}  // namespace liqo::varlink
