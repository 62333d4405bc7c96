// The helper as the agent sees it, over its socket. Its embedded stack has no interface here: what
// travels is for the tests in tests/lan.
#include "resolver/lan/helper.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <optional>
#include <thread>
#include <utility>

#include "resolver/dnssd/txt_record.h"
#include "resolver/lan/helper/watchdog.h"
#include "resolver/lan/messages.h"
#include "resolver/loop/unique_fd.h"
#include "tests/support/catch.h"

using namespace liqo;
using namespace liqo::lan;

namespace {

constexpr int kPatience = 10'000;  // ms

/// A helper process and the agent's end of its pair.
class Helper {
 public:
  Helper() {
    int pair[2] = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) ::_exit(run_helper(pair[1]));
    ::close(pair[1]);
    fd_.reset(pair[0]);
  }
  ~Helper() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

  void tell(const ToHelper& message) { tell_octets(encode(message)); }
  void tell_octets(const std::string& packet) {
    REQUIRE(::send(fd_.get(), packet.data(), packet.size(), MSG_NOSIGNAL) >= 0);
  }

  /// The next report of this kind; others are passed over.
  template <class Report>
  Report next() {
    for (;;) {
      const FromHelper report = receive();
      if (const auto* wanted = std::get_if<Report>(&report)) return *wanted;
    }
  }
  BackendReport next_of(BackendState state) {
    auto report = next<BackendReport>();
    while (report.state != state) report = next<BackendReport>();
    return report;
  }
  GroupReport next_of_group(std::uint32_t id) {
    auto report = next<GroupReport>();
    while (report.group != id) report = next<GroupReport>();
    return report;
  }

