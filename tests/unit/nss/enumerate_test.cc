#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "tests/support/catch.h"
#include "tests/unit/nss/module.h"
#include "tests/unit/nss/snapshot_builder.h"

using namespace liqo::test;
using List = std::vector<std::string>;

namespace {

SnapshotBuilder two_names() {
  SnapshotBuilder builder;
  builder.name("a.liqo.internal", {{"10.0.0.1", 0}, {"fe80::1", 2}, {"2001:db8::1", 0}})
      .name("b.liqo.internal", {{"10.0.0.2", 0}})
      .reverse("10.0.0.1", "a.liqo.internal");
  return builder;
}

struct Next {
  nss_status status;
  int error;
  int h_error;
  std::string name;
};

Next next(std::size_t room = 1024) {
  std::array<char, 1024> buffer;
  hostent result{};
  Next next{};
  next.status = Module::get().gethostent(&result, buffer.data(), room, &next.error, &next.h_error);
  if (next.status == NSS_STATUS_SUCCESS) next.name = result.h_name;
  return next;
}

}  // namespace

TEST_CASE("Enumeration: every name in the file's order, an entry for each address") {
  const SnapshotFile file(two_names().bytes());
  Reply last;
  CHECK(enumerate(&last) == List{"10.0.0.1 a.liqo.internal", "2001:db8::1 a.liqo.internal",
                                 "10.0.0.2 b.liqo.internal"});
  CHECK(last.status == NSS_STATUS_NOTFOUND);
  CHECK(last.h_error == HOST_NOT_FOUND);
  CHECK(last.errno_after == kErrnoBefore);
}

TEST_CASE("Enumeration: a name with nothing but a link-local address is told with it") {
  const SnapshotFile file(SnapshotBuilder().name("a.liqo.internal", {{"fe80::1", 2}}).bytes());
  CHECK(enumerate() == List{"fe80::1 a.liqo.internal"});
}

TEST_CASE("Enumeration: names outside the suffix are not told") {
  const SnapshotFile file(SnapshotBuilder()
                              .name("a.liqo.internal", {{"10.0.0.1", 0}})
                              .name("google.com", {{"10.0.0.6", 0}})
                              .bytes());
  CHECK(enumerate() == List{"10.0.0.1 a.liqo.internal"});
}

TEST_CASE("Enumeration: starts by itself, and again with sethostent") {
  const SnapshotFile file(two_names().bytes());
  Module::get().endhostent();
  CHECK(next().name == "a.liqo.internal");
  CHECK(next().name == "a.liqo.internal");
  CHECK(next().name == "b.liqo.internal");
  CHECK(Module::get().sethostent(1) == NSS_STATUS_SUCCESS);
  CHECK(next().name == "a.liqo.internal");
  CHECK(Module::get().endhostent() == NSS_STATUS_SUCCESS);
}

TEST_CASE("Enumeration: past the end it stays there") {
  const SnapshotFile file(SnapshotBuilder().name("a.liqo.internal", {{"10.0.0.1", 0}}).bytes());
  Module::get().sethostent(0);
  CHECK(next().status == NSS_STATUS_SUCCESS);
  CHECK(next().status == NSS_STATUS_NOTFOUND);
  CHECK(next().status == NSS_STATUS_NOTFOUND);
  Module::get().endhostent();
}

TEST_CASE("Enumeration: too small a buffer loses no entry") {
  const SnapshotFile file(two_names().bytes());
  Module::get().sethostent(0);
  for (const char* expected : {"a.liqo.internal", "a.liqo.internal", "b.liqo.internal"}) {
    const Next small = next(8);
    CHECK(small.status == NSS_STATUS_TRYAGAIN);
    CHECK(small.error == ERANGE);
    CHECK(small.h_error == NETDB_INTERNAL);
    CHECK(next().name == expected);
  }
  Module::get().endhostent();
}

TEST_CASE("Enumeration: is of one snapshot, though a new one takes its place") {
  SnapshotFile file(two_names().bytes());
  Module::get().sethostent(0);
  CHECK(next().name == "a.liqo.internal");
  file.replace(SnapshotBuilder().name("z.liqo.internal", {{"10.0.0.9", 0}}).bytes());
  CHECK(next().name == "a.liqo.internal");
  CHECK(next().name == "b.liqo.internal");
  CHECK(next().status == NSS_STATUS_NOTFOUND);
  Module::get().endhostent();
  CHECK(enumerate() == List{"10.0.0.9 z.liqo.internal"});
}

TEST_CASE("Enumeration: survives a program that closes every descriptor, and spares its new ones") {
  const SnapshotFile file(two_names().bytes());
  const int probe = open("/dev/null", O_RDONLY | O_CLOEXEC);
  close(probe);
  REQUIRE(Module::get().sethostent(0) == NSS_STATUS_SUCCESS);  // has the number of `probe` now
  REQUIRE(fcntl(probe, F_GETFD) == FD_CLOEXEC);
  close(probe);
  CHECK(next().status == NSS_STATUS_NOTFOUND);
  REQUIRE(open("/dev/null", O_RDONLY | O_CLOEXEC) == probe);
  CHECK(next().status == NSS_STATUS_NOTFOUND);
  Module::get().endhostent();
  CHECK(fcntl(probe, F_GETFD) == FD_CLOEXEC);
  close(probe);
}

TEST_CASE("Enumeration: without a snapshot there is none") {
  SnapshotFile file;
  CHECK(Module::get().sethostent(0) == NSS_STATUS_UNAVAIL);
  CHECK(next().status == NSS_STATUS_UNAVAIL);
  CHECK(Module::get().endhostent() == NSS_STATUS_SUCCESS);
}
