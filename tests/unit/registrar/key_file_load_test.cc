#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "resolver/registrar/key_file.h"
#include "tests/support/catch.h"

namespace liqo::registrar {
namespace {

constexpr std::string_view kGood =
    "key \"k1\" {\n\talgorithm hmac-sha256;\n\tsecret \"AAECAwQFBgc=\";\n};\n";

/// A file in a directory of its own; gone with it.
class KeyFile {
 public:
  explicit KeyFile(std::string_view text = kGood, mode_t mode = 0600) {
    std::string path = (std::filesystem::temp_directory_path() / "liqo-key-XXXXXX").string();
    REQUIRE(::mkdtemp(path.data()) != nullptr);
    directory_ = path;
    std::ofstream(file(), std::ios::binary) << text;
    REQUIRE(::chmod(file().c_str(), mode) == 0);
  }
  ~KeyFile() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  KeyFile(const KeyFile&) = delete;
  KeyFile& operator=(const KeyFile&) = delete;

  [[nodiscard]] std::string directory() const { return directory_; }
  [[nodiscard]] std::string file() const { return directory_ + "/tsig.key"; }
  [[nodiscard]] Error error() const {
    const auto key = load_key_file(file());
    REQUIRE_FALSE(key.has_value());
    return key.error();
  }

 private:
  std::string directory_;
};

TEST_CASE("Key file: read where its mode is 0640 or stricter") {
  const KeyFile file(kGood, GENERATE(0640, 0600, 0440, 0400));
  const auto key = load_key_file(file.file());
  REQUIRE(key.has_value());
  CHECK(key->name.to_string() == "k1");
  CHECK(key->secret == std::string("\0\1\2\3\4\5\6\7", 8));
}

TEST_CASE("Key file: refused where others may read it, or anybody else may write it") {
  const mode_t mode = GENERATE(0644, 0641, 0660, 0700, 0602, 04600);
  const Error error = KeyFile(kGood, mode).error();
  CHECK(error.code == Errc::kRefused);
  CHECK(error.detail.find("expected 0640 or stricter") != std::string::npos);
}

TEST_CASE("Key file: what is no file is told so, and nobody waits for it") {
  const KeyFile file;
  CHECK(load_key_file(file.directory()).error().code == Errc::kMalformed);
  const std::string pipe = file.directory() + "/pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(load_key_file(pipe).error().detail == "not a file");
  CHECK(load_key_file(file.directory() + "/none").error().code == Errc::kNotFound);
}

TEST_CASE("Key file: a file that is too large, and one of any octets, are refused") {
  CHECK(KeyFile(std::string(kMaxKeyFileOctets + 1, '#')).error().detail ==
        "too large for a key file");
  CHECK(KeyFile(std::string(kMaxKeyFileOctets, '#')).error().code == Errc::kMalformed);
  CHECK(KeyFile(std::string("\0key", 4)).error().code == Errc::kMalformed);
}

TEST_CASE("Key file: no cut of a good one is taken for a key, and none shows the secret") {
  const std::string good(kGood.substr(0, kGood.size() - 1));
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto key = parse_key_file(good.substr(0, size));
    INFO(size);
    REQUIRE_FALSE(key.has_value());
    CHECK(key.error().detail.find("AAEC") == std::string::npos);
  }
  CHECK(parse_key_file(good).has_value());
}

}  // namespace
}  // namespace liqo::registrar
