#include "agent/manual/auth_url.h"

#include "tests/support/catch.h"

namespace liqo::test {

using manual::parse_auth_url;

TEST_CASE("Auth URL: what is accepted, and the form in which it is kept") {
  const auto [text, kept] = GENERATE(table<std::string, std::string>({
      {"https://auth.example.com", "https://auth.example.com:443"},
      {"https://auth.example.com/", "https://auth.example.com:443"},
      {"HTTPS://Auth.Example.COM:8443", "https://auth.example.com:8443"},
      {"https://auth.example.com.:443", "https://auth.example.com:443"},
      {"https://node1:30740", "https://node1:30740"},
      {"https://10.0.0.1:30740", "https://10.0.0.1:30740"},
      {"https://[2001:DB8::1]", "https://[2001:db8::1]:443"},
      {"https://[2001:db8:0:0::1]:8443/", "https://[2001:db8::1]:8443"},
  }));
  const auto url = parse_auth_url(text);
  REQUIRE(url);
  CHECK(url->to_string() == kept);
  CHECK(*parse_auth_url(kept) == *url);
}

TEST_CASE("Auth URL: an address is known as one") {
  CHECK(parse_auth_url("https://10.0.0.1")->address == *IpAddress::parse("10.0.0.1"));
  CHECK(parse_auth_url("https://[fd00::1]")->address == *IpAddress::parse("fd00::1"));
  CHECK_FALSE(parse_auth_url("https://auth.example.com")->address);
}

TEST_CASE("Auth URL: what is refused, with what was expected") {
  const std::string text = GENERATE(
      as<std::string>{}, "", "auth.example.com", "http://auth.example.com", "https://", "https:///",
      "https://:443", "https://a:0", "https://a:65536", "https://a:", "https://a:44x",
      "https://a:+1", "https://a/ids", "https://a?x", "https://a#x", "https://user@a",
      "https://a b", "https://a\nb", "https://-a", "https://a..b", "https://2001:db8::1",
      "https://[10.0.0.1]", "https://[::1]", "https://[2001:db8::1", "https://[2001:db8::1]x",
      "https://127.0.0.1", "https://0.0.0.0", "https://224.0.0.251", "https://255.255.255.255",
      "https://[fe80::1]", "https://169.254.3.1", "https://[::ffff:10.0.0.1]", "https://localhost",
      "https://a.localhost", "https://1.2.3", "https://\x1b[31m");
  CAPTURE(text);
  const auto url = parse_auth_url(text);
  REQUIRE_FALSE(url);
  CHECK(url.error().code == Errc::kInvalid);
  CHECK(url.error().detail.starts_with("expected https://HOST"));
}

TEST_CASE("Auth URL: however long, it is refused and no more") {
  CHECK_FALSE(parse_auth_url("https://" + std::string(100'000, 'a')));
  CHECK_FALSE(parse_auth_url("https://a:" + std::string(100'000, '1')));
}

}  // namespace liqo::test
