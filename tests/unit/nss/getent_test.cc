// End to end: getent finds the module by its name, as every program does.

#include <sys/wait.h>

#include <cstdio>
#include <string>

#include "tests/support/catch.h"
#include "tests/unit/nss/snapshot_builder.h"

using namespace liqo::test;

namespace {

struct Getent {
  int status = -1;
  std::string output;
};

/// getent's output with runs of spaces as one.
Getent getent(const std::string& services, const std::string& arguments) {
  const std::string command =
      "LD_LIBRARY_PATH=" LIQO_NSS_DIRECTORY " exec getent -s 'hosts:" + services + "' " + arguments;
  FILE* pipe = popen(command.c_str(), "re");
  Getent result;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    const bool repeated = c == ' ' && !result.output.empty() && result.output.back() == ' ';
    if (!repeated) result.output += static_cast<char>(c);
  }
  result.status = WEXITSTATUS(pclose(pipe));
  return result;
}

SnapshotBuilder clusters() {
  SnapshotBuilder builder;
  builder.name("milan.liqo.internal", {{"10.0.0.1", 0}, {"2001:db8::1", 0}, {"fe80::1", 1}})
      .name("rome.liqo.internal", {{"10.0.0.2", 0}})
      .reverse("10.0.0.1", "milan.liqo.internal");
  return builder;
}

}  // namespace

TEST_CASE("getent: hosts NAME is IPv6 where there is one, else IPv4") {
  const SnapshotFile file(clusters().bytes());
  CHECK(getent("liqo", "hosts milan.liqo.internal").output == "2001:db8::1 milan.liqo.internal\n");
  CHECK(getent("liqo", "hosts rome.liqo.internal").output == "10.0.0.2 rome.liqo.internal\n");
}

TEST_CASE("getent: ahosts gives every address, the link-local one with its zone") {
  const SnapshotFile file(clusters().bytes());
  const std::string output = getent("liqo", "ahosts milan.liqo.internal").output;
  CHECK(output.find("10.0.0.1 STREAM") != std::string::npos);
  CHECK(output.find("2001:db8::1 STREAM") != std::string::npos);
  CHECK(output.find("fe80::1%1 STREAM") != std::string::npos);
}

TEST_CASE("getent: an address maps back, and nothing but what is there") {
  const SnapshotFile file(clusters().bytes());
  CHECK(getent("liqo", "hosts 10.0.0.1").output == "10.0.0.1 milan.liqo.internal\n");
  CHECK(getent("liqo", "hosts 10.0.0.2").status == 2);
}

TEST_CASE("getent: hosts without a name lists them all, a line an address") {
  const SnapshotFile file(clusters().bytes());
  CHECK(getent("liqo", "hosts").output ==
        "10.0.0.1 milan.liqo.internal\n2001:db8::1 milan.liqo.internal\n"
        "10.0.0.2 rome.liqo.internal\n");
}

TEST_CASE("getent: what we do not know goes on to the next service, without a snapshot too") {
  SnapshotFile file(clusters().bytes());
  CHECK(getent("liqo files", "ahostsv4 localhost").output.find("127.0.0.1") == 0);
  CHECK(getent("liqo", "hosts localhost").status == 2);
  file.remove();
  CHECK(getent("liqo files", "ahostsv4 localhost").output.find("127.0.0.1") == 0);
  CHECK(getent("liqo [NOTFOUND=return] files", "ahostsv4 localhost").output.find("127.0.0.1") == 0);
  CHECK(getent("liqo", "ahosts milan.liqo.internal").status == 2);
}

TEST_CASE("getent: an answer larger than glibc's first buffer is whole") {
  std::vector<Entry> addresses;
  for (int i = 0; i < 64; ++i) addresses.push_back({"10.0.1." + std::to_string(i), 0});
  const SnapshotFile file(
      SnapshotBuilder().name(std::string(200, 'a') + ".liqo.internal", addresses).bytes());
  const std::string output =
      getent("liqo", "ahostsv4 " + std::string(200, 'a') + ".liqo.internal").output;
  CHECK(output.find("10.0.1.0 STREAM") != std::string::npos);
  CHECK(output.find("10.0.1.63 STREAM") != std::string::npos);
}
