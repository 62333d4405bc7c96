// Questions that end, are given up and begin at any moment.
#include <dirent.h>

#include <deque>
#include <optional>

#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/probe/https_world.h"

namespace liqo::probe {
namespace {

using test::give;
using test::http_answer;
using test::run_until;

std::size_t open_descriptors() {
  std::size_t count = 0;
  DIR* directory = ::opendir("/proc/self/fd");
  while (::readdir(directory) != nullptr) ++count;
  ::closedir(directory);
  return count;
}

/// Accepts, and lets the client wait for TLS.
void say_nothing(HttpsConnection& connection) { connection.wait_for_end(); }

/// Lets the client wait for an answer.
void accept_tls(HttpsConnection& connection) {
  if (connection.accept_tls() && !connection.read_request().empty()) connection.wait_for_end();
}

Https::Done never() {
  return [](const HttpsOutcome& outcome) { FAIL(text_of(outcome)); };
}

TEST_CASE("Https: a question given up at any stage leaves nothing and tells nothing") {
  HttpsWorld world;
  for (const auto& script : {say_nothing, accept_tls}) {
    const HttpsServer server(script);
    const std::size_t before = open_descriptors();
    Https::Question at_once = world.https->get(request_to(server), never());
    at_once.reset();
    Https::Question later = world.https->get(request_to(server), never());
    REQUIRE(run_until(world.loop, [&] { return server.open() == 1; }));
    later.reset();
    REQUIRE(run_until(world.loop, [&] { return server.open() == 0; }));
    // The loop's own may come once. The server closes its end in a thread of its own.
    REQUIRE(run_until(world.loop, [&] { return open_descriptors() <= before; }));
  }
}

TEST_CASE("Https: turn by turn, wherever the question is") {
  const HttpsServer server(give(http_answer("200 OK", "a")));
  HttpsWorld world;
  bool answered = false;
  for (int turns = 0; !answered; turns += 1 + turns / 16) {
    Https::Question question = world.https->get(
        request_to(server), [&](const HttpsOutcome& /*outcome*/) { answered = true; });
    for (int i = 0; i < turns && !answered; ++i) world.loop.turn();
  }
  CHECK(text_of(world.ask(server)) == "done 200: a");
}

TEST_CASE("Https: an outcome may end its own question, another, and begin more") {
  const HttpsServer answering(give(http_answer("200 OK", "a")));
  const HttpsServer silent(say_nothing);
  HttpsWorld world;
  Https::Question own;
  Https::Question waiting = world.https->get(request_to(silent), never());
  Https::Question next;
  std::optional<HttpsOutcome> told;
  own = world.https->get(request_to(answering), [&](const HttpsOutcome& /*outcome*/) {
    own.reset();
    waiting.reset();
    next = world.https->get(request_to(answering),
                            [&](const HttpsOutcome& outcome) { told = outcome; });
  });
  REQUIRE(run_until(world.loop, [&] { return told.has_value(); }));
  CHECK(text_of(*told) == "done 200: a");
}

TEST_CASE("Https: of two that are answered at once, one may end the other") {
  const HttpsServer server(give(http_answer("200 OK", "a")));
  HttpsWorld world;
  for (int i = 0; i < 50; ++i) {
    std::size_t answered = 0;
    std::vector<Https::Question> questions;
    for (int k = 0; k < 4; ++k) {
      questions.push_back(world.https->get(request_to(server), [&](const HttpsOutcome& outcome) {
        CHECK(text_of(outcome) == "done 200: a");
        ++answered;
        questions.clear();
      }));
    }
    REQUIRE(run_until(world.loop, [&] { return answered > 0; }));
    CHECK(answered == 1);
  }
}

TEST_CASE("Https: an outcome may end all there is") {
  const HttpsServer answering(give(http_answer("200 OK", "a")));
  HttpsRequest refused = request_to(answering);
  refused.port = HttpsServer(say_nothing).port();
  for (const HttpsRequest& request : {request_to(answering), refused}) {
    HttpsWorld world;
    Https::Question question;
    question = world.https->get(request, [&](const HttpsOutcome& /*outcome*/) {
      question.reset();
      world.https.reset();
    });
    REQUIRE(run_until(world.loop, [&] { return world.https == nullptr; }));
  }
}

TEST_CASE("Https: a question that is over may stay") {
  const HttpsServer server(give(http_answer("200 OK", "a")));
  HttpsWorld world;
  bool told = false;
  const Https::Question question =
      world.https->get(request_to(server), [&](const HttpsOutcome& /*outcome*/) { told = true; });
  REQUIRE(run_until(world.loop, [&] { return told; }));
  CHECK(text_of(world.ask(server)) == "done 200: a");
}

TEST_CASE("Https: so many at once, and the others in their order") {
  constexpr std::size_t kAtOnce = 2;
  std::atomic<std::size_t> most = 0;
  std::atomic<std::size_t> now = 0;
  const HttpsServer server([&](HttpsConnection& connection) {
    const std::size_t here = ++now;
    for (std::size_t seen = most; here > seen && !most.compare_exchange_weak(seen, here);) {
    }
    if (connection.accept_tls() && !connection.read_request().empty()) {
      --now;
      connection.send(http_answer("200 OK", "a"));
    }
  });
  HttpsWorld world({.time_limit = kLong, .max_in_flight = kAtOnce});
  std::vector<Https::Question> questions;
  std::size_t answered = 0;
  for (int i = 0; i < 20; ++i) {
    questions.push_back(world.https->get(request_to(server), [&](const HttpsOutcome& outcome) {
      CHECK(text_of(outcome) == "done 200: a");
      ++answered;
    }));
  }
  questions[10].reset();  // it waits still
  REQUIRE(run_until(world.loop, [&] { return answered == 19; }));
  CHECK(server.accepted() == 19);
  CHECK(most <= kAtOnce);
}

TEST_CASE("Https: who waits for silent servers gets a whole time limit of its own") {
  const HttpsServer silent(say_nothing);
  const HttpsServer server(give(http_answer("200 OK", "a")));
  HttpsWorld world({.time_limit = kShort, .max_in_flight = 1});
  const Https::Question first =
      world.https->get(request_to(silent), [](const HttpsOutcome& outcome) {
        CHECK(outcome.error.code == Errc::kTimedOut);
        CHECK(outcome.total_time >= kShort);
      });
  CHECK(text_of(world.ask(server)) == "done 200: a");
}

TEST_CASE("Https: a crowd of questions, and nothing is left of it") {
  const HttpsServer server(give(http_answer("200 OK", "a")));
  HttpsWorld world;
  CHECK(text_of(world.ask(server)) == "done 200: a");
  REQUIRE(run_until(world.loop, [&] { return server.open() == 0; }));
  const std::size_t before = open_descriptors();
  std::vector<Https::Question> questions;
  std::size_t answered = 0;
  for (int i = 0; i < 200; ++i) {
    questions.push_back(world.https->get(request_to(server), [&](const HttpsOutcome& outcome) {
      CHECK(text_of(outcome) == "done 200: a");
      ++answered;
    }));
  }
  REQUIRE(run_until(
      world.loop, [&] { return answered == 200; }, 2 * kLong));
  REQUIRE(run_until(world.loop, [&] { return open_descriptors() <= before; }));
}

}  // namespace
}  // namespace liqo::probe
