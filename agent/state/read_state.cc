#include <nlohmann/json.hpp>
#include <string_view>

#include "agent/state/cluster_json.h"
#include "agent/state/crc32.h"
#include "agent/state/state_file.h"
#include "agent/state/whole_file.h"

namespace liqo::state {
namespace {

constexpr std::string_view kEndPrefix = "],\"checksum\":\"crc32:";
constexpr std::string_view kEndSuffix = "\"}\n";

Error damaged(const std::string& why) { return Error{Errc::kMalformed, why}; }

/// Takes the first line off `text`, its end left out.
std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

/// When it was saved.
Result<WallTime> read_header(std::string_view line) {
  const auto header = line.size() > 256
                          ? nlohmann::json()
                          : nlohmann::json::parse(std::string(line) + "]}", nullptr, false);
  if (!header.is_object()) return damaged("it is not a state file");
  const auto version = header.find("version");
  const auto saved = header.find("saved");
  if (version == header.end() || !version->is_number_integer()) return damaged("it has no version");
  if (*version != kVersion) return damaged("it is of another version: " + version->dump());
  if (saved == header.end() || !saved->is_number_integer()) {
    return damaged("it does not say when it was saved");
  }
  return WallTime(std::chrono::milliseconds(saved->get<std::int64_t>()));
}

/// The lines of clusters, of a file whose checksum is right.
Result<std::string_view> verified_lines(std::string_view text) {
  const std::size_t end = text.rfind(kEndPrefix);
  if (end == std::string_view::npos || !text.ends_with(kEndSuffix)) {
    return damaged("it is cut short");
  }
  Crc32 checksum;
  checksum.add(text.substr(0, end));
  if (text.substr(end + kEndPrefix.size()) != checksum.hex() + std::string(kEndSuffix)) {
    return damaged("its checksum is wrong");
  }
  std::string_view lines = text.substr(0, end);
  take_line(lines);
  return lines;
}

}  // namespace

Result<void> read_state(const std::string& directory, const InterfaceIndex& interfaces,
                        const DomainFilter& domains, WallTime now,
                        const std::function<void(const Cluster&)>& each) {
  const auto text = read_whole(directory + "/" + std::string(kFileName), kMaxFileOctets);
  if (!text) return text.error();
  const auto saved = read_header(std::string_view(*text).substr(0, text->find('\n')));
  if (!saved) return saved.error();
  auto lines = verified_lines(*text);
  if (!lines) return lines.error();
  if (now - *saved > kMaxAge) return {};

  while (!lines->empty()) {
    std::string_view line = take_line(*lines);
    if (line.ends_with(',')) line.remove_suffix(1);
    if (line.size() > kMaxLineOctets) continue;
    if (const auto cluster = from_line(line, interfaces, domains)) each(*cluster);
  }
  return {};
}

}  // namespace liqo::state
