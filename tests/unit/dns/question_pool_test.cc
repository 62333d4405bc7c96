#include "resolver/dns/question_pool.h"

#include <deque>
#include <string>

#include "tests/support/catch.h"
#include "tests/unit/dns/zone_world.h"

using namespace liqo;
using namespace liqo::dns;
using namespace liqo::dns::test;

namespace {

/// Holds every question until it is told to answer.
class HeldTransport final : public Transport {
 public:
  struct Held final : Query {
    explicit Held(HeldTransport& owner) : transport(owner) {}
    ~Held() override { std::erase(transport.held, this); }
    HeldTransport& transport;
    Done done;
  };
  std::deque<Held*> held;
  std::size_t asked = 0;

  [[nodiscard]] std::unique_ptr<Query> ask(const wire::Question&, Done done) override {
    ++asked;
    auto query = std::make_unique<Held>(*this);
    query->done = std::move(done);
    held.push_back(query.get());
    return query;
  }
  void answer_one() {
    Held* first = held.front();
    held.pop_front();
    const Done done = std::move(first->done);
    done(Reply{});
  }
};

struct Questions {
  std::deque<std::unique_ptr<Transport::Query>> queries;
  std::size_t answered = 0;

  void ask(Transport& transport, std::size_t count) {
    const wire::Question question{.name = name("example.com"), .type = 12};
    for (; count > 0; --count) {
      queries.push_back(transport.ask(question, [this](const Reply&) { ++answered; }));
    }
  }
};

}  // namespace

TEST_CASE("Question pool: a domain has 64 questions under way, all of them 256") {
  const auto transport = std::make_shared<HeldTransport>();
  QuestionPool pool;
  std::deque<QuestionPool::Lane> lanes;
  Questions questions;
  for (int i = 0; i < 5; ++i) questions.ask(lanes.emplace_back(pool, transport).asks(), 100);
  CHECK(transport->held.size() == 256);
  CHECK(pool.in_flight() == 256);
  CHECK(pool.waiting() == 244);
  while (!transport->held.empty()) transport->answer_one();
  CHECK(questions.answered == 500);
  CHECK(pool.in_flight() == 0);
  questions.queries.clear();
}

TEST_CASE("Question pool: what failed before has a quarter of a domain's places") {
  const auto transport = std::make_shared<HeldTransport>();
  QuestionPool pool;
  QuestionPool::Lane lane(pool, transport);
  Questions questions;
  questions.ask(lane.retries(), 100);
  CHECK(transport->held.size() == QuestionPool::kMaxRetriesPerDomain);
  questions.ask(lane.asks(), 48);
  CHECK(transport->held.size() == 64);
}

TEST_CASE("Question pool: what failed before gets its turn, however much else there is to ask") {
  const auto transport = std::make_shared<HeldTransport>();
  QuestionPool pool;
  QuestionPool::Lane lane(pool, transport);
  Questions asks;
  asks.ask(lane.asks(), 1000);
  Questions retries;
  retries.ask(lane.retries(), 1);
  for (int i = 0; i < 65; ++i) transport->answer_one();
  CHECK(asks.answered == 64);
  CHECK(retries.answered == 1);
}

TEST_CASE("Question pool: a domain that asks much holds up no other") {
  const auto busy = std::make_shared<HeldTransport>();
  const auto other = std::make_shared<HeldTransport>();
  QuestionPool pool;
  std::deque<QuestionPool::Lane> lanes;
  Questions questions;
  for (int i = 0; i < 4; ++i) questions.ask(lanes.emplace_back(pool, busy).asks(), 1000);
  REQUIRE(pool.in_flight() == 256);
  questions.ask(lanes.emplace_back(pool, other).asks(), 1);
  for (int i = 0; i < 5; ++i) busy->answer_one();
  CHECK(other->asked == 1);
}

TEST_CASE("Question pool: however many domains are without an answer, another has places") {
  const auto silent = std::make_shared<HeldTransport>();
  const auto other = std::make_shared<HeldTransport>();
  QuestionPool pool;
  std::deque<QuestionPool::Lane> lanes;
  for (int i = 0; i < 40; ++i) lanes.emplace_back(pool, i == 0 ? other : silent);
  Questions questions;
  for (std::size_t i = 1; i < lanes.size(); ++i) questions.ask(lanes[i].asks(), 100);
  CHECK(pool.in_flight() == QuestionPool::kMaxInFlight - QuestionPool::kOwnPlaces);
  questions.ask(lanes.front().asks(), 10);
  CHECK(other->asked == QuestionPool::kOwnPlaces);
  for (int i = 0; i < 6; ++i) other->answer_one();
  CHECK(other->asked == 10);
  CHECK(silent->asked == QuestionPool::kMaxInFlight - QuestionPool::kOwnPlaces);
  while (!silent->held.empty()) silent->answer_one();
  CHECK(silent->asked == 3900);
}

TEST_CASE("Question pool: a question that is forgotten gives up its place") {
  const auto transport = std::make_shared<HeldTransport>();
  QuestionPool pool;
  QuestionPool::Lane lane(pool, transport);
  Questions questions;
  questions.ask(lane.asks(), 66);
  questions.queries.pop_front();  // under way
  CHECK(transport->asked == 65);
  questions.queries.pop_back();  // waits
  CHECK(pool.waiting() == 0);
  CHECK(pool.in_flight() == 64);
}

TEST_CASE("Question pool: a lane that is closed sends nothing more") {
  const auto transport = std::make_shared<HeldTransport>();
  QuestionPool pool;
  QuestionPool::Lane lane(pool, transport);
  Questions questions;
  questions.ask(lane.asks(), 100);
  lane.close();
  questions.queries.clear();
  CHECK(transport->asked == 64);
  CHECK(pool.in_flight() == 0);
}

TEST_CASE("Question pool: the places of a lane that leaves are used at once") {
  const auto transport = std::make_shared<HeldTransport>();
  QuestionPool pool;
  std::deque<QuestionPool::Lane> lanes;
  Questions questions;
  for (int i = 0; i < 5; ++i) lanes.emplace_back(pool, transport);
  for (int i = 0; i < 4; ++i) questions.ask(lanes[static_cast<std::size_t>(i)].asks(), 64);
  CHECK(pool.in_flight() == QuestionPool::kMaxInFlight - QuestionPool::kOwnPlaces);
  lanes.pop_back();
  CHECK(pool.in_flight() == QuestionPool::kMaxInFlight);
  CHECK(pool.waiting() == 0);
  questions.queries.clear();
}
