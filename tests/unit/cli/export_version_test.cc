#include "cli/export/liqo_release.h"
#include "cli/export/liqo_version.h"
#include "tests/support/catch.h"

using namespace liqo;
using namespace liqo::cli;

namespace {

LiqoVersion version(std::string_view text) {
  const auto read = LiqoVersion::parse(text);
  INFO(text);
  REQUIRE(read.has_value());
  return *read;
}

}  // namespace

TEST_CASE("Liqo version: with or without a v, with or without a patch") {
  CHECK(version("0.2").to_string() == "0.2");
  CHECK(version("0.10").minor == 10);
  CHECK_FALSE(version("v0.10").patch.has_value());
  CHECK(version("v0.10.3").to_string() == "0.10.3");
  CHECK(version("1.0").major == 1);
  CHECK(version("2.17.100").to_string() == "2.17.100");
}

TEST_CASE("Liqo version: everything else is refused, with what was expected") {
  for (const char* text :
       {"",         "v",           "1",      "v1",           "1.",      ".1",      "0.10.",
        "0.10.3.1", "0.10.3-rc.1", "0.10 ",  " 0.10",        "0,10",    "V0.10",   "vv0.10",
        "0.010",    "00.10",       "-0.10",  "+0.10",        "0.x",     "latest",  "0.0",
        "0.11",     "0.99.1",      "1.1000", "4294967296.1", "v0.10\n", "0.10\x1b"}) {
    const auto read = LiqoVersion::parse(text);
    CAPTURE(text);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == Errc::kInvalid);
    CHECK(read.error().detail.starts_with("expected a version of Liqo such as 0.2, 0.10, v0.10.3"));
    CHECK(read.error().detail.find_first_of("\n\x1b") == std::string::npos);
  }
}

TEST_CASE("Liqo version: in order; without a patch it is the last of its minor version") {
  CHECK(version("0.9") < version("0.10"));
  CHECK(version("0.10.3") < version("0.10"));
  CHECK(version("0.10") < version("1.0.0"));
  CHECK_FALSE(version("1.0") < version("1.0"));
  CHECK(version("0.10.1").peers_with(version("v0.10")));
  CHECK_FALSE(version("0.10.1").peers_with(version("0.9.1")));
  CHECK_FALSE(version("1.2").peers_with(version("0.2")));
}

TEST_CASE("Liqo release: each version has its row") {
  struct Row {
    const char* version;
    LiqoVersion first;
  };
  const Row rows[] = {{"0.1", {0, 1, 0}},   {"0.2", {0, 2, 0}},   {"0.2.1", {0, 2, 0}},
                      {"0.3.0", {0, 3, 0}}, {"0.3.1", {0, 3, 0}}, {"0.3.2", {0, 3, 2}},
                      {"0.3", {0, 3, 2}},   {"0.4.0", {0, 3, 2}}, {"0.5", {0, 5, 0}},
                      {"0.5.4", {0, 5, 0}}, {"0.6", {0, 6, 0}},   {"0.7.2", {0, 6, 0}},
                      {"0.8", {0, 6, 0}},   {"0.9.4", {0, 6, 0}}, {"0.10.3", {0, 6, 0}},
                      {"1.0.0", {1, 0, 0}}, {"1.2", {1, 0, 0}},   {"2.0", {1, 0, 0}}};
  for (const Row& row : rows) {
    CAPTURE(row.version);
    CHECK(release_of(version(row.version)).first.to_string() == row.first.to_string());
  }
}
