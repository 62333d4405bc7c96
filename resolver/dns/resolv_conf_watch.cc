#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <optional>
#include <utility>

#include "resolver/dns/resolv_conf.h"
#include "resolver/loop/directory_watch.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::dns {
namespace {

namespace fs = std::filesystem;

/// From the first sign of a change until the file is read: who truncates and then writes is not
/// read in between.
constexpr Duration kSettle = std::chrono::milliseconds(100);
/// What cannot be watched is read again so often.
constexpr Duration kUnwatched = std::chrono::seconds(60);
constexpr int kRounds = 3;
constexpr int kMaxLinks = 16;  // in a chain of symbolic links; the kernel follows 40

/// A directory, and the entry in it that decides what the path leads to.
struct Place {
  std::string directory;
  std::string entry;
  friend bool operator==(const Place&, const Place&) = default;
};

/// Everywhere that a change may lead the path elsewhere: each symbolic link on the way, and the
/// file at its end or the first thing that is missing.
std::vector<Place> places_of(const fs::path& path) {
  std::vector<Place> places;
  std::deque<fs::path> left(path.begin(), path.end());
  fs::path at = "/";
  int links = 0;
  while (!left.empty()) {
    const fs::path part = std::move(left.front());
    left.pop_front();
    if (part.empty() || part == ".") continue;
    if (part.is_absolute() || part == "..") {
      at = part.is_absolute() ? part : at.parent_path();
      continue;
    }
    std::error_code ignored;
    const fs::file_status status = fs::symlink_status(at / part, ignored);
    if (fs::is_symlink(status) && ++links <= kMaxLinks) {
      places.push_back({at, part});
      const fs::path target = fs::read_symlink(at / part, ignored);
      left.insert(left.begin(), target.begin(), target.end());
    } else if (fs::is_directory(status) && !left.empty()) {
      at /= part;
    } else {
      places.push_back({at, part});
      break;
    }
  }
  return places;
}

/// At most kMaxOctets, cut at a line's end; nothing where it is no file that can be read. Waits for
/// no writer of a pipe.
std::optional<std::string> read_file(const std::string& path) {
  const loop::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  std::string text(ResolvConf::kMaxOctets, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(fd.get(), text.data() + size, text.size() - size);
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  const bool whole = size < text.size();
  text.resize(size);
  if (!whole) text.resize(text.rfind('\n') + 1);
  return text;
}

}  // namespace

class ResolvConfWatch::Impl {
 public:
  Impl(loop::Loop& loop, std::string path, Changed changed)
      : loop_(loop),
        path_(std::move(path)),
        changed_(std::move(changed)),
        settle_(loop),
        unwatched_(loop) {
    watch();
    if (const auto text = read_file(path_)) conf_ = parse_resolv_conf(*text);
  }

  [[nodiscard]] const ResolvConf& conf() const { return conf_; }

 private:
  /// Watches are made anew each time: a directory of the same name may be another one.
  void watch();
  /// An empty `entry`: whatever changes matters.
  [[nodiscard]] bool watch(const std::string& what, const std::string& entry);
  void read_again();

  loop::Loop& loop_;
  std::string path_;
  Changed changed_;
  ResolvConf conf_;
  loop::Timer settle_;
  loop::Timer unwatched_;
  std::vector<std::unique_ptr<loop::DirectoryWatch>> watches_;
};

void ResolvConfWatch::Impl::watch() {
  std::error_code ignored;
  const fs::path absolute = fs::absolute(path_, ignored);
  const auto before = std::move(watches_);  // goes when the new ones stand: no event is lost
  bool complete = true;
  std::vector<Place> watched;
  // Again where the path led elsewhere by the time that it was watched.
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Place> places = places_of(absolute);
    if (places == watched) break;
    watched = std::move(places);
    watches_.clear();
    complete = true;
    for (const Place& place : watched) complete = watch(place.directory, place.entry) && complete;
  }
  // The file too: one that is mounted here is written elsewhere.
  if (fs::is_regular_file(absolute, ignored)) complete = watch(absolute, "") && complete;
  if (complete) return unwatched_.cancel();
  unwatched_.arm(kUnwatched, [this] { read_again(); });
}

bool ResolvConfWatch::Impl::watch(const std::string& what, const std::string& entry) {
  const std::string own = fs::path(what).filename();
  auto made = loop::DirectoryWatch::create(loop_, what, [=, this](const std::string& changed) {
    const bool matters = entry.empty() || changed.empty() || changed == entry || changed == own;
    if (matters && !settle_.armed()) settle_.arm(kSettle, [this] { read_again(); });
  });
  if (!made) return false;
  watches_.push_back(std::move(*made));
  return true;
}

void ResolvConfWatch::Impl::read_again() {
  watch();
  const auto text = read_file(path_);
  if (!text) return;
  ResolvConf conf = parse_resolv_conf(*text);
  if (conf == conf_) return;
  conf_ = conf;
  const Changed told = changed_;  // it may destroy the watch
  told(conf);
}

ResolvConfWatch::ResolvConfWatch(loop::Loop& loop, std::string path, Changed changed)
    : impl_(std::make_unique<Impl>(loop, std::move(path), std::move(changed))) {}

ResolvConfWatch::~ResolvConfWatch() = default;

const ResolvConf& ResolvConfWatch::conf() const { return impl_->conf(); }

}  // namespace liqo::dns
