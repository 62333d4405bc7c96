#include "cli/export/manifest_feed.h"

namespace liqo::cli {
namespace {

std::string comment(const std::string& text) { return "# " + text + "\n"; }

std::string title_of(const Json& cluster) {
  const std::string name = text_field(cluster, "name");
  const std::string id = text_field(cluster, "id");
  return name.empty() ? id : name + " (" + id + ")";
}

}  // namespace

std::string ManifestFeed::take(const Json& event) {
  const std::string kind = raw_field(event, "event");
  const Json& cluster = field(event, "cluster");
  if (kind == "sync") return end_snapshot();
  if (kind == "resync") {
    for (auto& [id, told] : told_) told.current = false;
    return {};
  }
  if (!cluster.is_object()) return {};
  if (kind == "removed") return remove(cluster, text_field(event, "reason"));
  return take_cluster(cluster);
}

std::string ManifestFeed::take_cluster(const Json& cluster) {
  const auto made = make_(cluster);
  std::string text = made ? *made + "---\n" : comment("skipped: " + made.error().detail);
  Told& told = told_[raw_field(cluster, "id")];
  told.current = true;
  told.title = title_of(cluster);
  if (text == told.text) return {};
  told.text = text;
  return text;
}

std::string ManifestFeed::remove(const Json& cluster, const std::string& reason) {
  told_.erase(raw_field(cluster, "id"));
  return comment("removed " + reason + ": " + title_of(cluster));
}

/// What went while nobody was told is what the new snapshot does not tell.
std::string ManifestFeed::end_snapshot() {
  std::string text;
  for (auto each = told_.begin(); each != told_.end();) {
    if (each->second.current) {
      ++each;
      continue;
    }
    text += comment("removed resync: " + each->second.title);
    each = told_.erase(each);
  }
  return text + comment("sync");
}

}  // namespace liqo::cli
