#include "cli/completion.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "cli/command.h"
#include "tests/support/catch.h"
#include "tests/unit/cli/fake_agent.h"

using namespace liqo::cli;

namespace {

bool offers(const std::string& candidates, const std::string& word) {
  return ("\n" + candidates).find("\n" + word + "\t") != std::string::npos;
}

}  // namespace

TEST_CASE("Completion: commands, with what they do") {
  const std::string all = completions({""});
  for (const Command* command : commands()) {
    CHECK(offers(all, std::string(command->name)));
  }
  CHECK(completions({"wa"}) == "watch\t" + std::string(kWatch.help) + "\n");
  CHECK(completions({}) == all);
  CHECK(completions({"nonsense", ""}).empty());
  CHECK(completions({"--"}) ==
        "--help\thow to use it\n--socket\tthe agent's socket\n--version\tthe version\n");
}

TEST_CASE("Completion: flags of the command, and the values they may have") {
  CHECK(offers(completions({"list", "-"}), "--wait"));
  CHECK(offers(completions({"list", "--so"}), "--source"));
  CHECK_FALSE(offers(completions({"show", "x", "--"}), "--wait"));
  CHECK(offers(completions({"list", "-o", ""}), "yaml"));
  CHECK(completions({"list", "--output", "j"}) == "json\t\n");
  CHECK(completions({"list", "--output=j"}) == "--output=json\t\n");
  CHECK(completions({"export", "--format", ""}) ==
        "foreigncluster\t\nliqoctl\t\nhosts\t\nzone\t\n");
  CHECK(completions({"watch", "--format="}) == "--format=foreigncluster\t\n");
  CHECK(completions({"browse", ""}).empty());
  CHECK(completions({"completion", "z"}) == "zsh\t\n");
  CHECK(completions({"list", ""}).empty());
}

TEST_CASE("Completion: sources, each of them once") {
  CHECK(completions({"list", "--source", ""}) == "lan\t\ndns\t\nmanual\t\n");
  CHECK(completions({"watch", "--source", "lan,d"}) == "lan,dns\t\n");
  CHECK(completions({"list", "--source=dns,lan,"}) == "--source=dns,lan,manual\t\n");
}

TEST_CASE("Completion: what is a flag's value is no operand, and no command") {
  CHECK(completions({"watch", "--liqo", "list", "--fo"}) == "--format\tas export has it\n");
  CHECK(completions({"completion", "zsh", ""}).empty());
}

TEST_CASE("Completion: clusters by name and id, none that a shell would read as more than a word") {
  const FakeAgent agent([](FakeConnection& connection, int) {
    connection.call();
    connection.reply({{"clusters",
                       {make_cluster("8b4b6c5e-aaaa", "milan"), make_cluster("c-2", "$(reboot)"),
                        make_cluster("-rf", "--version")}},
                      {"complete", true}});
  });
  const std::string all = completions({"--socket", agent.socket(), "show", ""});
  CHECK(all == "milan\t8b4b6c5e-aaaa\n8b4b6c5e-aaaa\tmilan\nc-2\t$(reboot)\n");
  CHECK(completions({"--socket=" + agent.socket(), "report", "8b"}) == "8b4b6c5e-aaaa\tmilan\n");
}

TEST_CASE("Completion: one cluster where one is wanted, several where several are") {
  const FakeAgent agent([](FakeConnection& connection, int) {
    connection.call();
    connection.reply({{"clusters", {make_cluster("c-1", "milan")}}, {"complete", true}});
  });
  CHECK(completions({"--socket", agent.socket(), "show", "turin", "m"}).empty());
  CHECK(completions({"--socket", agent.socket(), "show", "-o", "json", "m"}) == "milan\tc-1\n");
  CHECK(completions({"--socket", agent.socket(), "export", "turin", "m"}) == "milan\tc-1\n");
}

TEST_CASE("Completion: domains that are browsed, none that is more than a word") {
  const FakeAgent agent([](FakeConnection& connection, int) {
    connection.call();
    const Json domains = {{{"name", "example.com"}}, {{"name", "a\\032b.example"}}};
    connection.reply({{"sources", {{{"domains", domains}}}}});
  });
  CHECK(completions({"--socket", agent.socket(), "browse", ""}) == "example.com\t\n");
}

TEST_CASE("Completion: no agent, no clusters, no noise") {
  CHECK(completions({"--socket", "/nowhere", "show", ""}).empty());
  const FakeAgent hung([](FakeConnection& connection, int) { connection.hang(); });
  CHECK(completions({"--socket", hung.socket(), "show", ""}).empty());
}

TEST_CASE("Completion: bash takes the script and completes with it") {
  const std::string script = R"(
    PATH=$(dirname ')" LIQO_CLI_PROGRAM R"('):$PATH
    source <(liqo-discovery completion bash)
    COMP_WORDS=(liqo-discovery list -o y) COMP_CWORD=3
    _liqo_discovery
    test "${COMPREPLY[*]}" = yaml || exit
    COMP_WORDS=(liqo-discovery list --output = y) COMP_CWORD=4
    _liqo_discovery
    test "${COMPREPLY[*]}" = yaml)";
  REQUIRE(setenv("LIQO_TEST_SCRIPT", script.c_str(), 1) == 0);
  CHECK(std::system("bash -c \"$LIQO_TEST_SCRIPT\"") == 0);
}
