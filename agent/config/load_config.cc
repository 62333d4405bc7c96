#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include "agent/config/config.h"
#include "agent/config/document.h"
#include "agent/config/draft.h"

namespace liqo {
namespace {

namespace fs = std::filesystem;

// Some forty keys; a file of this size is not a configuration.
constexpr std::uintmax_t kMaxFile = 1 << 20;
constexpr std::size_t kMaxFiles = 256;

Result<std::string> read_file(const fs::path& path) {
  const ConfigPlace place{path.string(), 0, ""};
  std::error_code failed;
  const auto status = fs::status(path, failed);
  if (status.type() == fs::file_type::not_found) return Error{Errc::kNotFound, path.string()};
  if (failed) return place.error("cannot be read: " + failed.message());
  // A pipe or a device would block, or never end.
  if (status.type() != fs::file_type::regular) return place.error("expected a regular file");
  if (fs::file_size(path, failed) > kMaxFile) return place.error("longer than 1 MiB");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.good() && !file.eof()) {
    return place.error(std::string("cannot be read: ") + std::strerror(errno));
  }
  if (!file.is_open()) return place.error(std::string("cannot be read: ") + std::strerror(errno));
  return text;
}

/// The files of `directory` that end in ".toml", in name order; none where it is not there.
Result<std::vector<fs::path>> fragments(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const fs::path& path = entry->path();
    if (path.extension() != ".toml" || path.filename().string().starts_with('.')) continue;
    files.push_back(path);
    if (files.size() > kMaxFiles) {
      return ConfigPlace{directory.string(), 0, ""}.error("more than 256 files");
    }
  }
  if (failed && failed != std::errc::no_such_file_or_directory) {
    return ConfigPlace{directory.string(), 0, ""}.error("cannot be read: " + failed.message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<void> apply(const fs::path& path, bool required, ConfigDraft& draft) {
  const auto text = read_file(path);
  if (text) return read_document(path.string(), *text, draft);
  if (text.error().code != Errc::kNotFound) return text.error();
  if (!required) return {};
  return ConfigPlace{path.string(), 0, ""}.error("no such file");
}

}  // namespace

Result<Config> load_config(const std::string& file, bool required) {
  ConfigDraft draft;
  if (auto read = apply(file, required, draft); !read) return read.error();
  const auto more = fragments(fs::path(file).parent_path() / "config.d");
  if (!more) return more.error();
  for (const fs::path& path : *more) {
    if (auto read = apply(path, false, draft); !read) return read.error();
  }
  return finish(draft);
}

}  // namespace liqo
