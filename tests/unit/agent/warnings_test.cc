#include "agent/warnings.h"

#include "tests/support/catch.h"

namespace liqo::test {
namespace {

const Now kNow{BootTime(std::chrono::hours(1)), WallTime(std::chrono::seconds(1'795'424'400))};

TEST_CASE("Warnings: a condition is known before it is met, and logged from then on") {
  Warnings warnings;
  CHECK_FALSE(warnings.tell("it rains", 0, kNow));
  REQUIRE(warnings.entries().count("it rains") == 1);
  CHECK(warnings.entries().at("it rains").count == 0);
  CHECK(warnings.tell("it rains", 2, kNow));
  CHECK_FALSE(warnings.tell("it rains", 2, kNow));
  CHECK_FALSE(warnings.tell("it rains", 3, kNow));
  CHECK(warnings.entries().at("it rains").count == 3);
  CHECK(warnings.entries().at("it rains").last == kNow.wall);
  CHECK_FALSE(warnings.tell("it rains", 0, kNow));
  CHECK(warnings.entries().at("it rains").count == 3);
}

TEST_CASE("Warnings: what goes on is logged again after a while") {
  Warnings warnings;
  CHECK(warnings.tell("it rains", 1, kNow));
  Now later = kNow;
  later.boot += Warnings::kLogInterval;
  CHECK(warnings.tell("it rains", 2, later));
}

}  // namespace
}  // namespace liqo::test
