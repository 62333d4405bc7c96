#include "agent/registry_driver.h"

#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {

TEST_CASE("RegistryDriver: a resume is looked for before time passes for a suspect") {
  loop::Loop loop;
  RegistryOptions options;
  options.suspect_limit = std::chrono::milliseconds(20);
  Registry registry(options);
  RegistryDriver driver(loop, registry);
  int looks = 0;
  int looks_until_gone = 0;
  const auto token = registry.subscribe([&](const Change& change) {
    if (change.event == ChangeEvent::kRemoved) looks_until_gone = looks;
  });
  driver.set_resume_check([&] {
    if (++looks == 1) driver.resumed();
  });
  // On a link that is not there: nobody is asked.
  driver.seen(Peer{.interface = 9'999}.sighting(), EvidenceMethod::kMdns);
  registry.suspect_cluster("milan-id", read_clocks());
  driver.touched();
  CHECK(run_until(loop, [&] { return looks_until_gone != 0; }));
  CHECK(looks_until_gone == 2);
}

}  // namespace liqo::test
