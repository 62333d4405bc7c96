#include "agent/config/reader.h"

#include <algorithm>
#include <utility>

#include "resolver/dnssd/domain_name.h"

namespace liqo {
namespace {

constexpr std::int64_t kMaxPort = 65535;
constexpr std::size_t kMaxGlobs = 256;  // a host with more kinds of interfaces is not configured
constexpr std::size_t kMaxGlobOctets = 64;  // IFNAMSIZ is 16

bool is_control(char octet) {
  const auto value = static_cast<unsigned char>(octet);
  return value < 0x20 || value == 0x7F;
}

std::string known_keys(const ConfigKeys& keys) {
  std::string names;
  for (const auto& [key, read] : keys) {
    if (!names.empty()) names += ", ";
    names += key;
  }
  return names;
}

ConfigPlace inner_place(const ConfigPlace& outer, std::string_view key, const toml::node& node) {
  const std::string shown = label_to_text(key);
  return {outer.file, node.source().begin.line,
          outer.key.empty() ? shown : outer.key + "." + shown};
}

}  // namespace

Result<void> read_table(const ConfigValue& value, const ConfigKeys& keys) {
  const toml::table* table = value.node.as_table();
  if (table == nullptr) return value.place.error("expected a table");
  for (const auto& [key, node] : *table) {
    const std::string_view name = key.str();
    const ConfigPlace place = inner_place(value.place, name, node);
    const auto known = keys.find(name);
    if (known == keys.end()) return place.error("unknown key; known here: " + known_keys(keys));
    if (auto read = known->second({node, place}); !read) return read;
  }
  return {};
}

Result<void> read_bool(const ConfigValue& value, bool& into) {
  const auto told = value.node.value_exact<bool>();
  if (!told) return value.place.error("expected true or false");
  into = *told;
  return {};
}

Result<void> read_port(const ConfigValue& value, std::optional<std::uint16_t>& into) {
  const auto told = value.node.value_exact<std::int64_t>();
  if (!told || *told < 1 || *told > kMaxPort)
    return value.place.error("expected a port, 1 to 65535");
  into = static_cast<std::uint16_t>(*told);
  return {};
}

Result<void> read_text(const ConfigValue& value, std::size_t max_octets, std::string& into) {
  auto told = value.node.value_exact<std::string>();
  if (!told || told->size() > max_octets || std::any_of(told->begin(), told->end(), is_control)) {
    return value.place.error("expected text of at most " + std::to_string(max_octets) +
                             " octets without control characters");
  }
  into = std::move(*told);
  return {};
}

Result<void> read_globs(const ConfigValue& value, std::vector<std::string>& into) {
  const toml::array* list = value.node.as_array();
  if (list == nullptr || list->size() > kMaxGlobs) {
    return value.place.error("expected a list of interface names or globs");
  }
  std::vector<std::string> globs;
  for (const toml::node& node : *list) {
    const ConfigPlace place{value.place.file, node.source().begin.line, value.place.key};
    std::string& glob = globs.emplace_back();
    if (auto read = read_text({node, place}, kMaxGlobOctets, glob); !read) return read;
    if (glob.empty()) return place.error("expected an interface name or a glob, not an empty text");
  }
  into = std::move(globs);
  return {};
}

}  // namespace liqo