  /// Closes the agent's end. The helper's exit status, or its signal below zero.
  int end() {
    fd_.reset();
    return wait();
  }
  /// Until it ends by itself.
  int wait() {
    int status = 0;
    const auto limit = helper::Monotonic::now() + 2 * helper::Watchdog::kLimit;
    while (::waitpid(pid_, &status, WNOHANG) == 0 && helper::Monotonic::now() < limit) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    REQUIRE(::kill(pid_, 0) != 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  FromHelper receive() {
    pollfd entry{fd_.get(), POLLIN, 0};
    REQUIRE(::poll(&entry, 1, kPatience) == 1);
    std::string packet(kMaxMessage + 1, '\0');
    const ssize_t size = ::recv(fd_.get(), packet.data(), packet.size(), 0);
    REQUIRE(size > 0);
    packet.resize(static_cast<std::size_t>(size));
    Result<FromHelper> report = decode_from_helper(packet);
    REQUIRE(report.has_value());
    return *report;
  }

  pid_t pid_ = -1;
  loop::UniqueFd fd_;
};

/// Sends the helpers of a test to a bus that is not there.
class NoBus {
 public:
  NoBus() { ::setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1); }
  ~NoBus() { ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS"); }
  NoBus(const NoBus&) = delete;
  NoBus& operator=(const NoBus&) = delete;
};

const Configure kEmbedded{Backend::kEmbedded, "node1", {}};

DomainName name(std::string_view text) { return *DomainName::parse(text); }

Publish group_of_txt(std::uint32_t id, std::string_view owner, std::string_view key) {
  TxtRecord txt;
  txt.add(key, "");
  return {id, 0, {{name(owner), RecordType::kTxt, 300, true, txt.to_rdata()}}};
}

}  // namespace

TEST_CASE("Helper: without an interface it runs, and is quiet") {
  Helper helper;
  helper.tell(kEmbedded);
  const auto report = helper.next<BackendReport>();
  CHECK(report.backend == Backend::kEmbedded);
  CHECK(report.state == BackendState::kRunning);
  CHECK(report.host_name == name("node1.local"));
  helper.tell(Watch{1, name("_liqo_auth._tcp.local"), RecordType::kPtr});
  CHECK(helper.next<WatchReport>().event == WatchEvent::kCacheExhausted);
  CHECK(helper.next<WatchReport>().event == WatchEvent::kAllForNow);
  CHECK(helper.end() == 0);
}

TEST_CASE("Helper: one that does not get on is killed, one that has nothing to do is not") {
  Helper hung;
  Helper idle;
  for (Helper* helper : {&hung, &idle}) {
    helper->tell(kEmbedded);
    helper->next_of(BackendState::kRunning);
  }
  ::kill(hung.pid(), SIGSTOP);
  CHECK(hung.wait() == -SIGKILL);
  // And so much later still.
  std::this_thread::sleep_for(helper::Watchdog::kLimit / 2);
  idle.tell(Watch{1, name("a.local"), RecordType::kA});
  CHECK(idle.next<WatchReport>().event == WatchEvent::kCacheExhausted);
}

TEST_CASE("Helper: signals that go to all processes of the agent do not end it") {
  Helper helper;
  helper.tell(kEmbedded);
  helper.next_of(BackendState::kRunning);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::kill(helper.pid(), signal);
  helper.tell(Watch{1, name("a.local"), RecordType::kA});
  CHECK(helper.next<WatchReport>().event == WatchEvent::kCacheExhausted);
  CHECK(helper.end() == 0);
}

TEST_CASE("Helper: another configuration starts the stack anew, the same does not") {
  Helper helper;
  helper.tell(kEmbedded);
  CHECK(helper.next<BackendReport>().state == BackendState::kRunning);
  helper.tell(kEmbedded);
  helper.tell(Configure{Backend::kEmbedded, "node2", {}});
  CHECK(helper.next<BackendReport>().state == BackendState::kConnecting);
  const auto report = helper.next<BackendReport>();
  CHECK(report.state == BackendState::kRunning);
  CHECK(report.host_name == name("node2.local"));
}

TEST_CASE("Helper: a host name that is none fails the embedded stack, and it says why") {
  Helper helper;
  helper.tell(Configure{Backend::kEmbedded, "", {}});
  const auto report = helper.next<BackendReport>();
  CHECK(report.state == BackendState::kFailed);
  CHECK_FALSE(report.detail.empty());
  helper.tell(kEmbedded);
  CHECK(helper.next<BackendReport>().state == BackendState::kRunning);
}

TEST_CASE("Helper: an id that is in use ends both watches, and is free again") {
  Helper helper;
  helper.tell(kEmbedded);
  helper.next_of(BackendState::kRunning);
  helper.tell(Watch{1, name("a.local"), RecordType::kA});
  CHECK(helper.next<WatchReport>().event == WatchEvent::kCacheExhausted);
  helper.tell(Watch{1, name("b.local"), RecordType::kA});
  auto report = helper.next<WatchReport>();
  while (report.event == WatchEvent::kAllForNow) report = helper.next<WatchReport>();
  CHECK(report.watch == 1);
  CHECK(report.event == WatchEvent::kFailed);
  helper.tell(Watch{1, name("b.local"), RecordType::kA});
  CHECK(helper.next<WatchReport>().event == WatchEvent::kCacheExhausted);
}

TEST_CASE("Helper: a name that Avahi does not take fails its watch alone") {
  Helper helper;
  helper.tell(kEmbedded);
  helper.next_of(BackendState::kRunning);
  const DomainName bad[] = {name("a\\000b.local"), name("\\255._liqo_auth._tcp.local")};
  for (std::uint32_t id = 0; id < 2; ++id) {
    helper.tell(Watch{id, bad[id], RecordType::kSrv});
    const auto report = helper.next<WatchReport>();
    CHECK(report.watch == id);
    CHECK(report.event == WatchEvent::kFailed);
    CHECK_FALSE(report.detail.empty());
  }
  helper.tell(Watch{4, name("a.local"), RecordType::kA});
  CHECK(helper.next<WatchReport>().event == WatchEvent::kCacheExhausted);
}

TEST_CASE("Helper: a group that is wrong in one record is refused as a whole") {
  Helper helper;
  helper.tell(kEmbedded);
  helper.next_of(BackendState::kRunning);
  Publish group = group_of_txt(1, "x.local", "k");
  SECTION("no record") { group.records.clear(); }
  SECTION("rdata that is not of its type") {
    group.records.push_back({name("x.local"), RecordType::kSrv, 300, true, "short"});
  }
  SECTION("no time-to-live") { group.records[0].ttl = 0; }
  SECTION("an index that no interface has") { group.interface = 0xffffffff; }
  SECTION("a name that Avahi does not take") { group.records[0].name = name("x\\000.local"); }
  helper.tell(group);
  const auto report = helper.next<GroupReport>();
  CHECK(report.group == 1);
  CHECK(report.state == GroupState::kFailed);
  CHECK_FALSE(report.detail.empty());
  helper.tell(group_of_txt(1, "x.local", "k"));
  CHECK(helper.next<GroupReport>().state == GroupState::kRegistering);
}

TEST_CASE("Helper: two groups of one unique name collide until the first is withdrawn") {
  Helper helper;
  helper.tell(kEmbedded);
  helper.next_of(BackendState::kRunning);
  helper.tell(group_of_txt(1, "x.local", "one"));
  helper.tell(group_of_txt(2, "x.local", "two"));
  CHECK(helper.next_of_group(2).state == GroupState::kCollision);
  helper.tell(Unpublish{1});
  helper.tell(group_of_txt(2, "x.local", "two"));
  CHECK(helper.next_of_group(2).state == GroupState::kRegistering);
}

TEST_CASE("Helper: a group whose rdata alone changed keeps its state") {
  Helper helper;
  helper.tell(kEmbedded);
  helper.next_of(BackendState::kRunning);
  helper.tell(group_of_txt(1, "x.local", "one"));
  auto report = helper.next_of_group(1);
  while (report.state != GroupState::kEstablished) report = helper.next_of_group(1);
  helper.tell(group_of_txt(1, "x.local", "two"));
  CHECK(helper.next_of_group(1).state == GroupState::kEstablished);
  helper.tell(group_of_txt(1, "y.local", "two"));  // another name: probed for
  CHECK(helper.next_of_group(1).state == GroupState::kRegistering);
}

TEST_CASE("Helper: garbage, early messages and unknown ids change nothing") {
  Helper helper;
  helper.tell_octets("\xff garbage");
  helper.tell_octets(std::string(kMaxMessage, 'x'));
  helper.tell(Watch{1, name("a.local"), RecordType::kA});
  helper.tell(Unwatch{77});
  helper.tell(kEmbedded);
  helper.next_of(BackendState::kRunning);
  helper.tell(Unwatch{77});
  helper.tell(Unpublish{77});
  helper.tell(Watch{1, name("a.local"), RecordType::kA});
  CHECK(helper.next<WatchReport>().event == WatchEvent::kCacheExhausted);
  CHECK(helper.end() == 0);
}

TEST_CASE("Helper: without a bus avahi-daemon is waited for, and auto does without") {
  const NoBus no_bus;
  Helper helper;
  helper.tell(Configure{Backend::kAvahiDaemon, "node1", {}});
  const auto waiting = helper.next<BackendReport>();
  CHECK(waiting.backend == Backend::kAvahiDaemon);
  CHECK(waiting.state == BackendState::kConnecting);
  CHECK_FALSE(waiting.detail.empty());
  helper.tell(Configure{Backend::kAuto, "node1", {}});
  CHECK(helper.next_of(BackendState::kRunning).backend == Backend::kEmbedded);
  CHECK(helper.end() == 0);
}
