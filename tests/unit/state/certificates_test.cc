#include "agent/state/certificates.h"

#include <sys/stat.h>

#include <filesystem>

#include "agent/state/certificate_keeper.h"
#include "tests/support/catch.h"
#include "tests/unit/state/directory.h"

namespace liqo::test {
namespace {

using namespace std::chrono_literals;

std::string fingerprint(char digit) { return "sha256:" + std::string(64, digit); }

CertificateBook book() {
  const WallTime then{1'795'424'400'000ms};
  return {{"milan-id", {{fingerprint('a'), fingerprint('b')}, then}},
          {"turin-id", {{fingerprint('c')}, then + 1h}}};
}

/// Runs the loop until `condition` holds; false when it did not in 20 s.
template <class Condition>
bool wait_for(loop::Loop& loop, Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    loop.turn();
  }
  return true;
}

}  // namespace

TEST_CASE("Certificates: what is written is read back") {
  const Directory directory;
  CHECK(state::read_certificates(directory.path()).error().code == Errc::kNotFound);
  const CertificateBook known = GENERATE(CertificateBook(), book());
  REQUIRE(state::write_certificates(directory.path(), known));
  const auto read = state::read_certificates(directory.path());
  REQUIRE(read);
  CHECK(*read == known);
  CHECK_FALSE(exists(directory.file("certificates.json.tmp")));
}

TEST_CASE("Certificates: a file that is damaged anywhere is refused whole") {
  const Directory directory;
  REQUIRE(state::write_certificates(directory.path(), book()));
  const std::string path = directory.file("certificates.json");
  const std::string whole = read_file(path);
  for (std::size_t octets = 0; octets + 2 < whole.size(); ++octets) {
    write_file(path, whole.substr(0, octets));
    const auto read = state::read_certificates(directory.path());
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::kMalformed);
  }
  const auto refused = [&](const std::string& from, const std::string& to) {
    std::string text = whole;
    text.replace(text.find(from), from.size(), to);
    write_file(path, text);
    return !state::read_certificates(directory.path());
  };
  CHECK(refused("\"version\":1", "\"version\":2"));
  CHECK(refused("milan-id", "Milan"));
  CHECK(refused("sha256:a", "sha512:a"));
  CHECK(refused("sha256:a", "sha256:A"));
  CHECK(refused("sha256:a", "sha256:"));
  CHECK(refused("\"confirmed\":1", "\"confirmed\":\"1\",\"x\":1"));
  CHECK(refused(fingerprint('c'), "\",\"\",\"\",\"\",\""));
}

TEST_CASE("Certificates: kept soon after the registry knew them, and on a clean stop") {
  const Directory directory;
  loop::Loop loop;
  Registry registry{RegistryOptions{}};
  registry.restore_certificates(book());
  Sighting sighting;
  sighting.key.instance = "rome-id";
  sighting.port = 443;
  registry.seen(sighting, EvidenceMethod::kMdns, read_clocks());
  registry.identified(sighting, {"rome-id", "", fingerprint('d'), {}}, read_clocks());
  {
    state::CertificateKeeper keeper(loop, registry, directory.path());
    SECTION("soon") {
      keeper.look();
      keeper.look();
      CHECK(wait_for(loop, [&] { return exists(directory.file("certificates.json")); }));
    }
    SECTION("at once, and told") {
      bool saved = false;
      keeper.save([&](const Result<void>& result) { saved = result.has_value(); });
      CHECK_FALSE(saved);
      CHECK(wait_for(loop, [&] { return saved; }));
    }
    SECTION("on a stop, whatever is under way") {
      keeper.save([](const Result<void>&) {});
      loop.turn();
      keeper.save_and_wait();
    }
  }
  Registry next{RegistryOptions{}};
  state::CertificateKeeper(loop, next, directory.path()).load();
  CHECK(next.certificates() == registry.certificates());
  CHECK(next.certificates().contains("rome-id"));
}

TEST_CASE("Certificates: a place that cannot be written is told, and tried again") {
  const Directory directory;
  const std::string missing = directory.path() + "/missing";
  loop::Loop loop;
  Registry registry{RegistryOptions{}};
  state::CertificateKeeper keeper(loop, registry, missing);
  std::string error;
  keeper.save([&](const Result<void>& result) { error = result.error().detail; });
  CHECK(wait_for(loop, [&] { return !error.empty(); }));
  CHECK(error.starts_with("cannot create " + missing + "/certificates.json.tmp: "));
}

TEST_CASE("Certificates: a damaged file is put aside") {
  const Directory directory;
  write_file(directory.file("certificates.json"), "{}");
  loop::Loop loop;
  Registry registry{RegistryOptions{}};
  state::CertificateKeeper(loop, registry, directory.path()).load();
  CHECK(registry.certificates().empty());
  CHECK(read_file(directory.file("certificates.json.bad")) == "{}");
}

TEST_CASE("Certificates: a file that cannot be read is not replaced") {
  const Directory directory;
  // A link to itself: not even root can open it.
  std::filesystem::create_symlink("certificates.json", directory.file("certificates.json"));
  loop::Loop loop;
  Registry registry{RegistryOptions{}};
  state::CertificateKeeper keeper(loop, registry, directory.path());
  keeper.load();
  keeper.save_and_wait();
  CHECK(std::filesystem::is_symlink(directory.file("certificates.json.bad")));
}

}  // namespace liqo::test
