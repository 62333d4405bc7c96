#include "cli/export/liqo_version.h"

#include <charconv>
#include <limits>
#include <tuple>

#include "cli/text.h"

namespace liqo::cli {
namespace {

constexpr std::size_t kMaxDigits = 3;  // more than Liqo will ever need

/// Takes a number without leading zeros off the front.
std::optional<unsigned> take_number(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  if (end == 0 || end > kMaxDigits || (text[0] == '0' && end > 1)) return std::nullopt;
  unsigned number = 0;
  std::from_chars(text.data(), text.data() + end, number);
  text.remove_prefix(end);
  return number;
}

std::optional<unsigned> take_part(std::string_view& text) {
  if (!text.starts_with('.')) return std::nullopt;
  text.remove_prefix(1);
  return take_number(text);
}

std::optional<LiqoVersion> read(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  const auto major = take_number(text);
  const auto minor = take_part(text);
  if (!major || !minor) return std::nullopt;
  LiqoVersion version = {*major, *minor};
  if (!text.empty()) {
    version.patch = take_part(text);
    if (!version.patch || !text.empty()) return std::nullopt;
  }
  const bool released = version.major > 0 || (version.minor > 0 && version.minor <= 10);
  return released ? std::optional(version) : std::nullopt;
}

}  // namespace

Result<LiqoVersion> LiqoVersion::parse(std::string_view text) {
  const auto version = read(text);
  if (version) return *version;
  return Error{
      Errc::kInvalid,
      "expected a version of Liqo such as 0.2, 0.10, v0.10.3 or 1.0, not " + printable(text)};
}

std::string LiqoVersion::to_string() const {
  std::string text = std::to_string(major) + "." + std::to_string(minor);
  return patch ? text + "." + std::to_string(*patch) : text;
}

bool operator<(const LiqoVersion& a, const LiqoVersion& b) {
  const auto rank = [](const LiqoVersion& version) {
    return std::tuple(version.major, version.minor,
                      version.patch.value_or(std::numeric_limits<unsigned>::max()));
  };
  return rank(a) < rank(b);
}

}  // namespace liqo::cli
