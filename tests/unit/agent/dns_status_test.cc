#include "agent/dns_status.h"

#include "tests/support/catch.h"
#include "tests/unit/agent/fake_dns.h"

namespace liqo::test {
namespace {

const Now kNow{BootTime(1h), WallTime(std::chrono::seconds(1'795'424'400))};

dns::DomainStatus answering(const std::string& text) {
  dns::DomainStatus domain;
  domain.name = name(text);
  domain.synced = true;
  domain.instances = 3;
  domain.answered = kNow.wall - 6s;
  return domain;
}

dns::DomainStatus failing(const std::string& text, Duration ago = 1s) {
  dns::DomainStatus domain;
  domain.name = name(text);
  domain.error = "192.0.2.53 is silent";
  domain.failed = kNow.wall - ago;
  return domain;
}

dns::SourceStatus source(std::vector<dns::DomainStatus> domains) {
  dns::SourceStatus status;
  status.domains = std::move(domains);
  return status;
}

std::vector<std::string> lines(const Warnings& warnings) {
  std::vector<std::string> lines;
  for (const auto& [message, entry] : warnings.entries()) {
    lines.push_back(std::to_string(entry.count) + " " + message);
  }
  return lines;
}

TEST_CASE("DNS status: each domain with all that is known of it") {
  dns::DomainStatus domain = answering("example.com");
  domain.mode = dns::DnssecMode::kValidate;
  domain.over_limit = 2;
  domain.stale = 1;
  domain.in_flight = 4;
  domain.server = dns::NameServer{ip("2001:db8::53"), 5353};
  domain.refresh = kNow.boot + 54s;
  domain.dnssec = Dnssec::kSecure;
  domain.error = "a hiccup";
  domain.failed = kNow.wall - 1s;
  const api::SourceStatus told = dns_source_status(source({domain}), true, kNow);
  CHECK(told.source == Source::kDns);
  CHECK(told.enabled);
  CHECK(told.synced);
  CHECK(told.backend == "c-ares, libunbound");
  CHECK(told.instances == 3);
  CHECK(told.over_limit == 2);
  REQUIRE(told.domains.size() == 1);
  const api::DomainStatus& shown = told.domains[0];
  CHECK(shown.name == "example.com");
  CHECK(shown.mode == "validate");
  CHECK(shown.synced);
  CHECK_FALSE(shown.enumerated);
  CHECK(shown.stale == 1);
  CHECK(shown.in_flight == 4);
  CHECK(shown.server == "[2001:db8::53]:5353");
  CHECK(shown.last_answer == kNow.wall - 6s);
  CHECK(shown.next_refresh == kNow.wall + 54s);
  CHECK(shown.dnssec == "secure");
  CHECK(shown.error == "a hiccup");
  CHECK(shown.error_time == kNow.wall - 1s);
}

TEST_CASE("DNS status: what is not known is empty") {
  dns::DomainStatus domain;
  domain.name = name("example.com");
  const api::SourceStatus told = dns_source_status(source({domain}), false, kNow);
  CHECK(told.state == "connecting");
  CHECK(told.backend == "c-ares");
  CHECK(told.domains[0].server.empty());
  CHECK_FALSE(told.domains[0].last_answer.has_value());
  CHECK_FALSE(told.domains[0].next_refresh.has_value());
  CHECK(told.domains[0].dnssec.empty());
}

TEST_CASE("DNS status: the source has failed when no domain is left to be relied on") {
  const auto state = [](std::vector<dns::DomainStatus> domains) {
    return dns_source_status(source(std::move(domains)), true, kNow).state;
  };
  CHECK(state({}) == "running");
  CHECK(state({answering("a.example"), failing("b.example")}) == "running");
  dns::DomainStatus old = answering("a.example");
  old.error = "192.0.2.53 is silent";
  CHECK(state({old}) == "running");  // what it told still holds
  old.stale = 1;
  CHECK(state({old, failing("b.example")}) == "failed");
  CHECK(dns_source_status(source({failing("b.example")}), true, kNow).detail ==
        "b.example: 192.0.2.53 is silent");
}

TEST_CASE("DNS status: the servers of resolv.conf are told, and that there are none") {
  dns::SourceStatus status;
  CHECK(dns_source_status(status, true, kNow).detail == "resolv.conf names no server");
  status.system_servers = {{ip("192.0.2.53")}, {ip("::1"), 5353}};
  CHECK(dns_source_status(status, true, kNow).detail == "resolv.conf names 192.0.2.53, [::1]:5353");
}

TEST_CASE("DNS troubles: a failure is counted once, however often one looks") {
  Warnings warnings;
  DomainTroubles troubles;
  troubles.tell(source({answering("a.example"), failing("b.example", 9s)}), warnings, kNow);
  troubles.tell(source({answering("a.example"), failing("b.example", 9s)}), warnings, kNow);
  CHECK(lines(warnings) == Lines{"1 questions about the domain b.example fail"});
  troubles.tell(source({failing("b.example", 3s)}), warnings, kNow);
  troubles.tell(source({answering("b.example")}), warnings, kNow);
  CHECK(lines(warnings) == Lines{"2 questions about the domain b.example fail"});
}

TEST_CASE("DNS troubles: instances over the limit") {
  dns::DomainStatus large = answering("a.example");
  large.over_limit = 7;
  Warnings warnings;
  DomainTroubles().tell(source({large}), warnings, kNow);
  CHECK(lines(warnings) == Lines{"7 instances of the domain a.example are left out: too many"});
}

TEST_CASE("DNS troubles: enumerated domains share their lines, for others choose their names") {
  Warnings warnings;
  DomainTroubles troubles;
  for (int i = 0; i < 50; ++i) {
    dns::DomainStatus other = failing("d" + std::to_string(i) + ".example", 60s - i * 1s);
    other.enumerated = true;
    other.over_limit = 1;
    troubles.tell(source({other}), warnings, kNow);
  }
  CHECK(lines(warnings) ==
        Lines{"1 instances of a domain that the search domains name are left out: too many",
              "50 questions about a domain that the search domains name fail"});
}

}  // namespace
}  // namespace liqo::test
