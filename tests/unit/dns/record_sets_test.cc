#include <algorithm>
#include <random>
#include <vector>

#include "resolver/dns/instance.h"
#include "resolver/dns/record_keeper.h"
#include "tests/support/catch.h"

namespace liqo::dns {
namespace {

std::vector<std::string> list(const RdataSet& set) { return {set.begin(), set.end()}; }

std::vector<const Instance*> list(const Users& users) {
  std::vector<const Instance*> all;
  users.each([&all](Instance& user) { all.push_back(&user); });
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

TEST_CASE("RdataSet: in order, each once, whatever octets they have", "[dns]") {
  const RdataSet none;
  CHECK(none.empty());
  CHECK(none.size() == 0);
  CHECK(none.begin() == none.end());
  const std::string longest(65'535, 'x');
  const std::string zeros(3, '\0');
  const RdataSet set({"b", longest, "", zeros, "b", "\xff"});
  CHECK(list(set) == std::vector<std::string>{"", zeros, "b", longest, "\xff"});
  CHECK(set.size() == 5);
  CHECK(set.front().empty());
  CHECK_FALSE(set.empty());
  CHECK(set == RdataSet({"\xff", "", longest, "b", zeros}));
}

TEST_CASE("RdataSet: sets of other records are others", "[dns]") {
  CHECK(RdataSet({"ab", "c"}) != RdataSet({"a", "bc"}));
  CHECK(RdataSet({""}) != RdataSet());
  CHECK_FALSE(RdataSet({""}).empty());
}

TEST_CASE("Users: any number, removed in any order", "[dns]") {
  std::vector<Instance> instances(4);
  for (std::size_t first = 0; first < instances.size(); ++first) {
    Users users;
    CHECK(users.empty());
    std::vector<const Instance*> expected;
    for (Instance& instance : instances) {
      users.add(instance);
      expected.push_back(&instance);
    }
    for (std::size_t i = 0; i < instances.size(); ++i) {
      CHECK(list(users) == expected);
      CHECK_FALSE(users.empty());
      Instance& gone = instances[(first + i) % instances.size()];
      users.remove(gone);
      std::erase(expected, &gone);
    }
    CHECK(users.empty());
    CHECK(list(users).empty());
  }
}

TEST_CASE("DueQueue: gives the first that is due, whatever was put, moved and removed", "[dns]") {
  std::minstd_rand random(1);
  std::vector<KeptSet> sets(50);
  std::vector<KeptSet*> queued;
  DueQueue queue;
  for (int step = 0; step < 5'000; ++step) {
    KeptSet& set = sets[random() % sets.size()];
    std::erase(queued, &set);
    if (random() % 3 == 0) {
      queue.remove(set);  // twice, at times
      CHECK(set.place == DueQueue::kNowhere);
    } else {
      queue.put(set, BootTime(std::chrono::milliseconds(random() % 100)));
      queued.push_back(&set);
    }
    REQUIRE(queue.empty() == queued.empty());
    if (queued.empty()) continue;
    const auto soonest = std::min_element(queued.begin(), queued.end(),
                                          [](auto* a, auto* b) { return a->due < b->due; });
    REQUIRE(queue.first().due == (*soonest)->due);
    REQUIRE(std::find(queued.begin(), queued.end(), &queue.first()) != queued.end());
  }
}

}  // namespace liqo::dns
