#include "agent/manual/entries.h"

#include "agent/state/crc32.h"
#include "tests/support/catch.h"
#include "tests/unit/state/directory.h"

namespace liqo::test {
namespace {

using namespace std::chrono_literals;
using manual::Entries;
using manual::Entry;

Entry entry(const std::string& url, std::string name = "", ClusterId id = "") {
  return {*manual::parse_auth_url(url), std::move(name), std::move(id),
          WallTime(1'795'424'400'000ms)};
}

Entries some() {
  return {entry("https://auth.example.com", "milan", "8b4b6c5e"), entry("https://10.0.0.1:30740"),
          entry("https://[2001:db8::1]", "a \"name\" \\ with everything")};
}

}  // namespace

TEST_CASE("Entries: what is written is read back") {
  const Directory directory;
  CHECK(manual::read_entries(directory.path()).error().code == Errc::kNotFound);
  const Entries entries = GENERATE(Entries(), some());
  REQUIRE(manual::write_entries(directory.path(), entries));
  const auto read = manual::read_entries(directory.path());
  REQUIRE(read);
  CHECK(*read == entries);
}

TEST_CASE("Entries: a file that is damaged anywhere is refused whole") {
  const Directory directory;
  REQUIRE(manual::write_entries(directory.path(), some()));
  const std::string path = directory.file("manual.json");
  const std::string whole = read_file(path);
  const auto is_malformed = [&](const std::string& text) {
    write_file(path, text);
    const auto read = manual::read_entries(directory.path());
    return !read && read.error().code == Errc::kMalformed;
  };
  for (std::size_t octets = 0; octets < whole.size(); ++octets) {
    INFO("octet " << octets);
    REQUIRE(is_malformed(whole.substr(0, octets)));
    std::string changed = whole;
    changed[octets] = static_cast<char>(changed[octets] ^ 0x01);
    REQUIRE(is_malformed(changed));
  }
  CHECK(is_malformed(whole + "x"));
}

TEST_CASE("Entries: a file that is whole and wrong is refused whole") {
  const Directory directory;
  REQUIRE(manual::write_entries(directory.path(), some()));
  const std::string path = directory.file("manual.json");
  const std::string whole = read_file(path);
  const std::string lines = whole.substr(0, whole.rfind("],"));
  const auto refused = [&](const std::string& from, const std::string& to) {
    std::string text = lines;
    text.replace(text.find(from), from.size(), to);
    state::Crc32 sum;
    sum.add(text);
    write_file(path, text + "],\"checksum\":\"crc32:" + sum.hex() + "\"}\n");
    return !manual::read_entries(directory.path());
  };
  CHECK_FALSE(refused("milan", "turin"));
  CHECK(refused("\"version\":1", "\"version\":2"));
  CHECK(refused("https://10", "http://10"));
  CHECK(refused("https://10.0.0.1:30740", "https://auth.example.com:443"));
  CHECK(refused("8b4b6c5e", "8B"));
  CHECK(refused("\"milan\"", "7"));
  CHECK(refused("\"added\":1795", "\"since\":1795"));
}

TEST_CASE("Entries: where they cannot be written nothing is lost") {
  const Directory directory;
  REQUIRE(manual::write_entries(directory.path(), some()));
  const auto failed = manual::write_entries(directory.path() + "/missing", {});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == Errc::kIo);
  CHECK(*manual::read_entries(directory.path()) == some());
}

TEST_CASE("Entries: the label that stands for one until it is known") {
  const std::string made = manual::provisional_label(entry("https://a.example", "milan"));
  CHECK(made == manual::provisional_label(entry("https://a.example")));
  CHECK(made != manual::provisional_label(entry("https://b.example")));
  CHECK(made.starts_with("manual-"));
  CHECK(is_rfc1123_label(made));
}

TEST_CASE("Entries: what the registry is told") {
  const Sighting unknown =
      manual::sighting_of(entry("https://a.example"), {*IpAddress::parse("203.0.113.7")});
  CHECK(unknown.unnamed);
  CHECK(unknown.key.source == Source::kManual);
  CHECK(unknown.key.record == "https://a.example:443");
  CHECK(unknown.port == 443);
  CHECK(unknown.target_host.to_string() == "a.example");
  CHECK(unknown.cluster_id() == unknown.key.instance);
  const Sighting known = manual::sighting_of(entry("https://a.example", "milan", "8b4b"), {});
  CHECK_FALSE(known.unnamed);
  CHECK(known.cluster_id() == "8b4b");
  CHECK(known.txt.get("name") == "milan");
}

}  // namespace liqo::test
