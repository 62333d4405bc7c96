#include "tests/unit/config/directory.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/catch.h"

namespace liqo {

ConfigDirectory::ConfigDirectory() {
  std::string path = (std::filesystem::temp_directory_path() / "liqo-config-XXXXXX").string();
  REQUIRE(::mkdtemp(path.data()) != nullptr);
  path_ = path;
}

ConfigDirectory::~ConfigDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ConfigDirectory::fragment(std::string_view name) const {
  return path_ + "/config.d/" + std::string(name);
}

std::string ConfigDirectory::key_file() const {
  const std::string path = path_ + "/tsig.key";
  write(path, "key \"k1\" { algorithm hmac-sha256; secret \"AAECAwQFBgcICQoLDA0ODw==\"; };\n");
  std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  return path;
}

void ConfigDirectory::write(const std::string& file, std::string_view text) const {
  std::filesystem::create_directories(std::filesystem::path(file).parent_path());
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  REQUIRE(stream.good());
}

std::string ConfigDirectory::refusal(std::string_view text) const {
  write(file(), text);
  return refusal();
}

std::string ConfigDirectory::refusal() const {
  const auto config = load();
  if (config) return "";
  std::string detail = config.error().detail;
  for (std::size_t at = 0; (at = detail.find(path_ + "/", at)) != std::string::npos;) {
    detail.erase(at, path_.size() + 1);
  }
  return detail;
}

Config ConfigDirectory::accepted(std::string_view text) const {
  write(file(), text);
  auto config = load();
  INFO((config ? "" : config.error().detail));
  REQUIRE(config.has_value());
  return std::move(*config);
}

}  // namespace liqo
