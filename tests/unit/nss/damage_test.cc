#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <random>

#include "tests/support/catch.h"
#include "tests/unit/nss/module.h"
#include "tests/unit/nss/snapshot_builder.h"

using namespace liqo::test;
using List = std::vector<std::string>;

namespace {

const List kAll = {"10.0.0.1 a.liqo.internal", "2001:db8::1 a.liqo.internal",
                   "10.0.0.2 b.liqo.internal", "10.0.0.3 c.liqo.internal"};

SnapshotBuilder good() {
  SnapshotBuilder builder;
  builder.name("a.liqo.internal", {{"10.0.0.1", 0}, {"2001:db8::1", 0}})
      .name("b.liqo.internal", {{"10.0.0.2", 0}})
      .name("c.liqo.internal", {{"10.0.0.3", 0}})
      .reverse("10.0.0.1", "a.liqo.internal");
  return builder;
}

bool right_or_unavailable(const Reply& reply, const List& addresses) {
  return (reply.found() && reply.addresses == addresses) ||
         (reply.status == NSS_STATUS_UNAVAIL && reply.h_error == NO_RECOVERY);
}

/// Every entry once; counts what is neither right nor unavailable.
int wrong_answers() {
  int wrong = 0;
  const auto expect = [&](bool right) { wrong += right ? 0 : 1; };
  expect(right_or_unavailable(look_up("a.liqo.internal"), {"10.0.0.1", "2001:db8::1"}));
  expect(right_or_unavailable(look_up("b.liqo.internal", AF_INET), {"10.0.0.2"}));
  expect(right_or_unavailable(look_up("c.liqo.internal"), {"10.0.0.3"}));
  expect(right_or_unavailable(look_up_address("10.0.0.1"), {"10.0.0.1"}));
  expect(!look_up("absent.liqo.internal").found());
  const List told = enumerate();
  expect(told.size() <= kAll.size() && std::equal(told.begin(), told.end(), kAll.begin()));
  return wrong;
}

void call_everything() {
  look_up("a.liqo.internal");
  look_up("b.liqo.internal", AF_INET);
  look_up("c.liqo.internal", AF_INET6);
  look_up_address("10.0.0.1");
  enumerate();
}

void check_unavailable_at_once() {
  const auto start = std::chrono::steady_clock::now();
  const Reply reply = look_up("a.liqo.internal");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(500));
  CHECK(reply.status == NSS_STATUS_UNAVAIL);
  CHECK(reply.h_error == NO_RECOVERY);
  CHECK(reply.errno_after == kErrnoBefore);
  CHECK(look_up_address("10.0.0.1").status == NSS_STATUS_UNAVAIL);
  CHECK(enumerate().empty());
}

}  // namespace

TEST_CASE("Damage: a file cut off at any octet gives the right answer or none") {
  const std::string whole = good().bytes();
  const SnapshotFile file(whole);
  REQUIRE(enumerate() == kAll);
  REQUIRE(wrong_answers() == 0);
  int wrong = 0;
  for (std::size_t size = whole.size(); size-- > 0;) {
    REQUIRE(truncate(file.path().c_str(), static_cast<off_t>(size)) == 0);
    wrong += wrong_answers();
  }
  CHECK(wrong == 0);
}

TEST_CASE("Damage: a file of random octets is not believed") {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    std::string bytes(random() % 8192, '\0');
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random()); });
    const SnapshotFile file(bytes);
    const Reply reply = look_up("a.liqo.internal");
    CAPTURE(seed);
    CHECK(reply.status == NSS_STATUS_UNAVAIL);
    call_everything();
  }
}

TEST_CASE("Damage: random octets behind a good header are survived") {
  const std::string whole = good().bytes();
  const std::size_t header = 2048 + 8 + 1 + 16 + std::strlen("liqo.internal");
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    std::string bytes = whole;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const bool kept = i >= 2048 && i < header;
      if (!kept && random() % 4 == 0) bytes[i] = static_cast<char>(random());
    }
    const SnapshotFile file(bytes);
    call_everything();
  }
  SUCCEED("no crash");
}

TEST_CASE("Damage: each octet of the file with each bit turned is survived") {
  const std::string whole = good().bytes();
  const SnapshotFile file(whole);
  const int fd = open(file.path().c_str(), O_WRONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    const char turned = static_cast<char>(whole[at] ^ (1 << (at % 8)));
    REQUIRE(pwrite(fd, &turned, 1, static_cast<off_t>(at)) == 1);
    call_everything();
    REQUIRE(pwrite(fd, &whole[at], 1, static_cast<off_t>(at)) == 1);
  }
  close(fd);
  CHECK(enumerate() == kAll);
}

TEST_CASE("Damage: a table of endless slots ends") {
  std::string bytes = good().bytes();
  for (std::size_t table = 0; table < 256; ++table) {
    std::memcpy(&bytes[table * 8 + 4], "\xff\xff\xff\xff", 4);
  }
  const SnapshotFile file(bytes);
  CHECK(look_up("a.liqo.internal").status == NSS_STATUS_UNAVAIL);
}

TEST_CASE("Damage: entries of an unknown family end the list") {
  std::string value(8, '\xff');
  value += '\4' + std::string(7, '\0') + std::string("\x0a\0\0\1", 4) + std::string(12, '\0');
  value += '\7' + std::string(23, '\0');
  const SnapshotFile file(SnapshotBuilder().record("Na.liqo.internal", value).bytes());
  CHECK(look_up("a.liqo.internal").addresses == List{"10.0.0.1"});
}

TEST_CASE("Damage: a name record without an address, or without a value, is no answer") {
  const SnapshotFile file(SnapshotBuilder()
                              .record("Na.liqo.internal", std::string(8, '\xff'))
                              .record("Nb.liqo.internal", "")
                              .bytes());
  CHECK(look_up("a.liqo.internal").h_error == NO_DATA);
  CHECK_FALSE(look_up("b.liqo.internal").found());
}

TEST_CASE("Missing: no file, an empty file, a directory, a device") {
  SnapshotFile file;
  SECTION("no file") {}
  SECTION("an empty file") { file.replace(""); }
  SECTION("a directory") { REQUIRE(mkdir(file.path().c_str(), 0755) == 0); }
  SECTION("a link to itself") { REQUIRE(symlink("hosts.cdb", file.path().c_str()) == 0); }
  SECTION("endless zeros") { REQUIRE(symlink("/dev/zero", file.path().c_str()) == 0); }
  SECTION("a terminal's master") { REQUIRE(symlink("/dev/ptmx", file.path().c_str()) == 0); }
  check_unavailable_at_once();
}

TEST_CASE("Missing: a FIFO without a writer, or with one that never writes, is no wait") {
  SnapshotFile file;
  REQUIRE(mkfifo(file.path().c_str(), 0600) == 0);
  check_unavailable_at_once();
  const int both_ends = open(file.path().c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(both_ends >= 0);
  check_unavailable_at_once();
  close(both_ends);
}

TEST_CASE("Missing: a socket at the path is no wait") {
  SnapshotFile file;
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  file.path().copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  check_unavailable_at_once();
  close(fd);
}
