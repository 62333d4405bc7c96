#pragma once

#include <string>
#include <string_view>

#include "resolver/loop/unique_fd.h"
#include "resolver/result.h"

namespace liqo::names {

/// A file that takes its place when it is complete: written under ".<name>.new" in the same
/// directory and renamed by commit(). Without that it is removed again. One left over from a crash
/// is replaced: the agent is the only writer in its runtime directory.
class ReplacedFile {
 public:
  static Result<ReplacedFile> create(const std::string& directory, std::string_view name);
  ReplacedFile(ReplacedFile&& other) noexcept = default;
  ReplacedFile& operator=(ReplacedFile&&) = delete;
  ~ReplacedFile();

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }
  Result<void> write(std::string_view text);
  /// Readable by all, and in its place.
  Result<void> commit();

 private:
  ReplacedFile(loop::UniqueFd fd, std::string temporary, std::string path);

  loop::UniqueFd fd_;
  std::string temporary_;
  std::string path_;
};

/// kIo: "`what`: <strerror of `error`>".
Error io_error(const std::string& what, int error);

}  // namespace liqo::names
