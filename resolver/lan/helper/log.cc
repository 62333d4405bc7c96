#include "resolver/lan/helper/log.h"

#include <avahi-core/log.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace liqo::lan::helper {
namespace {

constexpr auto kWindow = std::chrono::seconds(10);
constexpr unsigned kLinesInWindow = 10;

/// Counts lines by windows of time.
class Gate {
 public:
  bool let_through() {
    const auto now = std::chrono::steady_clock::now();
    if (now - begin_ >= kWindow) {
      if (left_out_ > 0) spdlog::warn("avahi: {} more lines left out", left_out_);
      begin_ = now;
      lines_ = 0;
      left_out_ = 0;
    }
    if (lines_ >= kLinesInWindow) {
      ++left_out_;
      return false;
    }
    ++lines_;
    return true;
  }

 private:
  std::chrono::steady_clock::time_point begin_;
  unsigned lines_ = 0;
  std::uint64_t left_out_ = 0;
};

spdlog::level::level_enum level_of(AvahiLogLevel level) {
  switch (level) {
    case AVAHI_LOG_ERROR:
      return spdlog::level::err;
    case AVAHI_LOG_WARN:
      return spdlog::level::warn;
    case AVAHI_LOG_NOTICE:
    case AVAHI_LOG_INFO:
      return spdlog::level::info;
    default:
      return spdlog::level::debug;
  }
}

void on_line(AvahiLogLevel level, const char* text) {
  static Gate gate;
  const auto ours = level_of(level);
  if (!spdlog::should_log(ours) || !gate.let_through()) return;
  spdlog::log(ours, "avahi: {}", printable(text));
}

}  // namespace

void take_avahi_log() { avahi_set_log_function(on_line); }

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char octet : text) {
    if (octet >= ' ' && octet <= '~') {
      out.push_back(octet);
    } else {
      out += fmt::format("\\{:03}", static_cast<std::uint8_t>(octet));
    }
  }
  return out;
}

}  // namespace liqo::lan::helper
