#pragma once

#include <string>

namespace liqo::test {

/// A directory of its own below the system's temporary one; gone with all that is in it.
class Directory {
 public:
  Directory();
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name = "state.json") const {
    return path_ + "/" + name;
  }

 private:
  std::string path_;
};

/// Empty where there is no such file.
std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& octets);
bool exists(const std::string& path);

}  // namespace liqo::test
