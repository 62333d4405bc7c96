#include <set>

#include "agent/api/interface_text.h"
#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/api/house.h"

namespace liqo::test {
namespace {

using Json = nlohmann::json;

std::vector<std::string> ids_of(const Json& clusters) {
  std::vector<std::string> ids;
  for (const Json& cluster : clusters) ids.push_back(cluster["id"]);
  return ids;
}

TEST_CASE("Service: says who it is and describes its interfaces") {
  House house;
  auto client = house.client();
  const Json info = client->ask("org.varlink.service.GetInfo");
  CHECK(info["product"] == "liqo-discovery");
  CHECK(info["version"] == "1.2.3");
  CHECK(info["interfaces"] == Json{"io.liqo.Discovery", "org.varlink.service"});
  const Json description = client->ask("org.varlink.service.GetInterfaceDescription",
                                       {{"interface", "io.liqo.Discovery"}});
  CHECK(description["description"] == std::string(api::interface_text()));
}

TEST_CASE("Service: every method of the definition is answered") {
  House house;
  auto client = house.client();
  const std::string text(api::interface_text());
  std::set<std::string> methods;
  for (std::size_t at = text.find("\nmethod "); at != std::string::npos;
       at = text.find("\nmethod ", at + 1)) {
    const std::size_t begin = at + std::string("\nmethod ").size();
    methods.insert(text.substr(begin, text.find('(', begin) - begin));
  }
  CHECK(methods.size() == 12);
  for (const std::string& name : methods) {
    CHECK(client->error_of(method(name), {{"nonsense", 1}}) !=
          "org.varlink.service.MethodNotFound");
  }
  CHECK(client->error_of(method("Nonsense")) == "org.varlink.service.MethodNotFound");
  CHECK(client->error_of("io.nobody.Here") == "org.varlink.service.InterfaceNotFound");
  CHECK(client->error_of("Here") == "org.varlink.service.InterfaceNotFound");
}

TEST_CASE("List: no cluster is an empty list") {
  House house;
  const Json reply = house.client()->ask(method("List"));
  CHECK(reply["clusters"].is_array());
  CHECK(reply["clusters"].empty());
  CHECK(reply["complete"] == true);
}

TEST_CASE("List: with `more` in pieces of at most 256, in the order of ids, none twice") {
  House house;
  house.see_many(600);
  auto client = house.client();
  client->call(method("List"), Json::object(), /*more=*/true);
  std::vector<std::string> ids;
  Json reply;
  do {
    reply = client->receive();
    const auto piece = ids_of(reply["parameters"]["clusters"]);
    CHECK(piece.size() <= 256);
    ids.insert(ids.end(), piece.begin(), piece.end());
  } while (reply.value("continues", false));
  CHECK(ids.size() == 600);
  CHECK(std::is_sorted(ids.begin(), ids.end()));
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 600);
  // The connection is good for another call.
  CHECK(ids_of(client->ask(method("List"))["clusters"]) == ids);
}

TEST_CASE("List: without `more` it is refused above the limit") {
  api::Limits limits;
  limits.max_whole_list = 64 * 1024;
  House house(limits);
  house.see_many(20);
  auto client = house.client();
  CHECK(client->ask(method("List"))["clusters"].size() == 20);
  house.see_many(200);
  CHECK(client->error_of(method("List")) == method("LimitReached"));
  client->call(method("List"), Json::object(), /*more=*/true);
  CHECK(client->receive()["continues"] == true);
}

TEST_CASE("List: only of the sources that were asked for") {
  House house;
  house.see({.id = "on-lan"});
  house.see({.id = "in-dns", .source = Source::kDns, .domain = "example.com"});
  auto client = house.client();
  const auto list = [&](const Json& sources) {
    return ids_of(client->ask(method("List"), {{"sources", sources}})["clusters"]);
  };
  CHECK(list({"lan"}) == std::vector<std::string>{"on-lan"});
  CHECK(list({"dns", "manual"}) == std::vector<std::string>{"in-dns"});
  CHECK(list({"dns", "lan", "manual"}).size() == 2);
  CHECK(client->error_of(method("List"), {{"sources", {"wan"}}}) == method("InvalidArgument"));
  CHECK(client->error_of(method("List"), {{"sources", Json::array()}}) ==
        method("InvalidArgument"));
}

TEST_CASE("List: parameters of a wrong type or name are refused") {
  House house;
  auto client = house.client();
  const std::string invalid = "org.varlink.service.InvalidParameter";
  CHECK(client->error_of(method("List"), {{"sources", "lan"}}) == invalid);
  CHECK(client->error_of(method("List"), {{"sources", {1}}}) == invalid);
  CHECK(client->error_of(method("List"), {{"wait", "5"}}) == invalid);
  CHECK(client->error_of(method("List"), {{"source", {"lan"}}}) == invalid);
  CHECK(client->error_of(method("List"), {{"wait", -1}}) == method("InvalidArgument"));
  CHECK(client->error_of(method("List"), {{"wait", 61}}) == method("InvalidArgument"));
  CHECK(client->ask(method("List"), {{"sources", nullptr}, {"wait", nullptr}})["complete"] == true);
}

TEST_CASE("List: waits until every source has finished its first pass") {
  House house;
  house.status.all_synced = false;
  auto client = house.client();
  client->call(method("List"), {{"wait", 60}});
  run_for(house.loop, 30ms);
  client->pump();
  CHECK(client->received_octets() == 0);
  house.see({.id = "late"});
  house.server->sources_changed();  // of another kind: not all of them are done
  run_for(house.loop, 30ms);
  client->pump();
  CHECK(client->received_octets() == 0);
  house.status.all_synced = true;
  house.server->sources_changed();
  const Json reply = client->receive()["parameters"];
  CHECK(ids_of(reply["clusters"]) == std::vector<std::string>{"late"});
  CHECK(reply["complete"] == true);
}

TEST_CASE("List: a wait that runs out tells what is known") {
  House house;
  house.status.all_synced = false;
  house.see({.id = "early"});
  const Json reply = house.client()->ask(method("List"), {{"wait", 0.05}});
  CHECK(ids_of(reply["clusters"]) == std::vector<std::string>{"early"});
  CHECK(reply["complete"] == false);
}

TEST_CASE("Get: by id, unique prefix or unique name") {
  House house;
  house.see({.id = "aaaa-1", .txt = txt({{"name", "milan"}})});
  house.see({.id = "aaaa-2", .txt = txt({{"name", "turin"}})});
  house.see({.id = "bbbb-1", .txt = txt({{"name", "turin"}})});
  auto client = house.client();
  const auto get = [&](const char* reference) {
    return client->ask(method("Get"), {{"cluster", reference}})["cluster"]["id"];
  };
  CHECK(get("aaaa-1") == "aaaa-1");
  CHECK(get("b") == "bbbb-1");
  CHECK(get("milan") == "aaaa-1");

  CHECK(client->error_of(method("Get"), {{"cluster", "rome"}}) == method("NoSuchCluster"));
  CHECK(client->error_of(method("Get"), {{"cluster", ""}}) == method("InvalidArgument"));
  CHECK(client->error_of(method("Get")) == "org.varlink.service.InvalidParameter");
  client->call(method("Get"), {{"cluster", "turin"}});
  const Json several = client->receive();
  CHECK(several["error"] == method("AmbiguousName"));
  CHECK(several["parameters"]["matches"] == Json{"aaaa-2", "bbbb-1"});
  client->call(method("Get"), {{"cluster", "aaaa"}});
  CHECK(client->receive()["parameters"]["matches"] == Json{"aaaa-1", "aaaa-2"});
}

TEST_CASE("Get: host names follow the suffix") {
  House house;
  house.see({.id = "aaaa-1"});
  auto client = house.client();
  const auto names = [&] {
    return client->ask(method("Get"), {{"cluster", "aaaa-1"}})["cluster"]["hostnames"];
  };
  CHECK(names() == Json{"aaaa-1.liqo.internal"});
  house.suffix = "clusters.internal";
  house.server->suffix_changed();
  CHECK(names() == Json{"aaaa-1.clusters.internal"});
}

}  // namespace
}  // namespace liqo::test
