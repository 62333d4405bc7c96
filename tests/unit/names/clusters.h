#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/names/name_table.h"
#include "agent/registry/registry.h"

namespace liqo::test {

/// "10.0.0.1", "fe80::1%2": the zone by its index, "eth2" by name.
IpAddress ip(std::string_view text);

/// A cluster as the registry would have it, for a view put together by hand.
class ClusterBuilder {
 public:
  explicit ClusterBuilder(ClusterId id);
  ClusterBuilder& held_name(std::string name);
  ClusterBuilder& id_taken();
  ClusterBuilder& endpoint(Service service, std::initializer_list<std::string_view> addresses,
                           Source source = Source::kLan);
  /// A sighting of the endpoint, with TXT `until=` where it is given.
  ClusterBuilder& sighting(Service service, Source source, std::optional<WallTime> until);
  ClusterBuilder& first_seen(WallTime time);
  [[nodiscard]] std::shared_ptr<const Cluster> build() const;

 private:
  Cluster cluster_;
};

Clusters view(std::initializer_list<ClusterBuilder> clusters);

/// "name address address": the records of a table, a line each.
std::vector<std::string> lines(const names::NameTable& table);

/// A directory of its own, removed with all that is in it.
class Directory {
 public:
  Directory();
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string read(std::string_view file) const;
  [[nodiscard]] std::vector<std::string> list() const;

 private:
  std::string path_;
};

}  // namespace liqo::test
