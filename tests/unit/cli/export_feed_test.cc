// `watch --format foreigncluster`: what each event makes.

#include "cli/export/manifest_feed.h"
#include "tests/support/catch.h"
#include "tests/unit/cli/fake_agent.h"

using namespace liqo;
using namespace liqo::cli;

namespace {

/// Documents that name the state, so that a test can change them; none of who has none.
ManifestFeed feed() {
  return ManifestFeed([](const Json& cluster) -> Result<std::string> {
    const std::string state = text_field(cluster, "state");
    if (state == "stale") return Error{Errc::kRefused, text_field(cluster, "id") + " is stale"};
    return "state: " + state + "\n";
  });
}

Json event(std::string_view kind, std::string_view reason, std::string_view state = "fresh",
           std::string_view id = "id-a") {
  return make_event(1, kind, reason, make_cluster(id, "milan", state));
}

Json bare(std::string_view kind) { return make_event(1, kind, "", nullptr); }

}  // namespace

TEST_CASE("Manifest feed: a document for each cluster, ended at once") {
  ManifestFeed documents = feed();
  CHECK(documents.take(event("added", "snapshot")) == "state: fresh\n---\n");
  CHECK(documents.take(event("added", "snapshot", "suspect", "id-b")) == "state: suspect\n---\n");
  CHECK(documents.take(bare("sync")) == "# sync\n");
}

TEST_CASE("Manifest feed: a change that changes no document says nothing") {
  ManifestFeed documents = feed();
  documents.take(event("added", "discovered"));
  CHECK(documents.take(event("changed", "updated")).empty());
  CHECK(documents.take(event("changed", "suspect", "suspect")) == "state: suspect\n---\n");
  CHECK(documents.take(event("changed", "fresh")) == "state: fresh\n---\n");
}

TEST_CASE("Manifest feed: what has no document says why, once until that changes") {
  ManifestFeed documents = feed();
  CHECK(documents.take(event("added", "discovered", "stale")) == "# skipped: id-a is stale\n");
  CHECK(documents.take(event("changed", "updated", "stale")).empty());
  CHECK(documents.take(event("changed", "fresh")) == "state: fresh\n---\n");
  CHECK(documents.take(event("changed", "stale", "stale")) == "# skipped: id-a is stale\n");
}

TEST_CASE("Manifest feed: what goes is a comment in one line, and comes again as new") {
  ManifestFeed documents = feed();
  documents.take(event("added", "discovered"));
  CHECK(documents.take(event("removed", "no-answer")) == "# removed no-answer: milan (id-a)\n");
  CHECK(documents.take(event("added", "discovered")) == "state: fresh\n---\n");
  const Json odd = make_event(1, "removed", "a\nb: c", make_cluster("id-a", "x\n---\nkind: Y"));
  CHECK(documents.take(odd) == "# removed a\\x0ab: c: x\\x0a---\\x0akind: Y (id-a)\n");
}

TEST_CASE("Manifest feed: after a resync only what is different is told") {
  ManifestFeed documents = feed();
  documents.take(event("added", "snapshot"));
  documents.take(event("added", "snapshot", "fresh", "id-b"));
  documents.take(event("added", "snapshot", "fresh", "id-c"));
  documents.take(bare("sync"));
  CHECK(documents.take(bare("resync")).empty());
  CHECK(documents.take(event("added", "snapshot")).empty());
  CHECK(documents.take(event("added", "snapshot", "suspect", "id-c")) == "state: suspect\n---\n");
  CHECK(documents.take(bare("sync")) == "# removed resync: milan (id-b)\n# sync\n");
  CHECK(documents.take(bare("sync")) == "# sync\n");
}

TEST_CASE("Manifest feed: events that are none") {
  ManifestFeed documents = feed();
  CHECK(documents.take(Json()).empty());
  CHECK(documents.take(bare("added")).empty());
  CHECK(documents.take({{"event", 7}, {"cluster", {{"id", 1}}}}) == "state: \n---\n");
  CHECK(documents.take({{"event", "removed"}}).empty());
}
