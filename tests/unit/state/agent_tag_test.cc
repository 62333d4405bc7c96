#include "agent/state/agent_tag.h"

#include <sys/stat.h>

#include "tests/support/catch.h"
#include "tests/unit/state/directory.h"

namespace liqo::test {
namespace {

using state::agent_tag;

std::string file_in(const Directory& directory) {
  return directory.file(std::string(state::kAgentTagName));
}

TEST_CASE("Agent tag: made once, then kept") {
  const Directory directory;
  const auto first = agent_tag(directory.path());
  REQUIRE(first.has_value());
  const std::string kept = read_file(file_in(directory));
  CHECK(kept.size() == 9);
  CHECK(std::stoul(kept, nullptr, 16) == *first);
  CHECK(*agent_tag(directory.path()) == *first);
  CHECK(read_file(file_in(directory)) == kept);
}

TEST_CASE("Agent tag: what is in the file is the tag") {
  const Directory directory;
  const auto [text, tag] = GENERATE(table<std::string, std::uint32_t>(
      {{"0000002a\n", 0x2AU}, {"ffffffff\n", 0xFFFFFFFFU}, {"00000000\n", 0U}}));
  write_file(file_in(directory), text);
  CHECK(*agent_tag(directory.path()) == tag);
}

TEST_CASE("Agent tag: what is no tag is replaced") {
  const Directory directory;
  const std::string text = GENERATE(as<std::string>(), "", "\n", "0000002a", "0000002a\n\n", "2a\n",
                                    "0000002g\n", "-000002a\n", "0x00002a\n", " 000002a\n");
  write_file(file_in(directory), text);
  const auto tag = agent_tag(directory.path());
  REQUIRE(tag.has_value());
  CHECK(read_file(file_in(directory)) != text);
  CHECK(*agent_tag(directory.path()) == *tag);
}

TEST_CASE("Agent tag: where it cannot be kept, that is told") {
  const Directory directory;
  CHECK(agent_tag(directory.file("none")).error().code == Errc::kIo);
}

TEST_CASE("Agent tag: two agents have different ones") {
  // By chance alike once in four thousand million runs.
  CHECK(state::random_tag() != state::random_tag());
}

}  // namespace
}  // namespace liqo::test
