#include "agent/probe/https.h"

#include <cstdlib>

#include "agent/probe/ids.h"
#include "tests/support/catch.h"
#include "tests/unit/probe/https_world.h"

namespace liqo::probe {
namespace {

using test::give;
using test::http_answer;

/// Answers with the request's own text, SNI before it.
void echo(HttpsConnection& connection) {
  if (!connection.accept_tls()) return;
  const std::string request = connection.read_request();
  connection.send(http_answer("200 OK", "SNI: " + connection.server_name() + "\r\n" + request));
}

TEST_CASE("Https: what Liqo says of itself, and all there is to know of the connection") {
  for (const std::string& body : {liqo_0_2_ids(), liqo_ids()}) {
    const HttpsServer server(give(http_answer("200 OK", body)));
    HttpsWorld world;
    const HttpsOutcome outcome = world.ask(server);
    CHECK(text_of(outcome) == "done 200: " + body);
    CHECK(outcome.fingerprint == server.fingerprint());
    CHECK(outcome.address == server.address());
    CHECK(outcome.connect_time <= outcome.tls_time);
    CHECK(outcome.tls_time <= outcome.total_time);
    CHECK(parse_ids(outcome.body)->id == kId);
  }
}

TEST_CASE("Https: nothing is asked but what must be") {
  const HttpsServer server(echo);
  HttpsWorld world;
  CHECK(world.ask(server).body ==
        "SNI: node1.local\r\n"
        "GET /ids HTTP/1.1\r\n"
        "Host: node1.local:" +
            std::to_string(server.port()) +
            "\r\n"
            "User-Agent: liqo-discovery\r\n"
            "Accept: */*\r\n\r\n");
}

TEST_CASE("Https: a host is a name, or an address, or neither") {
  const HttpsServer server(echo);
  HttpsWorld world;
  const std::string port = ":" + std::to_string(server.port()) + "\r\n";
  const auto asks = [&](const std::string& host, const std::string& sni, const std::string& named) {
    INFO(host);
    const std::string body = world.ask(request_to(server, host)).body;
    CHECK(body.starts_with("SNI: " + sni + "\r\nGET /ids HTTP/1.1\r\nHost: " + named + port));
  };
  asks("node1.local.", "node1.local", "node1.local");
  asks("Node_1.example", "node_1.example", "Node_1.example");
  asks("localhost", "localhost", "localhost");
  asks("192.0.2.1", "", "192.0.2.1");
  // An SRV record may name anything.
  asks("", "", "127.0.0.1");
  asks("fe80::1%eth0", "", "127.0.0.1");
  asks("user@other.example", "", "127.0.0.1");
  asks("a/../b?c#d", "", "127.0.0.1");
  asks("two\r\nHost: lines", "", "127.0.0.1");
  asks("caf\xC3\xA9.local", "", "127.0.0.1");
  asks(std::string(254, 'a'), "", "127.0.0.1");
}

TEST_CASE("Https: whatever the status, the answer is an answer") {
  HttpsWorld world;
  for (const std::string status : {"500 Internal Server Error", "404 Not Found", "403 Forbidden"}) {
    const HttpsServer server(give(http_answer(status, "no")));
    CHECK(text_of(world.ask(server)) == "done " + status.substr(0, 3) + ": no");
  }
  const HttpsServer empty(give("HTTP/1.1 204 No Content\r\n\r\n"));
  CHECK(text_of(world.ask(empty)) == "done 204: ");
}

TEST_CASE("Https: an answer in chunks, one without a length, and one after others") {
  HttpsWorld world;
  const HttpsServer chunks(give(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
  CHECK(text_of(world.ask(chunks)) == "done 200: abcde");
  const HttpsServer until_close(give("HTTP/1.0 200 OK\r\n\r\nabcde"));
  CHECK(text_of(world.ask(until_close)) == "done 200: abcde");
  const HttpsServer interim(give("HTTP/1.1 103 Early Hints\r\n\r\n" + http_answer("200 OK", "a")));
  CHECK(text_of(world.ask(interim)) == "done 200: a");
}

TEST_CASE("Https: no redirect is followed, and no cookie kept") {
  const HttpsServer server([](HttpsConnection& connection) {
    if (!connection.accept_tls()) return;
    const std::string request = connection.read_request();
    connection.send(
        "HTTP/1.1 302 Found\r\nLocation: /other\r\nSet-Cookie: a=b\r\n"
        "Content-Length: " +
        std::to_string(request.size()) + "\r\n\r\n" + request);
  });
  HttpsWorld world;
  for (int i = 0; i < 2; ++i) {
    const HttpsOutcome outcome = world.ask(server);
    CHECK(outcome.status == 302);
    CHECK(outcome.body.find("ookie") == std::string::npos);
  }
  CHECK(server.accepted() == 2);
}

TEST_CASE("Https: neither the environment's proxy nor its certificates") {
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    ::setenv(name, "http://127.0.0.1:1", 1);
  }
  ::setenv("SSL_CERT_FILE", "/nowhere", 1);
  const HttpsServer server(give(http_answer("200 OK", "a")));
  HttpsWorld world;
  CHECK(text_of(world.ask(server)) == "done 200: a");
}

TEST_CASE("Https: any certificate will do, and each is known by its fingerprint") {
  using std::chrono::hours;
  HttpsWorld world;
  const auto asks = [&](const test::CertificateOptions& certificate) {
    const HttpsServer server(give(http_answer("200 OK", "a")), *IpAddress::parse("127.0.0.1"),
                             certificate);
    const HttpsOutcome outcome = world.ask(server);
    CHECK(text_of(outcome) == "done 200: a");
    CHECK(outcome.fingerprint == server.fingerprint());
    CHECK(outcome.fingerprint.size() == 7 + 64);
    return outcome.fingerprint;
  };
  const std::string first = asks({});
  CHECK(asks({}) != first);
  asks({.valid_from = -hours(48), .valid_until = -hours(24)});
  asks({.valid_from = hours(24), .valid_until = hours(48)});
  asks({.weak = true});
}

TEST_CASE("Https: an answer as long as may be, and one octet longer") {
  HttpsWorld world({.time_limit = kLong, .max_body = 1000});
  const HttpsServer longest(give(http_answer("200 OK", std::string(1000, 'a'))));
  CHECK(world.ask(longest).body.size() == 1000);
  const HttpsServer longer(give(http_answer("200 OK", std::string(1001, 'a'))));
  const HttpsOutcome outcome = world.ask(longer);
  CHECK(text_of(outcome, longer) == "answer, limit reached: the HTTP answer is too long");
  CHECK(outcome.status == 200);
  CHECK(outcome.body.empty());
  CHECK(outcome.fingerprint == longer.fingerprint());
}

}  // namespace
}  // namespace liqo::probe
