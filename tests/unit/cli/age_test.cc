#include "cli/age.h"

#include "tests/support/catch.h"

using namespace liqo;
using namespace liqo::cli;
using namespace std::chrono_literals;

TEST_CASE("Age: the two greatest units that matter") {
  CHECK(short_age(-5s) == "0s");
  CHECK(short_age(999ms) == "0s");
  CHECK(short_age(59s) == "59s");
  CHECK(short_age(60s) == "1m");
  CHECK(short_age(125s) == "2m5s");
  CHECK(short_age(12min + 30s) == "12m");
  CHECK(short_age(3h + 7min + 1s) == "3h7m");
  CHECK(short_age(11h + 59min) == "11h");
  CHECK(short_age(52h) == "2d4h");
  CHECK(short_age(24h * 120) == "120d");
}

TEST_CASE("Age: RFC 3339 as the agent writes it") {
  const auto time = parse_rfc3339("2026-11-23T09:05:07Z");
  REQUIRE(time.has_value());
  CHECK(to_rfc3339(*time) == "2026-11-23T09:05:07Z");
  CHECK(parse_rfc3339("2026-11-23T09:05:07.25Z") == time);
  CHECK(age_since("2026-11-23T09:05:07Z", *time + 90s) == "1m30s");
  CHECK(age_since("2026-11-23T09:05:07Z", *time - 90s) == "0s");
}

TEST_CASE("Age: what is no time has none") {
  for (const char* text : {"", "Z", "now", "2026-11-23", "2026-13-23T09:05:07Z",
                           "2026-11-23T09:05:07", "2026-11-23 09:05:07Z", "20x6-11-23T09:05:07Z"}) {
    CHECK_FALSE(parse_rfc3339(text).has_value());
    CHECK(age_since(text, WallTime()) == "-");
  }
}
