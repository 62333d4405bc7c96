#include "agent/varlink/framer.h"

#include <string>

#include "tests/support/catch.h"

namespace liqo::varlink {
namespace {

using namespace std::string_literals;

TEST_CASE("Framer: messages come whole and in order, however they are cut") {
  const std::string stream = "{\"a\":1}\0{}\0\0tail"s;
  for (std::size_t cut = 1; cut <= stream.size(); ++cut) {
    Framer framer(64);
    std::vector<std::string> got;
    for (std::size_t at = 0; at < stream.size(); at += cut) {
      REQUIRE(framer.feed(std::string_view(stream).substr(at, cut)));
      while (auto message = framer.next()) got.push_back(*message);
    }
    CHECK(got == std::vector<std::string>{"{\"a\":1}", "{}", ""});
    CHECK(framer.incomplete());
  }
}

TEST_CASE("Framer: messages may wait while more arrive") {
  Framer framer(8);
  REQUIRE(framer.feed("one\0two\0thr"s));
  CHECK(framer.next() == "one");
  REQUIRE(framer.feed("ee\0"s));
  CHECK_FALSE(framer.incomplete());
  CHECK(framer.next() == "two");
  CHECK(framer.next() == "three");
  CHECK(framer.next() == std::nullopt);
}

TEST_CASE("Framer: a message of exactly the limit passes, one octet more is refused") {
  Framer framer(4);
  REQUIRE(framer.feed("1234\0"s));
  CHECK(framer.next() == "1234");
  REQUIRE(framer.feed("123"));
  REQUIRE(framer.feed("4"));
  CHECK_FALSE(framer.next());
  const auto refused = framer.feed("5");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::kLimitReached);
}

TEST_CASE("Framer: the limit holds for a long message behind a short one") {
  Framer framer(4);
  CHECK_FALSE(
      framer.feed("1\0"
                  "12345\0"s));
  CHECK_FALSE(framer.incomplete());
}

TEST_CASE("Framer: nothing fed is nothing begun") {
  Framer framer(4);
  REQUIRE(framer.feed(""));
  CHECK_FALSE(framer.incomplete());
  CHECK_FALSE(framer.next());
  REQUIRE(framer.feed("a"));
  CHECK(framer.incomplete());
}

}  // namespace
}  // namespace liqo::varlink
