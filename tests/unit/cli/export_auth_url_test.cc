#include "cli/export/auth_url.h"
#include "tests/support/catch.h"

using namespace liqo::cli;

TEST_CASE("Auth URL: what the API server takes of Liqo 0.3 to 0.10") {
  for (const char* url :
       {"https://10.0.0.1:30740", "https://auth.example.com",
        "https://auth.server.example.com.:443", "https://h.local:30740", "https://node1.local",
        "https://1.2.3.4", "https://a.b", "https://auth.example.technology.de:443",
        "https://auth.example.com/liqo?x=1#y", "https://a.b-cdefghij", "https://a.(b)",
        "https://a_b.c:1", "see https://10.0.0.1:30740", "http://x https://10.0.0.1"}) {
    CAPTURE(url);
    CHECK(is_foreign_auth_url(url));
  }
}

TEST_CASE("Auth URL: what it does not take") {
  for (const char* url :
       {"", "https://", "https://.de", "http://10.0.0.1:30740", "https:/10.0.0.1",
        "HTTPS://10.0.0.1", "https://liqo-auth:443", "https://localhost",
        "https://node1.cluster.internal:443", "https://auth.example.technology:443",
        "https://[fd00::1]:30740", "https://[2001:db8::7]", "https://[::ffff:10.0.0.1]:443",
        "https://a.abcdef7", "https://a.b_", "https://a.", "https://a b.com", "https://a/b.com"}) {
    CAPTURE(url);
    CHECK_FALSE(is_foreign_auth_url(url));
  }
}

TEST_CASE("Auth URL: the pattern's limits, to the character") {
  const std::string scheme = "https://";
  CHECK(is_foreign_auth_url(scheme + "a.abcdef"));
  CHECK_FALSE(is_foreign_auth_url(scheme + "a.abcdefg"));
  CHECK(is_foreign_auth_url(scheme + std::string(256, 'a') + ".de"));
  CHECK_FALSE(is_foreign_auth_url(scheme + std::string(257, 'a') + ".de"));
  CHECK_FALSE(is_foreign_auth_url(scheme + std::string(100'000, '.')));
  std::string many;
  for (int i = 0; i < 1000; ++i) many += scheme + ".";
  CHECK_FALSE(is_foreign_auth_url(many));
}

TEST_CASE("Auth URL: an endpoint by its addresses in their order, then by its host") {
  using Urls = std::vector<std::string>;
  CHECK(https_urls({{"host", "node1.local"},
                    {"port", 30740},
                    {"addresses", {"fd00::1", "10.0.0.1", "fe80::1%eth0", "169.254.0.1"}}}) ==
        Urls{"https://[fd00::1]:30740", "https://10.0.0.1:30740", "https://node1.local:30740"});
  CHECK(https_urls({{"host", "auth.example.com."}, {"port", 443}}) ==
        Urls{"https://auth.example.com:443"});
  CHECK(https_urls({{"host", "203.0.113.7"}, {"port", 443}}) == Urls{"https://203.0.113.7:443"});
}

TEST_CASE("Auth URL: no URL of what cannot stand in one") {
  for (const char* host : {"", ".", "a b", "a/b", "a\"b", "a\nb", "a\\046b", "b\\195\\169",
                           "-.$(x)", "fe80::1%eth0", "a..b", "a@b", "a:1"}) {
    CAPTURE(host);
    CHECK(https_urls({{"host", host}, {"port", 443}}).empty());
    CHECK(https_urls({{"addresses", {host, 7, nullptr}}, {"port", 443}}).empty());
  }
  for (const Json& port : {Json(0), Json(65536), Json(-1), Json("443"), Json()}) {
    CHECK(https_urls({{"host", "h.local"}, {"port", port}}).empty());
  }
  CHECK(https_urls(Json()).empty());
  CHECK(https_urls({{"addresses", "10.0.0.1"}, {"host", 7}, {"port", 443}}).empty());
}
