#include "cli/parse.h"

#include "tests/support/catch.h"
#include "tests/unit/cli/fake_agent.h"

using namespace liqo::cli;

namespace {

Call call_of(const std::vector<std::string>& arguments) {
  const auto parsed = parse(arguments);
  REQUIRE(std::holds_alternative<Call>(parsed));
  return std::get<Call>(parsed);
}

}  // namespace

TEST_CASE("Arguments: a command, its flags and its operand") {
  const Call call = call_of({"--socket", "/s", "list", "-o", "json", "--source=lan,dns"});
  CHECK(call.command == &kList);
  CHECK(call.socket == "/s");
  CHECK(call.arguments.get("output") == "json");
  CHECK(call.arguments.get("source") == "lan,dns");
  CHECK_FALSE(call.arguments.has("wait"));
  CHECK(call_of({"show", "milan", "--socket", "/t"}).socket == "/t");
  CHECK(call_of({"show", "milan"}).arguments.operands == std::vector<std::string>{"milan"});
  CHECK(call_of({"refresh"}).arguments.operands.empty());
}

TEST_CASE("Arguments: --wait stands alone or has its seconds behind '=', never the next word") {
  using std::chrono::milliseconds;
  CHECK(call_of({"list", "--wait"}).arguments.seconds("wait") == milliseconds(5000));
  CHECK(call_of({"list", "--wait="}).arguments.seconds("wait") == milliseconds(5000));
  CHECK(call_of({"list", "--wait=0.25"}).arguments.seconds("wait") == milliseconds(250));
  const Call call = call_of({"refresh", "--wait", "milan"});
  CHECK(call.arguments.seconds("wait") == milliseconds(20'000));
  CHECK(call.arguments.operands == std::vector<std::string>{"milan"});
}

TEST_CASE("Arguments: wrong usage is status 2 and one line that says what") {
  struct Wrong {
    std::vector<std::string> arguments;
    const char* why;
  };
  const std::vector<Wrong> cases = {
      {{}, "a command is needed"},
      {{"foo"}, "unknown command foo"},
      {{"fo\x1bo"}, "unknown command fo\\x1bo"},
      {{"show"}, "show needs CLUSTER"},
      {{"report"}, "report needs CLUSTER"},
      {{"list", "-o", "xml"}, "expected table|wide|json|yaml|name, not xml"},
      {{"list", "--wait=abc"}, "expected seconds from 0 to 60, not abc"},
      {{"list", "--wait=-1"}, "expected seconds from 0 to 60, not -1"},
      {{"list", "--wait=1e9"}, "expected seconds from 0 to 60, not 1e9"},
      {{"list", "--source=wan"}, "expected lan, dns or manual"},
      {{"list", "--source=lan,"}, "expected lan, dns or manual"},
      {{"list", "milan"}, "milan"},
      {{"show", "a", "b"}, "b"},
      {{"list", "--frobnicate"}, "--frobnicate"},
      {{"--socket"}, "--socket"},
      {{"completion", "tcsh"}, "expected bash|zsh|fish, not tcsh"},
  };
  for (const Wrong& wrong : cases) {
    const Ran ran = run_cli(wrong.arguments);
    CAPTURE(wrong.why, ran.error);
    CHECK(ran.status == Exit::kUsage);
    CHECK(ran.out.empty());
    CHECK(ran.error.find(wrong.why) != std::string::npos);
    CHECK(ran.error.find('\n') == ran.error.size() - 1);
  }
}

TEST_CASE("Arguments: help everywhere, from the table of commands") {
  const Ran program = run_cli({"--help"});
  CHECK(program.status == Exit::kDone);
  for (const Command* command : commands()) {
    CHECK(program.out.find("  " + std::string(command->name) + "  ") != std::string::npos);
    const Ran own = run_cli({std::string(command->name), "--help"});
    CHECK(own.status == Exit::kDone);
    CHECK(own.out.find("liqo-discovery " + std::string(command->name)) != std::string::npos);
    for (const Flag& flag : command->flags) {
      const std::string_view name = flag.names.substr(flag.names.rfind("--"));
      CHECK(own.out.find(name) != std::string::npos);
    }
  }
  CHECK(run_cli({"--version"}).out.starts_with("liqo-discovery "));
}
