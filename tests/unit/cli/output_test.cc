#include "cli/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "cli/fd.h"
#include "cli/yaml.h"
#include "tests/support/catch.h"

using namespace liqo::cli;

TEST_CASE("JSON: unsafe characters in strings come escaped, and it stays the same value") {
  const Json value = {{"name", "a\x1b[31m\xe2\x80\xae\xc2\x9b\xf3\xa0\x80\xa0z Zürich"}};
  const std::string line = to_line(value);
  CHECK(line == "{\"name\":\"a\\u001b[31m\\u202e\\u009b\\udb40\\udc20z Zürich\"}");
  CHECK(Json::parse(line) == value);
}

TEST_CASE("JSON: what is no JSON, or nested too deep, is refused") {
  CHECK_FALSE(parse_json("{").has_value());
  CHECK_FALSE(parse_json("").has_value());
  CHECK_FALSE(parse_json("{\"a\":\"\xff\"}").has_value());
  CHECK_FALSE(parse_json(std::string(100'000, '[')).has_value());
  CHECK(parse_json("{\"a\":\"[[[[ \\\" [[[\"}").has_value());
}

TEST_CASE("JSON: fields are read without trust") {
  const Json value = {{"name", 7}, {"port", "x"}, {"list", {1, "a", "b\x1b"}}};
  CHECK(text_field(value, "name").empty());
  CHECK_FALSE(number_field(value, "port").has_value());
  CHECK(joined_field(value, "list", ",") == "a,b\\x1b");
  CHECK(field(Json("text"), "name").is_null());
  CHECK(field(field(value, "none"), "none").is_null());
  CHECK_FALSE(flag_field(Json::array(), "x"));
}

TEST_CASE("YAML: blocks, lists and empty ones") {
  const Json value = {{"clusters", {{{"id", "a"}, {"ports", {1, 2}}}, {{"id", "b"}}}},
                      {"none", Json::array()},
                      {"nothing", Json::object()},
                      {"complete", true},
                      {"ttl", nullptr},
                      {"inner", {{"x", {{"y", 1}}}}}};
  CHECK(to_yaml(value) ==
        "clusters:\n"
        "- id: a\n"
        "  ports:\n"
        "  - 1\n"
        "  - 2\n"
        "- id: b\n"
        "none: []\n"
        "nothing: {}\n"
        "complete: true\n"
        "ttl: null\n"
        "inner:\n"
        "  x:\n"
        "    \"y\": 1\n");
}

TEST_CASE("YAML: a string that could be read as something else is quoted") {
  for (const char* text : {"",     "yes",          "No",   "null", "true", "~",
                           "1",    "1.5",          "0x10", "1e3",  "-1",   "2026-11-23T09:00:00Z",
                           "a: b", "a #b",         "- a",  "&a",   "*a",   "!a",
                           "{a}",  "a:",           " a",   "a ",   "a\nb", "\"a\"",
                           "'a'",  "fe80::1%eth0", "::1"}) {
    CHECK(to_yaml(Json(text)) == to_line(Json(text)) + "\n");
  }
  for (const char* text : {"milan", "v0.10.3", "on-premise", "node1.local", "https://a.b:30740",
                           "sha256:5f70", "_liqo_auth._tcp"}) {
    CHECK(to_yaml(Json(text)) == std::string(text) + "\n");
  }
}

TEST_CASE("YAML: characters beyond U+FFFF are escaped whole, not as JSON's surrogates") {
  CHECK(to_yaml(Json("a\xf3\xa0\x80\xa0\"\xf3\xa0\x80\xa1 \xf0\x9f\x98\x80\xef\xbf\xbf")) ==
        "\"a\\U000e0020\\\"\\U000e0021 \xf0\x9f\x98\x80\\uffff\"\n");
}

TEST_CASE("YAML: a list in a list") {
  CHECK(to_yaml(Json::parse("[[1,[2]],[]]")) ==
        "-\n"
        "  - 1\n"
        "  -\n"
        "    - 2\n"
        "- []\n");
}

TEST_CASE("Output: a reader that left is no failure, a full disk is one") {
  std::array<int, 2> ends{};
  REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
  ::close(ends[0]);
  const Fd writer(ends[1]);
  std::signal(SIGPIPE, SIG_IGN);
  Output gone(writer.get(), STDERR_FILENO, false, false);
  gone.write("text");
  CHECK(gone.failed());
  CHECK(gone.result().has_value());

  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  Output disk(full.get(), STDERR_FILENO, false, false);
  disk.write("text");
  REQUIRE_FALSE(disk.result().has_value());
  CHECK(disk.result().error().detail == "cannot write: No space left on device");
}
