#include "resolver/registrar/words.h"

#include "tests/support/catch.h"
#include "tests/unit/registrar/world.h"

namespace liqo::registrar {
namespace {

using namespace test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using wire::Rcode;
using wire::TsigError;

Outcome told(const Answer& answer) {
  const wire::TsigKey key{name("milan-key"), wire::TsigAlgorithm::kHmacSha384, "TOPSECRET"};
  const Names names = auth_names();
  return outcome_of(
      answer,
      {.server = "192.0.2.53", .key_file = "/etc/k", .key = key, .names = names, .now = kStart});
}

Outcome told(TsigError error, std::optional<std::uint64_t> server_time = {}) {
  return told({.rcode = Rcode::kNotAuth, .error = error, .server_time = server_time});
}

TEST_CASE("Words: success is nothing to talk about") {
  const Outcome outcome = told({.rcode = Rcode::kNoError, .authentic = true});
  CHECK(outcome.kind == Outcome::Kind::kDone);
  CHECK(outcome.error.empty());
  CHECK(outcome.advice.empty());
}

TEST_CASE("Words: a prerequisite that does not hold is no refusal") {
  const auto rcode = GENERATE(Rcode::kNxDomain, Rcode::kYxDomain, Rcode::kYxRrset, Rcode::kNxRrset);
  const Outcome outcome = told({.rcode = rcode, .authentic = true});
  CHECK(outcome.kind == Outcome::Kind::kChanged);
  CHECK_THAT(outcome.error, StartsWith("192.0.2.53: " + wire::to_string(rcode)));
}

TEST_CASE("Words: every other code is a refusal in the server's word, with an advice") {
  const auto rcode = GENERATE(Rcode::kFormErr, Rcode::kServFail, Rcode::kNotImp, Rcode::kRefused,
                              Rcode::kNotAuth, Rcode::kNotZone, static_cast<Rcode>(11));
  const Outcome outcome = told({.rcode = rcode, .authentic = true});
  CHECK(outcome.kind == Outcome::Kind::kRefused);
  CHECK(outcome.error == "192.0.2.53: " + wire::to_string(rcode));
  CHECK_FALSE(outcome.advice.empty());
  CHECK_FALSE(outcome.passes);
}

TEST_CASE("Words: who is refused is told which names the key has to be let to") {
  const Outcome outcome = told({.rcode = Rcode::kRefused, .authentic = true});
  for (const auto* part : {"milan-key", "/etc/k", "PTR of _liqo_auth._tcp.example.com",
                           "SRV and TXT of milan-1._liqo_auth._tcp.example.com",
                           "A and AAAA of auth.milan-1.example.com"}) {
    CHECK_THAT(outcome.advice, ContainsSubstring(part));
  }
}

TEST_CASE("Words: errors of the signature are told apart, whatever the code") {
  const Outcome bad_key = told(TsigError::kBadKey);
  CHECK_THAT(bad_key.error, StartsWith("192.0.2.53: BADKEY") && ContainsSubstring("milan-key") &&
                                ContainsSubstring("hmac-sha384"));
  const Outcome bad_sig = told(TsigError::kBadSig);
  CHECK_THAT(bad_sig.error,
             StartsWith("192.0.2.53: BADSIG") && ContainsSubstring("another than ours"));
  CHECK_THAT(bad_sig.advice, ContainsSubstring("/etc/k"));
  const Outcome other = told(static_cast<TsigError>(99));
  CHECK(other.error == "192.0.2.53: error 99");
  for (const Outcome& outcome : {bad_key, bad_sig, other}) {
    CHECK(outcome.kind == Outcome::Kind::kRefused);
    CHECK_FALSE(outcome.advice.empty());
    CHECK_FALSE(outcome.passes);
  }
}

TEST_CASE("Words: a wrong clock is told with its distance, and may be set right by itself") {
  CHECK_THAT(told(TsigError::kBadTime, kStart + 3600).error,
             ContainsSubstring("its clock is 3600 s ahead of this host's"));
  CHECK_THAT(told(TsigError::kBadTime, kStart - 301).error,
             ContainsSubstring("its clock is 301 s behind this host's"));
  CHECK_THAT(told(TsigError::kBadTime, 0).error, ContainsSubstring("behind"));
  const Outcome unknown = told(TsigError::kBadTime);
  CHECK_THAT(unknown.error, ContainsSubstring("the clocks differ"));
  CHECK_THAT(unknown.advice, ContainsSubstring("300 s"));
  CHECK(unknown.passes);
}

TEST_CASE("Words: one line each, and never the secret") {
  for (unsigned rcode = 0; rcode < 16; ++rcode) {
    for (const unsigned error : {0U, 16U, 17U, 18U, 22U}) {
      const Outcome outcome = told({.rcode = static_cast<Rcode>(rcode),
                                    .error = static_cast<TsigError>(error),
                                    .server_time = kStart});
      const std::string all = outcome.error + outcome.advice;
      CHECK(all.find('\n') == std::string::npos);
      CHECK(all.find("TOPSECRET") == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace liqo::registrar
