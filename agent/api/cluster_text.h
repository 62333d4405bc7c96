#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "agent/registry/cluster.h"

namespace liqo::api {

/// Appends a cluster as the interface's type Cluster: JSON text. `suffix` is that of its host
/// names; empty where it has none.
void append_cluster(std::string& out, const Cluster& cluster, std::string_view suffix);

/// The texts of clusters, made once and shared by all who read them: lists, watchers, Get.
class ClusterTexts {
 public:
  using Text = std::shared_ptr<const std::string>;

  /// Keeps at most `max_octets` of text; what does not fit is made anew each time.
  explicit ClusterTexts(std::size_t max_octets) : max_octets_(max_octets) {}

  Text text(const std::shared_ptr<const Cluster>& cluster, std::string_view suffix);
  void forget(const ClusterId& id);
  /// Drops all and gives the memory back to the system.
  void clear();

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::size_t octets() const { return octets_; }

 private:
  struct Entry {
    std::shared_ptr<const Cluster> cluster;
    Text text;
  };

  std::size_t max_octets_;
  std::size_t octets_ = 0;
  std::string suffix_;
  std::string scratch_;  // a text grows here and is then kept in its exact size
  // A cluster's value is never altered, so its address names it while the entry holds it: a list
  // of ten thousand finds its texts without a look at their ids.
  std::unordered_map<const Cluster*, Entry> entries_;
  std::unordered_map<ClusterId, const Cluster*> latest_;  // to find the entry of an older value
};

}  // namespace liqo::api
