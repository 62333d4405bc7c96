#include "resolver/registrar/key_file.h"

#include "tests/support/catch.h"

namespace liqo::registrar {
namespace {

std::string refusal(std::string_view text) {
  const auto key = parse_key_file(text);
  return key ? "" : key.error().detail;
}

TEST_CASE("Key file: as tsig-keygen writes it") {
  const auto key =
      parse_key_file("key \"milan-key\" {\n\talgorithm hmac-sha512;\n\tsecret \"AAECAw==\";\n};\n");
  REQUIRE(key.has_value());
  CHECK(key->name.to_string() == "milan-key");
  CHECK(key->algorithm == wire::TsigAlgorithm::kHmacSha512);
  CHECK(key->secret == std::string("\0\1\2\3", 4));
}

TEST_CASE("Key file: comments, other order, a name without quotes") {
  CHECK(parse_key_file("# a\n// b\n/* c\n d */key k.example.com. { secret AAEC; # x\n"
                       "algorithm HMAC-SHA256.; };")
            .has_value());
}

TEST_CASE("Key file: what is wrong is told with its line, and never the secret") {
  CHECK(refusal("") == "line 1: expected a statement: key \"name\" { ... };");
  CHECK(refusal("zone x {};") == "line 1: expected a statement: key \"name\" { ... };");
  CHECK(refusal("key \"k\" {\n algorithm hmac-md5;") ==
        "line 2: expected hmac-sha256, hmac-sha384 or hmac-sha512");
  CHECK(refusal("key \"k\" {\n\n secret \"A$$$\"; };") == "line 3: expected a secret in base64");
  CHECK(refusal("key \"k\" {\n secret \"AA=A\"; };") == "line 2: expected a secret in base64");
  CHECK(refusal("key \"k\" { algorithm hmac-sha256; };") == "expected a secret");
  CHECK(refusal("key \"k\" { secret \"AAEC\"; };") == "expected an algorithm");
  CHECK(refusal("key \"k\" { AAECAwQF; };") == "line 1: expected algorithm or secret");
  CHECK(refusal("key \"k\" { algorithm hmac-sha256; secret \"AAEC\"; }\n") == "line 2: expected ;");
  CHECK(refusal("key \"k\" { algorithm hmac-sha256; secret \"AAEC\"; };\nkey \"l\"") ==
        "line 2: expected the end of the file: one key is enough");
  CHECK(refusal("key \"k\" { secret \"AAEC") == "line 1: expected ;");
}

}  // namespace
}  // namespace liqo::registrar
