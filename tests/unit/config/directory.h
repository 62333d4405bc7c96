#pragma once

#include <string>
#include <string_view>

#include "agent/config/config.h"

namespace liqo {

/// A directory of its own for one test, gone with it.
class ConfigDirectory {
 public:
  ConfigDirectory();
  ~ConfigDirectory();
  ConfigDirectory(const ConfigDirectory&) = delete;
  ConfigDirectory& operator=(const ConfigDirectory&) = delete;

  /// The configuration file, there or not.
  [[nodiscard]] std::string file() const { return path_ + "/config.toml"; }
  /// A key file, written anew: of the key "k1", hmac-sha256, readable by its owner alone.
  [[nodiscard]] std::string key_file() const;
  /// A file of config.d.
  [[nodiscard]] std::string fragment(std::string_view name) const;
  void write(const std::string& file, std::string_view text) const;

  [[nodiscard]] Result<Config> load() const { return load_config(file(), true); }
  /// What `text` alone is refused with, without the path of the directory: "config.toml:1: ...";
  /// empty when it is accepted.
  [[nodiscard]] std::string refusal(std::string_view text) const;
  /// The error as it stands, without the path of the directory.
  [[nodiscard]] std::string refusal() const;
  /// What `text` alone means; fails the test when it is refused.
  [[nodiscard]] Config accepted(std::string_view text) const;

 private:
  std::string path_;
};

}  // namespace liqo
