#include "agent/manual/entries.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "agent/state/crc32.h"
#include "agent/state/whole_file.h"

namespace liqo::manual {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr std::size_t kMaxFileOctets = std::size_t{1} << 20;

std::string path_in(const std::string& directory) {
  return directory + "/" + std::string(kFileName);
}

/// The text at `key`; empty where it is missing, nothing where it is no text.
std::optional<std::string> text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) return std::string();
  if (!found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<Entry> read_entry(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto url = text_of(json, "url");
  auto name = text_of(json, "name");
  auto id = text_of(json, "id");
  const auto added = json.find("added");
  if (!url || !name || !id || added == json.end() || !added->is_number_integer() ||
      name->size() > kMaxNameOctets || (!id->empty() && !is_rfc1123_label(*id))) {
    return std::nullopt;
  }
  auto parsed = parse_auth_url(*url);
  if (!parsed) return std::nullopt;
  return Entry{*std::move(parsed), *std::move(name), *std::move(id),
               WallTime(std::chrono::milliseconds(added->get<std::int64_t>()))};
}

/// As the document's last line has it, for all that is before that.
std::string end_of(std::string_view before) {
  state::Crc32 sum;
  sum.add(before);
  return "],\"checksum\":\"crc32:" + sum.hex() + "\"}\n";
}

std::string line_of(const Entry& entry) {
  Json json{{"url", entry.url.to_string()}};
  if (!entry.name.empty()) json["name"] = entry.name;
  if (!entry.id.empty()) json["id"] = entry.id;
  json["added"] = entry.added.time_since_epoch().count();
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Entries::iterator find_url(Entries& entries, const std::string& url) {
  const auto wanted = parse_auth_url(url);
  if (!wanted) return entries.end();
  return std::find_if(entries.begin(), entries.end(),
                      [&wanted](const Entry& entry) { return entry.url == *wanted; });
}

std::string provisional_label(const Entry& entry) {
  state::Crc32 sum;
  sum.add(entry.url.to_string());
  return "manual-" + sum.hex();
}

Sighting sighting_of(const Entry& entry, std::vector<IpAddress> addresses) {
  Sighting sighting;
  sighting.key.source = Source::kManual;
  sighting.key.service = Service::kAuth;
  sighting.key.instance = provisional_label(entry);
  sighting.key.record = entry.url.to_string();
  sighting.target_host = entry.url.host;
  sighting.port = entry.url.port;
  sighting.addresses = std::move(addresses);
  if (!entry.id.empty()) sighting.txt.add("id", entry.id);
  if (!entry.name.empty()) sighting.txt.add("name", entry.name);
  sighting.unnamed = entry.id.empty();
  return sighting;
}

Result<Entries> read_entries(const std::string& directory) {
  const auto octets = state::read_whole(path_in(directory), kMaxFileOctets);
  if (!octets) return octets.error();
  const std::size_t end = octets->rfind("],");
  if (end == std::string::npos || octets->substr(end) != end_of(octets->substr(0, end))) {
    return Error{Errc::kMalformed, "it is cut short, or its checksum is wrong"};
  }
  const Json json = Json::parse(*octets, nullptr, /*allow_exceptions=*/false);
  const Error damaged{Errc::kMalformed, "it is not a list of entries of version 1"};
  if (!json.is_object() || json.value("version", Json()) != kVersion) return damaged;
  const auto list = json.find("entries");
  if (list == json.end() || !list->is_array() || list->size() > kMaxEntries) return damaged;
  Entries entries;
  for (const Json& each : *list) {
    auto entry = read_entry(each);
    const bool again = entry && std::any_of(entries.begin(), entries.end(),
                                            [&](const Entry& e) { return e.url == entry->url; });
    if (!entry || again) return damaged;
    entries.push_back(*std::move(entry));
  }
  return entries;
}

Result<void> write_entries(const std::string& directory, const Entries& entries) {
  state::NewFile file(path_in(directory));
  if (!file.opened()) return file.error("create");
  std::string text = "{\"version\":" + std::to_string(kVersion) + ",\"entries\":[\n";
  for (const Entry& entry : entries) {
    text += line_of(entry) + (&entry == &entries.back() ? "\n" : ",\n");
  }
  text += end_of(text);
  if (!file.append(text)) return file.error("write");
  return file.commit();
}

}  // namespace liqo::manual
