#include "tests/unit/probe/https_world.h"

#include <optional>

#include "resolver/dnssd/socket_address.h"
#include "tests/support/catch.h"
#include "tests/support/until.h"

namespace liqo::probe {

std::string liqo_0_2_ids() {
  return R"({"clusterId":")" + std::string(kId) +
         R"(","clusterName":"milan","guestNamespace":"liqo"})";
}

std::string liqo_ids() {
  return R"({"clusterId":")" + std::string(kId) + R"(","clusterName":"milan"})";
}

HttpsRequest request_to(const HttpsServer& server, std::string host) {
  return {std::move(host), server.port(), "/ids", {server.address()}};
}

HttpsOutcome HttpsWorld::ask(HttpsRequest request) {
  std::optional<HttpsOutcome> told;
  const auto question = https->get(std::move(request), [&](const HttpsOutcome& outcome) {
    REQUIRE_FALSE(told.has_value());
    told = outcome;
  });
  CHECK_FALSE(told.has_value());
  REQUIRE(test::run_until(
      loop, [&] { return told.has_value(); }, 2 * kLong));
  return *told;
}

std::string text_of(const HttpsOutcome& outcome) {
  const std::string stage(to_string(outcome.stage));
  if (outcome.stage == HttpsStage::kDone) {
    return stage + " " + std::to_string(outcome.status) + ": " + outcome.body;
  }
  return stage + ", " + std::string(to_string(outcome.error.code)) + ": " + outcome.error.detail;
}

std::string text_of(const HttpsOutcome& outcome, const HttpsServer& server) {
  std::string text = text_of(outcome);
  const std::string place = place_text(server.address(), server.port()) + ": ";
  const std::size_t at = text.find(place);
  REQUIRE(at != std::string::npos);
  return text.erase(at, place.size());
}

}  // namespace liqo::probe
