#include "agent/status.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/agent/fake_dns.h"
#include "tests/unit/state/directory.h"

namespace liqo::test {
namespace {

std::string make_directory() {
  std::string path = (std::filesystem::temp_directory_path() / "liqo-agent-XXXXXX").string();
  REQUIRE(::mkdtemp(path.data()) != nullptr);
  return path;
}

Config without_lan() {
  Config config;
  config.lan.enabled = false;
  return config;
}

/// The components that a status is made of, on a host that does not look at its LAN.
struct Agent {
  std::string directory = make_directory();
  Config config = without_lan();
  loop::Loop loop;
  Registry registry{RegistryOptions{}};
  RegistryDriver driver{loop, registry};
  names::Publisher names{loop, registry, directory, config.names};
  FakeSources sources;
  DnsWatcher dns{loop, registry, driver, sources.create()};
  StatusReport report{config, registry, names};

  Agent() { report.set_dns(dns); }
  ~Agent() { std::filesystem::remove_all(directory); }
};

/// The warnings that are more than known.
std::vector<std::string> met(const api::AgentStatus& status) {
  std::vector<std::string> messages;
  for (const api::WarningStatus& warning : status.warnings) {
    if (warning.count > 0) messages.push_back(warning.message);
  }
  return messages;
}

TEST_CASE("Status: without a domain DNS is disabled, and nothing waits for it") {
  Agent agent;
  const api::AgentStatus status = agent.report.status();
  REQUIRE(status.sources.size() == 2);
  CHECK(status.sources[1].source == Source::kDns);
  CHECK_FALSE(status.sources[1].enabled);
  CHECK(status.sources[1].state == "disabled");
  CHECK(status.counts.count("dnsQuestions") == 0);
  CHECK(status.limits.at("dnsDomains") == 255);
  CHECK(agent.report.synced());
}

TEST_CASE("Status: the first pass is over when that of DNS is too") {
  Agent agent;
  agent.dns.configure(domains({"example.com"}));
  CHECK_FALSE(agent.report.synced());
  agent.sources.synced = true;
  CHECK(agent.report.synced());
}

TEST_CASE("Status: the first pass is over when what was seen is there") {
  Agent agent;
  agent.dns.configure(domains({"example.com"}));
  agent.sources.synced = true;
  agent.driver.seen(in_dns("a").sighting(), EvidenceMethod::kDns);
  CHECK_FALSE(agent.report.synced());
  while (agent.registry.clusters().empty()) agent.loop.turn();
  CHECK(agent.report.synced());
}

TEST_CASE("Status: DNS with its domains, figures and warnings") {
  Agent agent;
  agent.dns.configure(domains({"example.com"}));
  dns::SourceStatus& told = agent.sources.status;
  told.questions = 9;
  told.failures = 2;
  told.in_flight = 3;
  told.waiting = 4;
  told.domains.emplace_back().name = name("example.com");
  told.domains[0].error = "192.0.2.53 is silent";
  told.domains[0].failed = read_clocks().wall;
  const api::AgentStatus status = agent.report.status();
  CHECK(status.sources[1].domains.at(0).name == "example.com");
  CHECK(status.sources[1].state == "failed");
  CHECK(status.counts.at("dnsDomains") == 1);
  CHECK(status.counts.at("dnsQuestions") == 9);
  CHECK(status.counts.at("dnsFailures") == 2);
  CHECK(status.counts.at("dnsInFlight") == 3);
  CHECK(status.counts.at("dnsWaiting") == 4);
  CHECK(status.limits.at("dnsInFlight") == 256);
  CHECK(met(status) == std::vector<std::string>{"questions about the domain example.com fail"});
}

TEST_CASE("Status: what an identity may be in conflict with is known before it is met") {
  Agent agent;
  const api::AgentStatus status = agent.report.status();
  const auto conflicts = std::count_if(
      status.warnings.begin(), status.warnings.end(), [](const api::WarningStatus& warning) {
        return warning.message.starts_with("auth endpoints ") && warning.count == 0;
      });
  CHECK(conflicts == 2);
  CHECK(met(status).empty());
}

TEST_CASE("Status: what cannot be read or written is warned of") {
  Agent agent;
  write_file(agent.directory + "/manual.json", "nonsense");
  state::Keeper known(agent.loop, agent.registry, "/dev/null/state");
  state::CertificateKeeper certificates(agent.loop, agent.registry, "/dev/null/state");
  manual::Source manual(agent.loop, agent.registry, agent.driver, agent.directory,
                        [](loop::Loop& loop, dns::HostResolver::Changed changed) {
                          return dns::HostResolver::create(loop, {}, std::move(changed));
                        });
  agent.report.set_state(known, certificates);
  agent.report.set_manual(manual);
  manual.load();
  known.save();
  certificates.save([](const Result<void>&) {});
  std::filesystem::remove_all(agent.directory);
  agent.driver.seen(in_dns("a").sighting(), EvidenceMethod::kDns);
  REQUIRE(run_until(agent.loop,
                    [&] { return certificates.failed() > 0 && agent.names.status().failed > 0; }));
  CHECK(met(agent.report.status()) ==
        std::vector<std::string>{"accepted certificates could not be kept",
                                 "the files of host names could not be written",
                                 "what is known could not be kept for a restart",
                                 "what was added by hand could not be read"});
}

}  // namespace
}  // namespace liqo::test
