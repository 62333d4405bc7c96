#include "tests/fuzz/replay.h"
#include "tests/support/catch.h"

namespace {

TEST_CASE("Fuzz: no mutation of a value is read as what it cannot be") {
  CHECK(replay_corpus(LIQO_CORPUS, 2'000) >= 5);
}

}  // namespace
