#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "resolver/loop/unique_fd.h"
#include "resolver/result.h"

namespace liqo::state {

/// A file written beside its place and then put there: whole or not at all, whenever the agent or
/// the host stops. Removed again unless it is put in its place. Blocks for as long as the disk
/// takes.
class NewFile {
 public:
  /// `path`: its place. Look at opened().
  explicit NewFile(const std::string& path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  [[nodiscard]] bool opened() const { return static_cast<bool>(fd_); }
  [[nodiscard]] std::size_t written() const { return written_; }
  /// What errno says of the step that failed: "create", "write", "rename".
  [[nodiscard]] Error error(const char* what) const;

  bool append(std::string_view octets);
  /// Puts what was appended onto the disk, the file in its place, and that onto the disk too: else
  /// a crash of the host may undo it. kIo.
  Result<void> commit();

 private:
  bool drain();

  std::string path_;
  std::string temporary_;
  loop::UniqueFd fd_;
  std::string buffer_;
  std::size_t written_ = 0;
};

/// A whole plain file of at most `most` octets. kNotFound where there is none, kMalformed where it
/// is too long or no plain file, kIo.
Result<std::string> read_whole(const std::string& path, std::size_t most);

struct PutAside {
  bool done = false;
  std::string said;  ///< what became of it, for the log: "it is now state.json.bad"
};

/// Renames a file that is no good to "<path>.bad".
PutAside put_aside(const std::string& path);

}  // namespace liqo::state
