#include "agent/probe/https.h"

#include "agent/probe/ids.h"
#include "tests/support/catch.h"
#include "tests/unit/probe/https_world.h"

namespace liqo::probe {
namespace {

using test::give;
using test::http_answer;

TEST_CASE("Https: what Liqo says of itself, and all there is to know of the connection") {
  for (const std::string& body : {liqo_0_2_ids(), liqo_ids()}) {
    const HttpsServer server(give(http_answer("200 OK", body)));
    HttpsWorld world;
    const HttpsOutcome outcome = world.ask(server);
    CHECK(text_of(outcome) == "done 200: " + body);
    CHECK(outcome.fingerprint == server.fingerprint());
    CHECK(outcome.address == server.address());
    CHECK(outcome.connect_time <= outcome.tls_time);
    CHECK(outcome.tls_time <= outcome.total_time);
    CHECK(parse_ids(outcome.body)->id == kId);
  }
}

}  // namespace
}  // namespace liqo::probe
