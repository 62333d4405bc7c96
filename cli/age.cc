#include "cli/age.h"

#include <array>
#include <cctype>
#include <ctime>

namespace liqo::cli {
namespace {

struct Unit {
  std::chrono::seconds length;
  std::chrono::seconds smaller;
  char name;
  char smaller_name;
  int both_below;  ///< the smaller unit is told for fewer than this many of the greater
};

constexpr std::array kUnits = {
    Unit{std::chrono::hours(24), std::chrono::hours(1), 'd', 'h', 8},
    Unit{std::chrono::hours(1), std::chrono::minutes(1), 'h', 'm', 10},
    Unit{std::chrono::minutes(1), std::chrono::seconds(1), 'm', 's', 10},
};

}  // namespace

std::string short_age(std::chrono::milliseconds age) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(age);
  for (const Unit& unit : kUnits) {
    const auto count = seconds / unit.length;
    if (count < 1) continue;
    std::string text = std::to_string(count) + unit.name;
    const auto rest = seconds % unit.length / unit.smaller;
    if (count < unit.both_below && rest > 0) text += std::to_string(rest) + unit.smaller_name;
    return text;
  }
  return std::to_string(std::max<std::chrono::seconds::rep>(seconds.count(), 0)) + "s";
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  if (text.size() <= kShape.size() || text.back() != 'Z') return std::nullopt;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd' ? !digit : text[i] != kShape[i]) return std::nullopt;
  }
  const auto number = [text](std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  if (!day.ok()) return std::nullopt;
  return WallTime(std::chrono::sys_days(day)) + std::chrono::hours(number(11, 2)) +
         std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2));
}

std::string age_since(std::string_view rfc3339, WallTime now) {
  const auto time = parse_rfc3339(rfc3339);
  return time ? short_age(now - *time) : "-";
}

std::string local_time_of_day(WallTime time) {
  const auto seconds = static_cast<std::time_t>(
      std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
  std::tm parts{};
  localtime_r(&seconds, &parts);
  std::array<char, 16> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%H:%M:%S", &parts)};
}

std::string time_until(std::string_view rfc3339, WallTime now) {
  const auto parsed = parse_rfc3339(rfc3339);
  return parsed ? "in " + short_age(*parsed - now) : "-";
}

}  // namespace liqo::cli
