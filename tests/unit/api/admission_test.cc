#include "agent/api/admission.h"

#include <filesystem>

#include "agent/api/runtime_lock.h"
#include "tests/support/catch.h"
#include "tests/unit/api/house.h"

namespace liqo::test {
namespace {

using api::Admission;
using api::CallBudget;

TEST_CASE("Call budget: a burst, then so many a second, each user by itself") {
  const api::Limits limits;
  CallBudget budget(limits);
  BootTime now{};
  int taken = 0;
  while (budget.take(1, now)) ++taken;
  CHECK(taken == 1000);
  CHECK(budget.take(2, now));
  now += 100ms;
  taken = 0;
  while (budget.take(1, now)) ++taken;
  CHECK(taken == 20);
  now += 1h;
  taken = 0;
  while (budget.take(1, now)) ++taken;
  CHECK(taken == 1000);
}

TEST_CASE("Call budget: many users come and go, and who has spent is not forgotten") {
  const api::Limits limits;
  CallBudget budget(limits);
  BootTime now{};
  while (budget.take(0, now)) {
  }
  for (uid_t uid = 1; uid < 1000; ++uid) CHECK(budget.take(uid, now));
  CHECK_FALSE(budget.take(0, now));
}

TEST_CASE("Admission: counts by user and in all") {
  api::Limits limits;
  limits.max_connections = 3;
  limits.reserved_connections = 1;
  limits.max_connections_per_user = 1;
  Admission admission(limits, 1000);
  admission.entered(1);
  CHECK(admission.ask(1) == Admission::Verdict::kUserHasTooMany);
  CHECK(admission.ask(2) == Admission::Verdict::kWelcome);
  admission.entered(2);
  CHECK(admission.ask(3) == Admission::Verdict::kFull);
  CHECK(admission.ask(1000) == Admission::Verdict::kWelcome);
  CHECK(admission.ask(0) == Admission::Verdict::kWelcome);
  admission.entered(0);
  CHECK(admission.ask(1000) == Admission::Verdict::kFull);
  admission.left(1);
  CHECK(admission.ask(1000) == Admission::Verdict::kWelcome);
  CHECK(admission.connections() == 2);
}

TEST_CASE("Runtime lock: one agent on a directory, until it ends") {
  House house;  // for its directory
  auto mine = api::RuntimeLock::take(house.directory);
  REQUIRE(mine);
  const auto second = api::RuntimeLock::take(house.directory);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::kRefused);
  CHECK(second.error().detail ==
        house.directory + ": another agent runs here (pid " + std::to_string(::getpid()) + ")");
  { const auto gone = std::move(*mine); }
  CHECK(api::RuntimeLock::take(house.directory));
  CHECK(api::RuntimeLock::take(house.directory + "/made"));
  const auto nowhere = api::RuntimeLock::take(house.directory + "/no/where");
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().code == Errc::kIo);
}

TEST_CASE("Runtime lock: no other user can hold it") {
  House house;
  const std::filesystem::path file = house.directory + "/liqo-discoveryd.lock";
  const auto mode = [&file] { return std::filesystem::status(file).permissions(); };
  using std::filesystem::perms;
  { const auto made = api::RuntimeLock::take(house.directory); }
  CHECK(mode() == (perms::owner_read | perms::owner_write));
  std::filesystem::permissions(file, perms::others_read, std::filesystem::perm_options::add);
  const auto taken = api::RuntimeLock::take(house.directory);
  REQUIRE(taken);
  CHECK(mode() == (perms::owner_read | perms::owner_write));
}

}  // namespace
}  // namespace liqo::test
