#include <algorithm>
#include <random>

#include "tests/support/catch.h"
#include "tests/unit/registrar/world.h"

// Whatever becomes of its requests, in the end the zone is as it is wanted.

namespace liqo::registrar {
namespace {

using namespace test;
using State = RegistrationStatus::State;

const std::string kOther = "203.0.113.200";

/// One agent among trouble, in a zone where another agent of its cluster is registered.
class Trouble {
 public:
  explicit Trouble(unsigned seed) : random_(seed) {
    World other(zone_, {.agent = 2, .ttl = 60, .lease = 600'000});
    other.registration().want(entry({"30740 " + kOther}));
    zone_.answer_all();
    zone_.take_asked();
    world_ = std::make_unique<World>(zone_, Terms{.agent = 1, .ttl = 60, .lease = 3600});
  }

  void step() {
    if (is_pending() && random_() % 4 != 0) return settle_request();
    switch (random_() % 5) {
      case 0:
        wanted_ = "203.0.113." + std::to_string(1 + random_() % 3);
        return registration().want(entry({"30740 " + wanted_}));
      case 1:
        wanted_.clear();
        return registration().want(std::nullopt);
      case 2:
        return registration().restart();
      case 3:
        return registration().set_terms(
            {.agent = 1, .ttl = 30 + static_cast<std::uint32_t>(random_() % 2), .lease = 3600});
      default:
        if (registration().next_deadline()) world_->next();
    }
  }

  /// The other's records never go.
  void check_other() const {
    CHECK(std::count(zone_.records.a.begin(), zone_.records.a.end(), a(kOther)) == 1);
    CHECK(zone_.records.txt.size() == 1);
    CHECK(zone_.listed);
  }

  /// From here on the server answers.
  void check_end() {
    world_->at(world_->now().boot.time_since_epoch() + 310s);
    std::vector<std::string> expected = {a(kOther)};
    if (!wanted_.empty()) expected.push_back(a(wanted_));
    std::sort(expected.begin(), expected.end());
    CHECK(zone_.records.a == expected);
    CHECK(registration().gone() == wanted_.empty());
    if (!wanted_.empty()) CHECK(world_->status().state == State::kDone);
  }

 private:
  Registration& registration() { return world_->registration(); }
  bool is_pending() { return !registration().next_deadline() && !registration().gone(); }

  void settle_request() {
    if (zone_.asked.empty()) return;  // nothing was ever wanted
    const bool sends = zone_.asked.back() == "send";
    switch (random_() % 4) {
      case 0:
        return zone_.fail(false);
      case 1:
        return zone_.fail(sends);
      case 2:
        if (sends) return zone_.refuse({.kind = Outcome::Kind::kRefused, .error = "REFUSED"});
        [[fallthrough]];
      default:
        CHECK(zone_.answer());
    }
  }

  std::minstd_rand random_;
  FakePrimary zone_;
  std::unique_ptr<World> world_;
  std::string wanted_;
};

TEST_CASE("Registration: whatever becomes of its requests, in the end the zone is as wanted") {
  const auto seed = GENERATE(range(1U, 201U));
  INFO("seed " << seed);
  Trouble trouble(seed);
  for (int step = 0; step < 60; ++step) {
    INFO("step " << step);
    trouble.step();
    trouble.check_other();
  }
  trouble.check_end();
}

}  // namespace
}  // namespace liqo::registrar
