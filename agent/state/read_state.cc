#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "agent/state/cluster_json.h"
#include "agent/state/crc32.h"
#include "agent/state/state_file.h"

namespace liqo::state {
namespace {

constexpr std::string_view kEndPrefix = "],\"checksum\":\"crc32:";
constexpr std::string_view kEndSuffix = "\"}";

Error damaged(const std::string& why) { return Error{Errc::kMalformed, why}; }

/// The next line without its end; nothing at the end of the file, or where a line has no end or is
/// longer than any that is written.
std::optional<std::string> next_line(std::istream& in) {
  std::string line;
  char c = 0;
  auto* octets = in.rdbuf();
  while (line.size() <= kMaxLineOctets + 1) {
    const int next = octets->sbumpc();
    if (next == std::char_traits<char>::eof()) return std::nullopt;
    c = static_cast<char>(next);
    if (c == '\n') return line;
    line += c;
  }
  return std::nullopt;
}

bool is_end(std::string_view line) {
  return line.starts_with(kEndPrefix) && line.ends_with(kEndSuffix);
}

/// From the first to the last octet, but for the meaning of the lines between.
Result<void> verify(std::istream& in) {
  Crc32 checksum;
  while (auto line = next_line(in)) {
    if (is_end(*line)) {
      const bool whole = in.rdbuf()->sgetc() == std::char_traits<char>::eof();
      const std::string expected =
          std::string(kEndPrefix) + checksum.hex() + std::string(kEndSuffix);
      if (!whole || *line != expected) return damaged("its checksum is wrong");
      return {};
    }
    checksum.add(*line);
    checksum.add("\n");
  }
  return damaged("it is cut short");
}

/// When it was saved.
Result<WallTime> read_header(std::istream& in) {
  const auto line = next_line(in);
  if (!line) return damaged("it is not a state file");
  const auto header = nlohmann::json::parse(*line + "]}", nullptr, /*allow_exceptions=*/false);
  if (!header.is_object()) return damaged("it is not a state file");
  const auto version = header.find("version");
  const auto saved = header.find("saved");
  if (version == header.end() || !version->is_number_integer()) {
    return damaged("it has no version");
  }
  if (*version != kVersion) return damaged("it is of another version: " + version->dump());
  if (saved == header.end() || !saved->is_number_integer()) {
    return damaged("it does not say when it was saved");
  }
  return WallTime(std::chrono::milliseconds(saved->get<std::int64_t>()));
}

Result<std::ifstream> open_state(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    if (errno == ENOENT) return Error{Errc::kNotFound, path + " is not there"};
    return Error{Errc::kIo, "cannot open " + path + ": " + std::strerror(errno)};
  }
  in.seekg(0, std::ios::end);
  const auto size = in.tellg();
  in.seekg(0);
  if (!in) return Error{Errc::kIo, "cannot read " + path};
  if (size > static_cast<std::streamoff>(kMaxFileOctets)) return damaged("it is too long");
  return in;
}

}  // namespace

Result<void> read_state(const std::string& directory, const InterfaceIndex& interfaces,
                        WallTime now, const std::function<void(const Cluster&)>& each) {
  auto in = open_state(directory + "/" + std::string(kFileName));
  if (!in) return in.error();
  const auto saved = read_header(*in);
  if (!saved) return saved.error();
  in->seekg(0);
  if (auto verified = verify(*in); !verified) return verified;
  if (now - *saved > kMaxAge) return {};

  in->clear();
  in->seekg(0);
  next_line(*in);
  while (const auto line = next_line(*in)) {
    if (is_end(*line)) break;
    std::string_view object = *line;
    if (object.ends_with(',')) object.remove_suffix(1);
    if (const auto cluster = from_line(object, interfaces)) each(*cluster);
  }
  return {};
}

}  // namespace liqo::state
