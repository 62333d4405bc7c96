#include "tests/fuzz/replay.h"
#include "tests/support/catch.h"

TEST_CASE("Messages: changed at random they are read as they are or not at all") {
  CHECK(replay_corpus(LIQO_CORPUS, 5'000) >= 9);
}
