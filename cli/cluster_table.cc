#include "cli/cluster_table.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "cli/age.h"

namespace liqo::cli {
namespace {

constexpr std::array<std::string_view, 3> kEndpoints = {"auth", "api", "gateway"};
constexpr std::size_t kLeastId = 8;
constexpr std::size_t kLeastName = 12;

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

Cell plain(const std::string& text) {
  return {or_dash(text), text.empty() ? Tone::kQuiet : Tone::kPlain};
}

std::string folded(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

std::string sources_of(const Json& cluster) {
  std::set<std::string> sources;
  for (const Json& sighting : field(cluster, "sightings")) {
    sources.insert(text_field(sighting, "source"));
  }
  std::string text;
  for (const char* source : {"lan", "dns", "manual"}) {
    if (sources.contains(source)) text.append(text.empty() ? "" : ",").append(source);
  }
  return text;
}

std::string addresses_of(const Json& cluster) {
  std::vector<std::string> all;
  for (const std::string_view name : kEndpoints) {
    const Json& addresses = field(field(field(cluster, "endpoints"), name), "addresses");
    for (const Json& address : addresses) {
      const std::string text = printable_of(address);
      if (!text.empty() && std::find(all.begin(), all.end(), text) == all.end())
        all.push_back(text);
    }
  }
  std::string text;
  for (const std::string& each : all) text.append(text.empty() ? "" : ",").append(each);
  return text;
}

}  // namespace

std::string endpoint_text(const Json& cluster, std::string_view endpoint) {
  const Json& found = field(field(cluster, "endpoints"), endpoint);
  const auto port = number_field(found, "port");
  if (!found.is_object() || !port) return "-";
  const Json& addresses = field(found, "addresses");
  std::string host = text_field(found, "host");
  if (addresses.is_array() && !addresses.empty()) host = printable_of(addresses.front());
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return host + ":" + std::to_string(*port);
}

std::vector<Column> cluster_columns(Detail detail, std::size_t id_width) {
  constexpr std::size_t kRigid = Column::kRigid;
  std::vector<Column> columns = {{"NAME", 0, kLeastName, 0},
                                 {"ID", 0, id_width, 0},
                                 {"STATE", 0, kRigid, 7},
                                 {"IDENTITY", 2, kRigid, 9},
                                 {"AUTH", 1},
                                 {"API", 4},
                                 {"GATEWAY", 5},
                                 {"SOURCES", 3},
                                 {"AGE", 0, kRigid, 5}};
  if (detail == Detail::kWide) {
    columns.insert(columns.end(),
                   {{"VERSION", 6}, {"SITE", 7}, {"SEEN", 8, kRigid, 5}, {"ADDRESSES", 9}});
  }
  return columns;
}

std::vector<Cell> cluster_row(const Json& cluster, Detail detail, WallTime now) {
  const std::string state = text_field(cluster, "state");
  const std::string identity = text_field(cluster, "identity");
  std::vector<Cell> row = {plain(text_field(cluster, "name")),
                           {text_field(cluster, "id")},
                           {or_dash(state), tone_of_state(state)},
                           {or_dash(identity), tone_of_identity(identity)}};
  for (const std::string_view endpoint : kEndpoints) {
    const std::string text = endpoint_text(cluster, endpoint);
    row.push_back({text, text == "-" ? Tone::kQuiet : Tone::kPlain});
  }
  row.push_back(plain(sources_of(cluster)));
  row.push_back({age_since(raw_field(cluster, "firstSeen"), now)});
  if (detail == Detail::kWide) {
    row.push_back(plain(text_field(cluster, "version")));
    row.push_back(plain(text_field(cluster, "site")));
    row.push_back({age_since(raw_field(cluster, "lastSeen"), now)});
    row.push_back(plain(addresses_of(cluster)));
  }
  return row;
}

std::size_t telling_width(std::vector<std::string> ids) {
  std::sort(ids.begin(), ids.end());
  std::size_t width = kLeastId;
  for (std::size_t i = 1; i < ids.size(); ++i) {
    const auto differ =
        std::mismatch(ids[i - 1].begin(), ids[i - 1].end(), ids[i].begin(), ids[i].end());
    width = std::max(width, static_cast<std::size_t>(differ.second - ids[i].begin()) + 1);
  }
  return width + 1;  // the ellipsis
}

std::string sort_key(const Json& cluster) {
  const std::string name = folded(raw_field(cluster, "name"));
  return (name.empty() ? "1" : "0") + name + '\0' + raw_field(cluster, "id");
}

Table cluster_table(const std::vector<Json>& clusters, Detail detail, WallTime now) {
  std::multimap<std::string, const Json*> sorted;
  std::vector<std::string> ids;
  for (const Json& cluster : clusters) {
    sorted.emplace(sort_key(cluster), &cluster);
    ids.push_back(text_field(cluster, "id"));
  }
  Table table(cluster_columns(detail, telling_width(std::move(ids))));
  for (const auto& [key, cluster] : sorted) table.add(cluster_row(*cluster, detail, now));
  return table;
}

}  // namespace liqo::cli
