#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "resolver/result.h"

namespace liqo {

/// Where in which file something is written.
struct Place {
  std::string file;
  unsigned line = 0;  ///< 0 for the file as a whole
};

/// "/etc/liqo-discovery/config.toml:12", without a control character.
std::string to_string(const Place& place);

template <class T>
struct Located {
  T value;
  Place place;
};

/// Text out of a file, for a line that a person reads: printable, and cut where it is long.
std::string shown(std::string_view text);

/// `text` with every octet outside printable ASCII as `\DDD`: for what is nearly always plain.
std::string printable(std::string_view text);

/// What is wrong with the configuration; keeps the topmost of each file's complaints, and of
/// several files the first one's.
class Complaints {
 public:
  /// "PLACE: KEY: TEXT"; without a key where `key` is empty.
  void add(const Place& place, std::string_view key, std::string_view text);
  [[nodiscard]] const std::optional<Error>& first() const { return first_; }

 private:
  std::optional<Error> first_;
  Place place_;
};

}  // namespace liqo
