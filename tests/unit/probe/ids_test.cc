#include "agent/probe/ids.h"

#include "tests/fuzz/replay.h"
#include "tests/support/catch.h"

namespace liqo::probe {
namespace {

std::string error_of(std::string_view body) {
  const auto ids = parse_ids(body);
  if (ids) return "";
  CHECK(ids.error().code == Errc::kMalformed);
  return ids.error().detail;
}

TEST_CASE("Ids: what Liqo answers, from 0.2 on") {
  for (
      const std::string_view body :
      {R"({"clusterId":"8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f","clusterName":"milan","guestNamespace":"liqo"})",
       R"({"clusterId":"8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f","clusterName":"milan"})",
       " {\"clusterName\": \"milan\",\n \"clusterId\": "
       "\"8B4B6C5E-1f0a-4c3d-9a57-0a1b2c3d4e5f\"}\n"}) {
    const auto ids = parse_ids(body);
    REQUIRE(ids.has_value());
    CHECK(ids->id == "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f");
    CHECK(ids->name == "milan");
  }
}

TEST_CASE("Ids: a cluster without a name") {
  const std::string long_name(256, 'a');
  for (const std::string& body :
       {std::string(R"({"clusterId":"a"})"), std::string(R"({"clusterId":"a","clusterName":""})"),
        std::string(R"({"clusterId":"a","clusterName":null})"),
        R"({"clusterId":"a","clusterName":")" + long_name + R"("})"}) {
    const auto ids = parse_ids(body);
    REQUIRE(ids.has_value());
    CHECK(ids->name.empty());
  }
}

TEST_CASE("Ids: what is not an answer of Liqo's") {
  CHECK(error_of("") == "not /ids: no JSON");
  CHECK(error_of("<html>") == "not /ids: no JSON");
  CHECK(error_of(R"({"clusterId":"a"} x)") == "not /ids: no JSON");
  CHECK(error_of("{\"clusterId\":\"a\",\"clusterName\":\"\xFF\"}") == "not /ids: no JSON");
  CHECK(error_of("[]") == "not /ids: no JSON object");
  CHECK(error_of("null") == "not /ids: no JSON object");
  CHECK(error_of("{}") == "not /ids: no clusterId");
  CHECK(error_of(R"({"clusterID":"a"})") == "not /ids: no clusterId");
  CHECK(error_of(R"({"clusterId":5})") == "not /ids: no clusterId");
  CHECK(error_of(R"({"clusterId":""})") == "not /ids: clusterId is no RFC 1123 label");
  CHECK(error_of(R"({"clusterId":"a.b"})") == "not /ids: clusterId is no RFC 1123 label");
  CHECK(error_of(R"({"clusterId":"a","clusterName":[]})") == "not /ids: clusterName is no text");
}

TEST_CASE("Ids: what is too much") {
  const auto nested = [](std::size_t levels) {
    return R"({"clusterId":"a","x":)" + std::string(levels - 1, '[') +
           std::string(levels - 1, ']') + "}";
  };
  CHECK(error_of(nested(kMaxIdsDepth)) == "");
  CHECK(error_of(nested(kMaxIdsDepth + 1)) == "not /ids: nested too deep");
  CHECK(error_of(std::string(kMaxIdsOctets, '[')) == "not /ids: nested too deep");
  const std::string body = R"({"clusterId":"a"})";
  CHECK(error_of(body + std::string(kMaxIdsOctets - body.size(), ' ')) == "");
  CHECK(error_of(body + std::string(kMaxIdsOctets - body.size() + 1, ' ')) == "not /ids: too long");
}

TEST_CASE("Fuzz: no mutation of /ids is read as what it cannot be") {
  CHECK(replay_corpus(LIQO_CORPUS, 2'000) >= 3);
}

}  // namespace
}  // namespace liqo::probe
