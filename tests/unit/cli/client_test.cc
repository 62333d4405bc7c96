#include "cli/client.h"

#include "tests/support/catch.h"
#include "tests/unit/cli/fake_agent.h"

using namespace liqo;
using namespace liqo::cli;
using namespace std::chrono_literals;

namespace {

Client client_of(const FakeAgent& agent, ClientOptions options = {}) {
  options.socket = agent.socket();
  auto client = Client::connect(options);
  REQUIRE(client.has_value());
  return std::move(*client);
}

}  // namespace

TEST_CASE("Client: a call is varlink, and its answer comes back") {
  Json seen;
  const FakeAgent agent([&seen](FakeConnection& connection, int) {
    seen = connection.call();
    connection.reply({{"text", "x"}});
  });
  Client client = client_of(agent);
  const auto reply = client.call("Metrics", Json::object());
  REQUIRE(reply.has_value());
  CHECK(*reply == Json{{"text", "x"}});
  CHECK(seen == Json::parse(R"({"method":"io.liqo.Discovery.Metrics","parameters":{}})"));
}

TEST_CASE("Client: pieces are taken one by one until the last") {
  const FakeAgent agent([](FakeConnection& connection, int) {
    connection.call();
    connection.reply({{"piece", 1}}, true);
    connection.reply({{"piece", 2}}, true);
    connection.reply({{"piece", 3}});
  });
  Client client = client_of(agent);
  std::vector<Json> pieces;
  REQUIRE(client.call_more("List", Json::object(),
                           [&](const Json& piece) { pieces.push_back(piece); }));
  CHECK(pieces == std::vector<Json>{{{"piece", 1}}, {{"piece", 2}}, {{"piece", 3}}});
}

TEST_CASE("Client: an agent that says nothing is given up in time") {
  const FakeAgent agent([](FakeConnection& connection, int) { connection.hang(); });
  ClientOptions options;
  options.answer_time = 50ms;
  Client client = client_of(agent, options);
  const auto reply = client.call("Status", Json::object());
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().code == Errc::kTimedOut);
  CHECK(reply.error().detail == "the agent at " + agent.socket() + " does not answer");
}

TEST_CASE("Client: a message without an end costs no more than its limit") {
  const FakeAgent agent([](FakeConnection& connection, int) {
    connection.call();
    while (connection.alive()) connection.raw(std::string(65536, 'x'));
  });
  ClientOptions options;
  options.max_message = 1 << 20;
  Client client = client_of(agent, options);
  const auto reply = client.call("Status", Json::object());
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().code == Errc::kMalformed);
}

TEST_CASE("Client: a reply that comes octet by octet is one reply") {
  const FakeAgent agent([](FakeConnection& connection, int) {
    connection.call();
    const std::string_view message("{\"parameters\":{\"text\":\"slow\"}}\0", 32);
    for (const char octet : message) connection.raw({&octet, 1});
  });
  Client client = client_of(agent);
  const auto reply = client.call("Metrics", Json::object());
  REQUIRE(reply.has_value());
  CHECK(text_field(*reply, "text") == "slow");
}

TEST_CASE("Client: an agent that refuses before it was asked is heard") {
  const FakeAgent agent([](FakeConnection& connection, int) {
    connection.error("io.liqo.Discovery.LimitReached",
                     {{"limit", "connections"}, {"reason", "256 clients are connected"}});
  });
  Client client = client_of(agent);
  const auto reply = client.call("Status", Json::object());
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().code == Errc::kLimitReached);
  CHECK(reply.error().detail.find("256 clients are connected") != std::string::npos);
}

TEST_CASE("Client: a path that is no socket's is told by its reason") {
  ClientOptions options;
  options.socket = std::string(200, 'x');
  CHECK(Client::connect(options).error().detail.find("File name too long") != std::string::npos);
  options.socket = "/dev/null";
  CHECK(Client::connect(options).error().code == Errc::kUnavailable);
}
