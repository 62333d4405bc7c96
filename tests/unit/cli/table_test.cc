#include "cli/table.h"

#include "cli/text.h"
#include "tests/support/catch.h"

using namespace liqo::cli;

namespace {

const Palette kPlainPalette(false);

Table cities() {
  Table table({{"NAME", 0, 4}, {"ID", 0}, {"STATE", 1}, {"AGE", 2}});
  table.add({{"milan"}, {"a1"}, {"fresh"}, {"5m"}});
  table.add({{"東京"}, {"b22"}, {"suspect"}, {"1d"}});
  return table;
}

}  // namespace

TEST_CASE("Table: columns are aligned by display width") {
  CHECK(joined(cities().lines(kPlainPalette)) ==
        "NAME    ID    STATE     AGE\n"
        "milan   a1    fresh     5m\n"
        "東京    b22   suspect   1d\n");
}

TEST_CASE("Table: nothing is padded behind the last cell") {
  for (const std::string& line : cities().lines(kPlainPalette)) CHECK(line.back() != ' ');
}

TEST_CASE("Table: a narrow line is had by cutting, then by leaving columns out by rank") {
  const auto lines = [](std::size_t width) { return joined(cities().lines(kPlainPalette, width)); };
  CHECK(lines(26) ==
        "NAME   ID    STATE     AGE\n"
        "mil…   a1    fresh     5m\n"
        "東京   b22   suspect   1d\n");
  CHECK(lines(25) ==
        "NAME    ID    STATE\n"
        "milan   a1    fresh\n"
        "東京    b22   suspect\n");
  CHECK(lines(12) ==
        "NAME    ID\n"
        "milan   a1\n"
        "東京    b22\n");
}

TEST_CASE("Table: no line is wider than it may be, however narrow that is") {
  for (std::size_t width = 0; width < 40; ++width) {
    for (const std::string& line : cities().lines(kPlainPalette, width)) {
      CHECK(display_width(line) <= width);
    }
  }
}

TEST_CASE("Table: the last cell of a short row runs over the columns to its right") {
  Table table = cities();
  table.add({{"roma"}, {"gone: withdrawn or expired"}});
  CHECK(joined(table.lines(kPlainPalette)) ==
        "NAME    ID    STATE     AGE\n"
        "milan   a1    fresh     5m\n"
        "東京    b22   suspect   1d\n"
        "roma    gone: withdrawn or expired\n");
}

TEST_CASE("Table: colour surrounds text and takes no room") {
  Table table({{"A"}, {"B"}});
  table.add({{"x", Tone::kGood}, {"y"}});
  CHECK(table.lines(Palette(true))[1] == "\x1b[32mx\x1b[0m   y");
}
