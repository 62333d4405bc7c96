#pragma once

#include <functional>
#include <map>
#include <string>

#include "cli/json.h"
#include "resolver/result.h"

namespace liqo::cli {

/// The events of a watch as a stream of YAML documents: one for each cluster that comes or whose
/// manifest changes, ended by `---` so that its reader need not wait for the next one. What is no
/// document is a comment of one line between them: `# removed REASON: CLUSTER`, `# sync`, and
/// `# skipped: WHY` for a cluster that has none, once until that changes. Remembers what it told of
/// each cluster.
class ManifestFeed {
 public:
  /// Makes a cluster's document; an error is the reason why it has none.
  using Make = std::function<Result<std::string>(const Json& cluster)>;
  explicit ManifestFeed(Make make) : make_(std::move(make)) {}

  /// The lines that an event makes; often none.
  std::string take(const Json& event);

 private:
  struct Told {
    std::string text;
    std::string title;
    bool current = true;  ///< told by the snapshot that is being read
  };

  std::string take_cluster(const Json& cluster);
  std::string remove(const Json& cluster, const std::string& reason);
  std::string end_snapshot();

  Make make_;
  std::map<std::string, Told> told_;  // by id
};

}  // namespace liqo::cli
