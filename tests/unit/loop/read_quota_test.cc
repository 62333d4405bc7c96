#include "resolver/loop/read_quota.h"

#include <sys/socket.h>

#include <memory>
#include <numeric>
#include <vector>

#include "resolver/loop/poll.h"
#include "tests/support/catch.h"
#include "tests/unit/loop/support.h"

namespace liqo::loop {
namespace {

/// Readers that are always ready and read all that they may, once a turn.
class Readers {
 public:
  Readers(Loop& loop, std::size_t count) : read_(count) {
    for (std::size_t i = 0; i < count; ++i) {
      const SocketPair& pair = pairs_.emplace_back(SOCK_DGRAM);
      REQUIRE(::send(pair.theirs.get(), "x", 1, 0) == 1);
      auto poll = Poll::create(loop, pair.ours.get(), Interest::kRead,
                               [this, &loop, i](bool, bool) { read_[i] = loop.reads().take(); });
      REQUIRE(poll);
      polls_.push_back(std::move(*poll));
    }
  }

  /// What each read in one turn of the loop.
  std::vector<std::size_t> turn(Loop& loop) {
    read_.assign(read_.size(), 0);
    loop.turn();
    return read_;
  }

 private:
  std::vector<SocketPair> pairs_;
  std::vector<std::unique_ptr<Poll>> polls_;
  std::vector<std::size_t> read_;
};

std::size_t sum(const std::vector<std::size_t>& of) {
  return std::accumulate(of.begin(), of.end(), std::size_t{0});
}

TEST_CASE("ReadQuota: one who is ready alone has all of it") {
  Loop loop;
  Readers readers(loop, 1);
  readers.turn(loop);
  CHECK(readers.turn(loop) == std::vector<std::size_t>{ReadQuota::kPerTurn});
}

TEST_CASE("ReadQuota: many share it evenly from their second turn on, and none is left out") {
  Loop loop;
  Readers readers(loop, 10);
  const auto first = readers.turn(loop);
  CHECK(first.front() >= 1);
  CHECK(first.back() >= 1);
  CHECK(sum(first) < ReadQuota::kPerTurn + first.size());
  CHECK(readers.turn(loop) == std::vector<std::size_t>(10, ReadQuota::kPerTurn / 10));
}

TEST_CASE("ReadQuota: of more than it has each reads once") {
  Loop loop;
  constexpr std::size_t kMany = ReadQuota::kPerTurn + 20;
  Readers readers(loop, kMany);
  readers.turn(loop);
  CHECK(readers.turn(loop) == std::vector<std::size_t>(kMany, 1));
}

TEST_CASE("ReadQuota: what one does not need another may have") {
  Loop loop;
  ReadQuota& reads = loop.reads();
  reads.give_back(reads.take());
  CHECK(reads.take() == ReadQuota::kPerTurn);
  CHECK(reads.take() == 1);
}

TEST_CASE("ReadQuota: it keeps no loop running and is nobody's handle") {
  Loop loop;
  loop.run();
  CHECK(loop.handles().others == 0);
}

}  // namespace
}  // namespace liqo::loop
