#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/api/house.h"

namespace liqo::test {
namespace {

using Json = nlohmann::json;

Peer in_dns(const ClusterId& id) {
  return {.id = id, .source = Source::kDns, .addresses = {"203.0.113.7"}, .domain = "example.com"};
}

/// A client that has begun to look at a domain.
std::unique_ptr<VarlinkClient> looking(House& house,
                                       const Json& parameters = {{"domain", "example.com"}}) {
  auto client = house.client();
  const std::size_t before = house.looks.size();
  client->call(method("Browse"), parameters);
  run_until(house.loop, [&] { return house.looks.size() > before; });
  return client;
}

TEST_CASE("Browse: is answered when the look is over, and nothing of it is kept") {
  House house;
  house.see({.id = "known"});
  auto client = looking(house);
  CHECK(house.looks.at(0)->domain == "example.com");
  house.looks[0]->see(in_dns("a"));
  house.looks[0]->see(in_dns("b"));
  run_for(house.loop, 20ms);
  client->pump();
  CHECK(client->received_octets() == 0);

  house.looks[0]->end();
  const Json reply = client->receive()["parameters"];
  CHECK(reply["complete"] == true);
  CHECK(reply["error"].is_null());
  REQUIRE(reply["clusters"].size() == 2);
  CHECK(reply["clusters"][0]["id"] == "a");
  CHECK(reply["clusters"][0]["sightings"][0]["domain"] == "example.com");
  CHECK(reply["clusters"][0]["hostnames"] == Json::array());
  run_until(house.loop, [&] { return house.looks.empty(); });
  CHECK(house.registry->clusters().size() == 1);
}

TEST_CASE("Browse: a domain that cannot be listed is told with the reason") {
  House house;
  auto client = looking(house);
  house.looks[0]->end("192.0.2.53 answered REFUSED");
  const Json reply = client->receive()["parameters"];
  CHECK(reply["clusters"] == Json::array());
  CHECK(reply["complete"] == false);
  CHECK(reply["error"] == "192.0.2.53 answered REFUSED");
}

TEST_CASE("Browse: what is no domain is refused, and counts as no look") {
  House house;
  auto client = house.client();
  CHECK(client->error_of(method("Browse"), {{"domain", "nonsense"}}) == method("InvalidArgument"));
  CHECK(client->error_of(method("Browse")) == "org.varlink.service.InvalidParameter");
  CHECK(client->ask(method("Status"))["counts"]["looks"] == 0);
}

TEST_CASE("Browse: is for who may control the agent") {
  House house;
  CHECK(house.client_of(77)->error_of(method("Browse"), {{"domain", "example.com"}}) ==
        method("PermissionDenied"));
  CHECK(house.looks.empty());
}

TEST_CASE("Browse: no more looks at once than the limit") {
  House house;
  std::vector<std::unique_ptr<VarlinkClient>> clients;
  for (std::size_t i = 0; i < api::Limits().max_looks; ++i) clients.push_back(looking(house));
  auto other = house.client();
  CHECK(other->ask(method("Status"))["counts"]["looks"] == 4);
  CHECK(other->ask(method("Status"))["limits"]["maxLooks"] == 4);
  CHECK(other->error_of(method("Browse"), {{"domain", "example.com"}}) == method("LimitReached"));
  house.looks[0]->end();
  CHECK(clients[0]->receive()["parameters"]["complete"] == true);
  clients.push_back(looking(house));
  CHECK(house.looks.size() == 4);
}

TEST_CASE("Browse: a client that leaves ends its look") {
  House house;
  auto client = looking(house);
  client.reset();
  run_until(house.loop, [&] { return house.looks.empty(); });
  CHECK(house.client()->ask(method("Status"))["counts"]["looks"] == 0);
}

TEST_CASE("Browse: with more in pieces, without it not above the limit of one reply") {
  api::Limits limits;
  limits.max_piece = 2;
  limits.max_whole_list = 1000;
  House house(limits);
  auto whole = looking(house);
  auto pieces = house.client();
  pieces->call(method("Browse"), {{"domain", "example.com"}}, /*more=*/true);
  run_until(house.loop, [&] { return house.looks.size() == 2; });
  for (FakeLook* look : std::vector(house.looks)) {
    for (const char* id : {"a", "b", "c"}) look->see(in_dns(id));
    look->end();
  }
  CHECK(whole->receive()["error"] == method("LimitReached"));
  const Json first = pieces->receive();
  CHECK(first["continues"] == true);
  CHECK(first["parameters"]["clusters"].size() == 2);
  const Json last = pieces->receive();
  CHECK_FALSE(last.contains("continues"));
  CHECK(last["parameters"]["clusters"].size() == 1);
  CHECK(last["parameters"]["complete"] == true);
}

}  // namespace
}  // namespace liqo::test
