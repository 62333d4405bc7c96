#include "resolver/time.h"

#include <array>
#include <ctime>

namespace liqo {
namespace {

std::chrono::milliseconds read(clockid_t id) {
  timespec time{};
  clock_gettime(id, &time);
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace

BootTime BootClock::now() { return BootTime(read(CLOCK_BOOTTIME)); }

Now read_clocks() { return {BootClock::now(), WallTime(read(CLOCK_REALTIME))}; }

std::string to_rfc3339(WallTime time) {
  const auto seconds = static_cast<std::time_t>(
      std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

}  // namespace liqo
