#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/check/setting.h"

namespace liqo::test {

IpAddress ip(const std::string& text);

/// Two clusters for a story; `sides()` is what is known of both.
struct Pair {
  std::optional<Advert> own = Advert{"milan-id", {}, {}};
  LocalNetwork network{{{ip("10.0.0.9"), 24, 2}, {ip("127.0.0.1"), 8, 1}}};
  Cluster cluster;
  std::vector<std::string> fingerprints;

  Pair();
  Pair& ours(const std::string& site, const std::string& address = "");
  Pair& theirs(const std::string& site, const std::string& address, bool on_lan = false);
  Pair& versions(const std::string& ours, const std::string& theirs);
  [[nodiscard]] check::Sides sides() const { return {own, network, cluster, fingerprints}; }
  [[nodiscard]] check::Setting setting() const { return check::setting_of(sides()); }
};

}  // namespace liqo::test
