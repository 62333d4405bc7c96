#include "agent/state/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace liqo::state {
namespace {

constexpr std::size_t kBufferOctets = std::size_t{64} * 1024;

Error io_error(const std::string& what, const std::string& path) {
  return Error{Errc::kIo, "cannot " + what + " " + path + ": " + std::strerror(errno)};
}

Error damaged(const std::string& why) { return Error{Errc::kMalformed, why}; }

Result<void> sync_directory(const std::string& directory) {
  const loop::UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return io_error("sync", directory);
  return {};
}

}  // namespace

NewFile::NewFile(const std::string& path)
    : path_(path),
      temporary_(path + ".tmp"),
      fd_(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                 S_IRUSR | S_IWUSR)) {}

NewFile::~NewFile() {
  if (fd_) ::unlink(temporary_.c_str());
}

Error NewFile::error(const char* what) const { return io_error(what, temporary_); }

bool NewFile::append(std::string_view octets) {
  buffer_.append(octets);
  written_ += octets.size();
  return buffer_.size() < kBufferOctets || drain();
}

Result<void> NewFile::commit() {
  if (!drain()) return error("write");
  if (::fsync(fd_.get()) != 0) return error("write");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return error("rename");
  fd_.reset();
  return sync_directory(path_.substr(0, path_.rfind('/')));
}

bool NewFile::drain() {
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

Result<std::string> read_whole(const std::string& path, std::size_t most) {
  // Not blocking: a FIFO in its place must not stop the start.
  const loop::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd && errno == ENOENT) return Error{Errc::kNotFound, path + " is not there"};
  if (!fd) return io_error("open", path);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return io_error("read", path);
  if (!S_ISREG(status.st_mode)) return damaged("it is not a plain file");
  if (static_cast<std::uint64_t>(status.st_size) > most) return damaged("it is too long");

  std::string octets(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  while (filled < octets.size()) {
    const ssize_t count = ::read(fd.get(), octets.data() + filled, octets.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_error("read", path);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  octets.resize(filled);
  return octets;
}

PutAside put_aside(const std::string& path) {
  const std::string aside = path + ".bad";
  if (std::rename(path.c_str(), aside.c_str()) == 0) {
    return {true, "it is now " + aside.substr(aside.rfind('/') + 1)};
  }
  return {false, std::string("it cannot be renamed: ") + std::strerror(errno)};
}

}  // namespace liqo::state
