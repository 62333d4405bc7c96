#include "resolver/dns/any_name_transport.h"

#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/unit/dns/zone_world.h"

using namespace liqo;
using namespace liqo::dns;
using namespace liqo::dns::test;

namespace {

/// Answers when it is told to; what it says is bogus.
class Recorder final : public Transport {
 public:
  std::vector<std::string> asked;
  Done done;

  [[nodiscard]] std::unique_ptr<Query> ask(const wire::Question& question, Done then) override {
    asked.push_back(question.name.to_string());
    done = std::move(then);
    return std::make_unique<Asked>();
  }

 private:
  struct Asked final : Query {};
};

}  // namespace

TEST_CASE("Any name: those that are no host's go the other way, which is made for the first") {
  const auto plain = std::make_shared<Recorder>();
  const auto other = std::make_shared<Recorder>();
  int made = 0;
  const auto transport = create_any_name_transport(plain, [&] {
    ++made;
    return other;
  });
  const auto ask = [&](
                       std::string_view text, Transport::Done done = [](const Reply&) {}) {
    return transport->ask({.name = name(text), .type = 33}, std::move(done));
  };
  const auto first = ask("8b4b._liqo_auth._tcp.Example.com");
  CHECK(made == 0);
  std::optional<Reply> reply;
  const auto second =
      ask("milan\\032cluster.example.com", [&](Reply told) { reply = std::move(told); });
  const auto third = ask("back\\\\slash.example.com");
  CHECK(made == 1);
  CHECK(plain->asked == std::vector<std::string>{"8b4b._liqo_auth._tcp.Example.com"});
  CHECK(other->asked.size() == 2);

  INFO("nobody asked it whether the answer is valid");
  const auto fourth = ask("a.b\\255.example.com", [&](Reply told) { reply = std::move(told); });
  other->done(Reply{.dnssec = Dnssec::kIndeterminate, .why_bogus = "no anchor"});
  REQUIRE(reply);
  CHECK_FALSE(reply->dnssec);
  CHECK(reply->why_bogus.empty());
}
