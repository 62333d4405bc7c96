#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "resolver/dns/resolv_conf.h"
#include "resolver/loop/directory_watch.h"
#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/state/directory.h"

namespace liqo::dns {
namespace {

namespace fs = std::filesystem;
using test::Directory;

std::string naming(int server) { return "nameserver 192.0.2." + std::to_string(server) + "\n"; }

/// A watch on a file, and what it told.
class Watched {
 public:
  explicit Watched(const std::string& path) {
    watch_.emplace(loop_, path, [this](const ResolvConf& conf) {
      ++told_;
      CHECK(conf == watch_->conf());
    });
  }

  /// The watch says so within its time.
  bool comes_to_name(int server) {
    return test::run_until(loop_, [&] { return names() == naming(server); });
  }
  /// "nameserver 192.0.2.1\n"; empty where there is none.
  std::string names() {
    if (watch_->conf().servers.empty()) return "";
    return "nameserver " + to_string(watch_->conf().servers.front()) + "\n";
  }
  void wait() { test::run_for(loop_, std::chrono::milliseconds(300)); }
  [[nodiscard]] int told() const { return told_; }

 private:
  loop::Loop loop_;
  std::optional<ResolvConfWatch> watch_;
  int told_ = 0;
};

void replace(const std::string& path, const std::string& octets) {
  test::write_file(path + ".new", octets);
  fs::rename(path + ".new", path);
}

void link_to(const fs::path& target, const fs::path& link) {
  fs::create_symlink(target, link.string() + ".new");
  fs::rename(link.string() + ".new", link);
}

TEST_CASE("ResolvConfWatch: follows writes, renames over the file, removal and return") {
  const Directory directory;
  const std::string path = directory.file("resolv.conf");
  test::write_file(path, naming(1));
  Watched watched(path);
  CHECK(watched.names() == naming(1));

  test::write_file(path, naming(2));
  CHECK(watched.comes_to_name(2));
  replace(path, naming(3));
  CHECK(watched.comes_to_name(3));
  replace(path, naming(4));
  CHECK(watched.comes_to_name(4));
  test::write_file(path, naming(5));
  CHECK(watched.comes_to_name(5));

  fs::remove(path);
  watched.wait();
  CHECK(watched.names() == naming(5));
  test::write_file(path, naming(6));
  CHECK(watched.comes_to_name(6));
  CHECK(watched.told() == 5);
}

TEST_CASE("ResolvConfWatch: tells only what differs") {
  const Directory directory;
  const std::string path = directory.file("resolv.conf");
  test::write_file(path, naming(1));
  Watched watched(path);
  replace(path, "# written anew\n" + naming(1) + "options edns0\n");
  test::write_file(directory.file("neighbour"), "nothing to do with it");
  watched.wait();
  CHECK(watched.told() == 0);
  test::write_file(path, "");
  watched.wait();
  CHECK(watched.told() == 1);
  CHECK(watched.names().empty());
}

TEST_CASE("ResolvConfWatch: follows the target of a link, and the link elsewhere") {
  const Directory directory;
  const fs::path run = directory.file("run");
  fs::create_directories(run / "one");
  fs::create_directories(run / "two");
  test::write_file(run / "one/stub.conf", naming(1));
  test::write_file(run / "two/stub.conf", naming(2));
  const std::string path = directory.file("resolv.conf");
  fs::create_symlink("run/one/stub.conf", path);
  Watched watched(path);
  CHECK(watched.names() == naming(1));

  replace(run / "one/stub.conf", naming(3));
  CHECK(watched.comes_to_name(3));
  link_to("run/two/stub.conf", path);
  CHECK(watched.comes_to_name(2));
  test::write_file(run / "two/stub.conf", naming(4));
  CHECK(watched.comes_to_name(4));
  test::write_file(run / "one/stub.conf", naming(5));
  watched.wait();
  CHECK(watched.names() == naming(4));
  link_to(run / "one/stub.conf", path);
  CHECK(watched.comes_to_name(5));
  replace(path, naming(6));  // a file in the link's place
  CHECK(watched.comes_to_name(6));
}

TEST_CASE("ResolvConfWatch: follows a link to a directory on the way") {
  const Directory directory;
  const fs::path root = directory.path();
  for (int i = 1; i <= 2; ++i) {
    const fs::path version = root / ("v" + std::to_string(i));
    fs::create_directory(version);
    test::write_file(version / "resolv.conf", naming(i));
  }
  fs::create_directory_symlink("v1", root / "current");
  fs::create_symlink("current/../current/resolv.conf", root / "resolv.conf");
  Watched watched(root / "resolv.conf");
  CHECK(watched.names() == naming(1));
  link_to("v2", root / "current");
  CHECK(watched.comes_to_name(2));
}

TEST_CASE("ResolvConfWatch: a directory that is not there yet, goes, and comes again") {
  const Directory directory;
  const fs::path run = directory.file("run");
  const std::string path = directory.file("resolv.conf");
  fs::create_symlink(run / "resolve/stub.conf", path);
  Watched watched(path);
  CHECK(watched.names().empty());
  for (int i = 1; i <= 3; ++i) {
    INFO(i);
    fs::create_directories(run / "resolve");
    if (i == 2) watched.wait();
    test::write_file(run / "resolve/stub.conf", naming(i));
    CHECK(watched.comes_to_name(i));
    fs::remove_all(run);
    if (i == 1) watched.wait();
    CHECK(watched.names() == naming(i));
  }
}

TEST_CASE("ResolvConfWatch: what is no file, or leads nowhere, keeps what was known") {
  const Directory directory;
  const std::string path = directory.file("resolv.conf");
  test::write_file(path, naming(1));
  Watched watched(path);
  link_to("resolv.conf", path);  // to itself
  watched.wait();
  CHECK(watched.names() == naming(1));
  fs::remove(path);
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  watched.wait();
  CHECK(watched.names() == naming(1));
  fs::remove(path);
  fs::create_directory(path);
  watched.wait();
  CHECK(watched.names() == naming(1));
  fs::remove(path);
  test::write_file(path, naming(2));
  CHECK(watched.comes_to_name(2));
}

TEST_CASE("ResolvConfWatch: of a file beyond all measure the first lines are read") {
  const Directory directory;
  const std::string path = directory.file("resolv.conf");
  std::string text = naming(1);
  while (text.size() < ResolvConf::kMaxOctets - 15) text += "#\n";
  test::write_file(path, text + "nameserver 192.0.2.200\n" + naming(3));
  loop::Loop loop;
  const ResolvConfWatch watch(loop, path, [](const ResolvConf&) {});
  REQUIRE(watch.conf().servers.size() == 1);
  CHECK(to_string(watch.conf().servers.front()) == "192.0.2.1");
}

TEST_CASE("ResolvConfWatch: its callback may destroy it") {
  const Directory directory;
  const std::string path = directory.file("resolv.conf");
  test::write_file(path, naming(1));
  loop::Loop loop;
  std::optional<ResolvConfWatch> watch;
  std::string told;
  watch.emplace(loop, path, [&](const ResolvConf& conf) {
    watch.reset();
    told = to_string(conf.servers.front());
  });
  test::write_file(path, naming(2));
  CHECK(test::run_until(loop, [&] { return told == "192.0.2.2"; }));
}

TEST_CASE("DirectoryWatch: tells which entry changed, may go meanwhile, and needs a directory") {
  const Directory directory;
  loop::Loop loop;
  std::string told;
  std::unique_ptr<loop::DirectoryWatch> watch;
  auto made = loop::DirectoryWatch::create(loop, directory.path(), [&](const std::string& entry) {
    watch.reset();
    told = entry;
  });
  REQUIRE(made.has_value());
  watch = std::move(*made);
  test::write_file(directory.file("entry"), "x");
  CHECK(test::run_until(loop, [&] { return told == "entry"; }));
  CHECK_FALSE(
      loop::DirectoryWatch::create(loop, directory.file("absent"), [](const auto&) {}).has_value());
}

}  // namespace
}  // namespace liqo::dns
