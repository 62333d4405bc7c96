#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "agent/registry/cluster.h"

namespace liqo::api {

/// Appends a cluster as the interface's type Cluster: JSON text. `suffix` is that of its host
/// names.
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
    std::shared_ptr<const Cluster> cluster;  // the one that the text is of
    Text text;
  };

  std::size_t max_octets_;
  std::size_t octets_ = 0;
  std::string suffix_;
  std::string scratch_;  // a text grows here and is then kept in its exact size
  std::unordered_map<ClusterId, Entry> entries_;
};

}  // namespace liqo::api
