#include "tests/fuzz/replay.h"
#include "tests/support/catch.h"

namespace {

TEST_CASE("Fuzz: no mutation of a signed answer, a lease or a key is read as what it cannot be") {
  CHECK(replay_corpus(LIQO_CORPUS, 2'000) >= 7);
}

}  // namespace
