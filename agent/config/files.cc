#include "agent/config/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "agent/config/config.h"
#include "agent/config/place.h"
#include "resolver/loop/unique_fd.h"

namespace liqo {
namespace {

Error failed(const std::string& file, int number) {
  const Errc code = number == ENOENT ? Errc::kNotFound : Errc::kIo;
  return Error{code,
               printable(file) + ": cannot be read: " + std::generic_category().message(number)};
}

bool is_fragment(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  return name.ends_with(".toml") && !name.starts_with('.');
}

}  // namespace

Result<std::vector<std::string>> config_fragments(const std::string& file) {
  const auto directory = std::filesystem::path(file).parent_path() / "config.d";
  std::vector<std::string> fragments;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (!is_fragment(entry->path())) continue;
    fragments.push_back(entry->path().string());
    if (fragments.size() > kMaxConfigFragments) {
      return Error{Errc::kInvalid, printable(directory.string()) + ": expected at most " +
                                       std::to_string(kMaxConfigFragments) + " files"};
    }
  }
  if (error && error.value() != ENOENT) return failed(directory.string(), error.value());
  std::sort(fragments.begin(), fragments.end());
  return fragments;
}

Result<std::string> read_config_file(const std::string& file) {
  // Not to wait for who writes to a pipe.
  const loop::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return failed(file, errno);
  std::string text;
  while (text.size() <= kMaxConfigOctets) {
    constexpr std::size_t kStep = 16 * 1024;
    const std::size_t had = text.size();
    text.resize(had + kStep);
    const ssize_t got = ::read(fd.get(), text.data() + had, kStep);
    if (got < 0) return failed(file, errno);
    text.resize(had + static_cast<std::size_t>(got));
    if (got == 0) return text;
  }
  return Error{Errc::kInvalid, printable(file) + ": expected at most " +
                                   std::to_string(kMaxConfigOctets) + " octets"};
}

}  // namespace liqo
