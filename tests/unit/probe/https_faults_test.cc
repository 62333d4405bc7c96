// What servers and networks may do to a question.
#include <utility>

#include "agent/probe/curl_library.h"
#include "agent/probe/exchange_error.h"
#include "tests/support/catch.h"
#include "tests/unit/probe/https_world.h"

namespace liqo::probe {
namespace {

using test::give;
using test::http_answer;

void say_nothing(HttpsConnection& connection) { connection.wait_for_end(); }

HttpsServer::Script give_plain(std::string octets) {
  return [octets = std::move(octets)](HttpsConnection& connection) {
    connection.send_plain(octets);
    connection.wait_for_end();
  };
}

/// After TLS and the request.
HttpsServer::Script after_request(HttpsServer::Script script) {
  return [script = std::move(script)](HttpsConnection& connection) {
    if (connection.accept_tls() && !connection.read_request().empty()) script(connection);
  };
}

/// `piece`, again and again.
HttpsServer::Script endless(std::string begin, std::string piece) {
  return after_request([begin = std::move(begin), piece = std::move(piece)](auto& connection) {
    connection.send(begin);
    while (connection.send(piece)) {
    }
  });
}

std::string answer_of(HttpsServer::Script script, Duration limit = kLong) {
  const HttpsServer server(std::move(script));
  HttpsWorld world({.time_limit = limit});
  const HttpsOutcome outcome = world.ask(server);
  CHECK(outcome.address == server.address());
  CHECK(outcome.body.empty());
  const bool tls = outcome.stage == HttpsStage::kAnswer;
  CHECK(outcome.fingerprint == (tls ? server.fingerprint() : ""));
  CHECK((outcome.tls_time > Duration::zero() || !tls));
  return text_of(outcome, server);
}

std::uint16_t closed_port() { return HttpsServer(say_nothing).port(); }

TEST_CASE("Https: nobody listens") {
  HttpsWorld world;
  const std::uint16_t port = closed_port();
  const IpAddress v4 = *IpAddress::parse("127.0.0.1");
  const HttpsOutcome outcome = world.ask({"node1.local", port, "/ids", {v4}});
  CHECK(text_of(outcome) ==
        "connect, refused: 127.0.0.1:" + std::to_string(port) + ": Connection refused");
  CHECK(outcome.address == IpAddress());
  CHECK(outcome.connect_time == Duration::zero());
}

TEST_CASE("Https: the first of two addresses is dead") {
  const HttpsServer server(give(http_answer("200 OK", "a")));
  HttpsWorld world;
  HttpsRequest request = request_to(server);
  request.addresses.insert(request.addresses.begin(), *IpAddress::parse("127.0.0.2"));
  const HttpsOutcome outcome = world.ask(request);
  CHECK(text_of(outcome) == "done 200: a");
  CHECK(outcome.address == server.address());
}

TEST_CASE("Https: a server that accepts and never speaks") {
  CHECK(answer_of(say_nothing, kShort) == "tls, timed out: no TLS within 1 s");
}

TEST_CASE("Https: a TLS handshake that never ends") {
  CHECK(answer_of(give_plain({"\x16\x03\x03\x00\x7A\x02", 6}), kShort) ==
        "tls, timed out: no TLS within 1 s");
}

TEST_CASE("Https: no answer, and half of one") {
  CHECK(answer_of(after_request(say_nothing), kShort) ==
        "answer, timed out: no whole answer within 1 s");
  CHECK(answer_of(after_request([](HttpsConnection& connection) {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
                    connection.wait_for_end();
                  }),
                  kShort) == "answer, timed out: no whole answer within 1 s");
}

TEST_CASE("Https: a server that does not speak TLS") {
  CHECK(answer_of(give_plain("SSH-2.0-OpenSSH_9.2\r\n")) ==
        "tls, malformed: TLS failed: wrong version number");
  CHECK(answer_of(give_plain("HTTP/1.1 400 Bad Request\r\n\r\n")) ==
        "tls, malformed: TLS failed: wrong version number");
}

TEST_CASE("Https: a server that refuses TLS") {
  // The alert handshake_failure.
  CHECK(answer_of(give_plain({"\x15\x03\x03\x00\x02\x02\x28", 7})) ==
        "tls, refused: TLS failed: alert handshake failure");
  CHECK(answer_of([](HttpsConnection& /*connection*/) {}) ==
        "tls, refused: closed the connection instead of TLS");
  CHECK(answer_of([](HttpsConnection& connection) { connection.reset_at_end(); }) ==
        "tls, refused: closed the connection instead of TLS");
}

TEST_CASE("Https: an end before TLS, as one libcurl and another say it at one moment and another") {
  for (const auto& [code, words] :
       {std::pair(CURLE_COULDNT_CONNECT, "Failed to connect"),
        std::pair(CURLE_SSL_CONNECT_ERROR, "Send failure: Broken pipe"),
        std::pair(CURLE_SSL_CONNECT_ERROR, "Recv failure: Connection reset by peer")}) {
    CHECK(tls_error(code, words).code == Errc::kRefused);
    CHECK(tls_error(code, words).detail == "closed the connection instead of TLS");
  }
}

TEST_CASE("Https: a server that closes instead of answering") {
  CHECK(answer_of(after_request([](HttpsConnection& /*connection*/) {})) ==
        "answer, refused: closed the connection without an answer");
  CHECK(answer_of(after_request([](HttpsConnection& connection) { connection.reset_at_end(); })) ==
        "answer, refused: closed the connection without an answer");
}

TEST_CASE("Https: an answer that is cut off") {
  CHECK(answer_of(give("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc")) ==
        "answer, malformed: the HTTP answer ends early");
}

TEST_CASE("Https: an answer that is not HTTP") {
  CHECK(answer_of(give("220 mail.example ESMTP\r\n")) ==
        "answer, malformed: the answer is not HTTP");
  // What libcurl calls this has changed.
  CHECK(answer_of(give("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"))
            .starts_with("answer, malformed: the "));
}

TEST_CASE("Https: a body without end, with its length, in chunks, or neither") {
  const std::string piece(4096, 'a');
  const std::string too_long = "answer, limit reached: the HTTP answer is too long";
  CHECK(answer_of(endless("HTTP/1.1 200 OK\r\n\r\n", piece)) == too_long);
  CHECK(answer_of(endless("HTTP/1.1 200 OK\r\nContent-Length: 9999999999999\r\n\r\n", piece)) ==
        too_long);
  CHECK(answer_of(endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                          "1000\r\n" + piece + "\r\n")) == too_long);
}

TEST_CASE("Https: headers without end") {
  const std::string piece(1000, 'a');
  const std::string too_long = "answer, limit reached: the HTTP answer is too long";
  CHECK(answer_of(endless("HTTP/1.1 200 OK\r\n", "X-A: " + piece + "\r\n")) == too_long);
  CHECK(answer_of(endless("HTTP/1.1 200 OK\r\nX-A: ", piece)) == too_long);
  CHECK(answer_of(endless("", "HTTP/1.1 100 Continue\r\n\r\n")) == too_long);
  CHECK(answer_of(endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
                          "X-A: " + piece + "\r\n")) == too_long);
}

TEST_CASE("Https: no libcurl, and a library that is none") {
  CHECK(CurlLibrary::load().has_value());
  const auto error_of = [](const char* file) {
    const auto opened = CurlLibrary::open(file);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().code == Errc::kUnavailable);
    return opened.error().detail;
  };
  CHECK(error_of("libnowhere.so.4").starts_with("libnowhere.so.4: cannot open"));
  CHECK(error_of("libc.so.6").ends_with("undefined symbol: curl_easy_init"));
}

}  // namespace
}  // namespace liqo::probe
