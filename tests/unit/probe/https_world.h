#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/probe/https.h"
#include "resolver/loop/loop.h"
#include "tests/support/https_server.h"

namespace liqo::probe {

using test::HttpsConnection;
using test::HttpsServer;

/// What Liqo 0.2 and 0.3 to 0.10 answer to /ids.
inline constexpr std::string_view kId = "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f";
std::string liqo_0_2_ids();
std::string liqo_ids();

/// A limit that is waited for, though TLS must be there within it; and one that nothing reaches,
/// however busy the machine.
inline constexpr Duration kShort = std::chrono::seconds(1);
inline constexpr Duration kLong = std::chrono::seconds(30);

/// GET https://<host>/ids at the server.
HttpsRequest request_to(const HttpsServer& server, std::string host = "node1.local");

/// An Https on a loop of its own.
struct HttpsWorld {
  explicit HttpsWorld(HttpsOptions given = {.time_limit = kLong})
      : https(Https::create(loop, given)) {}

  /// Asks and waits for the end of it.
  HttpsOutcome ask(HttpsRequest request);
  HttpsOutcome ask(const HttpsServer& server) { return ask(request_to(server)); }

  loop::Loop loop;
  std::unique_ptr<Https> https;
};

/// "done 200: <body>", or "tls, refused: 127.0.0.1:4711: closed the connection instead of TLS".
std::string text_of(const HttpsOutcome& outcome);
/// The same without the place of the server, which must be there.
std::string text_of(const HttpsOutcome& outcome, const HttpsServer& server);

}  // namespace liqo::probe
