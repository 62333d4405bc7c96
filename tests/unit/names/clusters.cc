#include "tests/unit/names/clusters.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace liqo::test {

IpAddress ip(std::string_view text) {
  const std::size_t percent = text.find('%');
  Result<IpAddress> address = IpAddress::parse(text.substr(0, percent));
  if (!address) throw std::invalid_argument(std::string(text));
  if (percent == std::string_view::npos) return *address;
  const std::string zone(text.substr(percent + 1));
  return address->with_zone(static_cast<std::uint32_t>(std::stoul(zone)), "eth" + zone);
}

ClusterBuilder::ClusterBuilder(ClusterId id) { cluster_.id = std::move(id); }

ClusterBuilder& ClusterBuilder::held_name(std::string name) {
  cluster_.name = name;
  cluster_.held_name = std::move(name);
  return *this;
}

ClusterBuilder& ClusterBuilder::id_taken() {
  cluster_.id_taken = true;
  return *this;
}

ClusterBuilder& ClusterBuilder::endpoint(Service service,
                                         std::initializer_list<std::string_view> addresses,
                                         Source source) {
  Endpoint endpoint;
  endpoint.port = 443;
  endpoint.source = source;
  for (const std::string_view address : addresses) endpoint.addresses.push_back(ip(address));
  cluster_.endpoints[index_of(service)] = std::move(endpoint);
  return *this;
}

ClusterBuilder& ClusterBuilder::sighting(Service service, Source source,
                                         std::optional<WallTime> until) {
  Sighting sighting;
  sighting.key.service = service;
  sighting.key.source = source;
  if (until) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(until->time_since_epoch());
    sighting.txt.add("until", std::to_string(seconds.count()));
  }
  SightingEntry entry;
  entry.sighting = std::make_shared<const Sighting>(std::move(sighting));
  cluster_.sightings.push_back(std::move(entry));
  return *this;
}

ClusterBuilder& ClusterBuilder::first_seen(WallTime time) {
  cluster_.first_seen = time;
  return *this;
}

std::shared_ptr<const Cluster> ClusterBuilder::build() const {
  return std::make_shared<const Cluster>(cluster_);
}

Clusters view(std::initializer_list<ClusterBuilder> clusters) {
  Clusters view;
  for (const ClusterBuilder& builder : clusters) view.push_back(builder.build());
  std::sort(view.begin(), view.end(), [](const auto& a, const auto& b) { return a->id < b->id; });
  return view;
}

std::vector<std::string> lines(const names::NameTable& table) {
  std::vector<std::string> lines;
  for (const names::NameRecord& record : table.names) {
    std::string line = record.name;
    for (const IpAddress& address : *record.addresses) line += ' ' + address.to_string();
    lines.push_back(std::move(line));
  }
  for (const names::AddressRecord& record : table.addresses) {
    lines.push_back(record.address.to_string() + " -> " + record.name);
  }
  return lines;
}

Directory::Directory() {
  std::string pattern = "/tmp/liqo-names-test.XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = pattern;
}

Directory::~Directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Directory::read(std::string_view file) const {
  std::ostringstream text;
  text << std::ifstream(path_ + "/" + std::string(file), std::ios::binary).rdbuf();
  return text.str();
}

std::vector<std::string> Directory::list() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path_)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace liqo::test
