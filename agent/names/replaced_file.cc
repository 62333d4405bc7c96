#include "agent/names/replaced_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace liqo::names {

Error io_error(const std::string& what, int error) {
  return {Errc::kIo, what + ": " + std::generic_category().message(error)};
}

ReplacedFile::ReplacedFile(loop::UniqueFd fd, std::string temporary, std::string path)
    : fd_(std::move(fd)), temporary_(std::move(temporary)), path_(std::move(path)) {}

Result<ReplacedFile> ReplacedFile::create(const std::string& directory, std::string_view name) {
  std::string path = directory + '/' + std::string(name);
  std::string temporary = directory + "/." + std::string(name) + ".new";
  ::unlink(temporary.c_str());
  loop::UniqueFd fd(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return io_error(temporary, errno);
  return ReplacedFile(std::move(fd), std::move(temporary), std::move(path));
}

ReplacedFile::~ReplacedFile() {
  if (fd_) ::unlink(temporary_.c_str());
}

Result<void> ReplacedFile::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd_.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_error(temporary_, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> ReplacedFile::commit() {
  if (::fchmod(fd_.get(), 0644) != 0) return io_error(temporary_, errno);
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) return io_error(path_, errno);
  fd_.reset();
  return {};
}

}  // namespace liqo::names
