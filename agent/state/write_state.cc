#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "agent/state/cluster_json.h"
#include "agent/state/crc32.h"
#include "agent/state/state_file.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::state {
namespace {

constexpr std::size_t kBufferOctets = 64 * 1024;

Error io_error(const std::string& what, const std::string& path) {
  return Error{Errc::kIo, "cannot " + what + " " + path + ": " + std::strerror(errno)};
}

/// A file being written beside its place; removed again unless it is moved there.
class NewFile {
 public:
  explicit NewFile(const std::string& path)
      : path_(path),
        temporary_(path + ".tmp"),
        fd_(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                   S_IRUSR | S_IWUSR)) {}
  ~NewFile() {
    if (fd_) ::unlink(temporary_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  [[nodiscard]] Error error(const char* what) const { return io_error(what, temporary_); }
  [[nodiscard]] bool opened() const { return static_cast<bool>(fd_); }
  [[nodiscard]] std::size_t written() const { return written_; }

  bool append(std::string_view octets) {
    buffer_.append(octets);
    written_ += octets.size();
    return buffer_.size() < kBufferOctets || drain();
  }

  /// Puts what was appended onto the disk and the file in its place.
  Result<void> commit() {
    if (!drain()) return error("write");
    if (::fsync(fd_.get()) != 0) return error("write");
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return error("rename");
    fd_.reset();
    return {};
  }

 private:
  bool drain() {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
      const ssize_t count = ::write(fd_.get(), rest.data(), rest.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
    buffer_.clear();
    return true;
  }

  std::string path_;
  std::string temporary_;
  loop::UniqueFd fd_;
  std::string buffer_;
  std::size_t written_ = 0;
};

/// Else a crash of the host may undo the rename.
Result<void> sync_directory(const std::string& directory) {
  const loop::UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return io_error("sync", directory);
  return {};
}

}  // namespace

Result<void> write_state(const std::string& directory, const Clusters& clusters, WallTime now) {
  NewFile file(directory + "/" + std::string(kFileName));
  if (!file.opened()) return file.error("create");

  Crc32 checksum;
  const auto append = [&](std::string_view octets) {
    checksum.add(octets);
    return file.append(octets);
  };
  bool good = append("{\"version\":" + std::to_string(kVersion) + ",\"saved\":" +
                     std::to_string(now.time_since_epoch().count()) + ",\"clusters\":[\n");
  bool first = true;
  for (const auto& cluster : clusters) {
    const std::string line = to_line(*cluster);
    if (line.empty()) continue;
    // The end is short: "\n", the checksum's line.
    if (file.written() + line.size() + 256 > kMaxFileOctets) break;
    good = good && (first || append(",\n")) && append(line);
    first = false;
  }
  good = good && (first || append("\n"));
  good = good && file.append("],\"checksum\":\"crc32:" + checksum.hex() + "\"}\n");
  if (!good) return file.error("write");
  if (auto committed = file.commit(); !committed) return committed;
  return sync_directory(directory);
}

}  // namespace liqo::state
