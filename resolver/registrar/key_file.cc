#include "resolver/registrar/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "resolver/loop/unique_fd.h"
#include "resolver/wire/base64.h"

namespace liqo::registrar {
namespace {

struct Token {
  std::string text;  ///< empty at the end of the file
  bool quoted = false;
  unsigned line = 1;
};

/// The words, texts and punctuation marks of a file in BIND's syntax.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Token next() {
    skip_blanks();
    Token token;
    token.line = line_;
    if (text_.empty()) return token;
    if (is_mark(text_.front())) {
      token.text = take(1);
    } else if (text_.front() == '"') {
      token.quoted = true;
      take(1);
      token.text = take(text_.find_first_of("\"\n"));
      if (!text_.empty()) take(1);
    } else {
      token.text = take(text_.find_first_of(" \t\r\n{};\"#"));
    }
    return token;
  }

 private:
  static bool is_mark(char c) { return c == '{' || c == '}' || c == ';'; }

  std::string take(std::size_t count) {
    std::string taken(text_.substr(0, count));
    text_.remove_prefix(taken.size());
    for (const char c : taken) line_ += c == '\n' ? 1U : 0U;
    return taken;
  }

  void skip_blanks() {
    for (;;) {
      take(std::min(text_.find_first_not_of(" \t\r\n"), text_.size()));
      if (text_.starts_with('#') || text_.starts_with("//")) {
        take(text_.find('\n'));
      } else if (text_.starts_with("/*")) {
        const auto end = text_.find("*/", 2);
        take(end == std::string_view::npos ? end : end + 2);
      } else {
        return;
      }
    }
  }

  std::string_view text_;
  unsigned line_ = 1;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : scanner_(text) { advance(); }

  Result<wire::TsigKey> parse() {
    if (!take("key")) return expected("a statement: key \"name\" { ... };");
    auto name = DomainName::parse(token_.text);
    if (!name || name->is_root()) return expected("the name of a key");
    key_.name = *std::move(name);
    advance();
    if (!take("{")) return expected("{");
    while (!take("}")) {
      if (auto read = read_item(); !read) return read.error();
    }
    if (!take(";")) return expected(";");
    if (!token_.text.empty()) return expected("the end of the file: one key is enough");
    if (!algorithm_) return Error{Errc::kMalformed, "expected an algorithm"};
    if (key_.secret.empty()) return Error{Errc::kMalformed, "expected a secret"};
    return key_;
  }

 private:
  Result<void> read_item() {
    if (take("algorithm")) {
      const auto algorithm = wire::tsig_algorithm(token_.text);
      if (!algorithm) return expected("hmac-sha256, hmac-sha384 or hmac-sha512");
      key_.algorithm = *algorithm;
      algorithm_ = true;
    } else if (take("secret")) {
      auto secret = wire::decode_base64(token_.text);
      if (!secret || secret->empty())
        return Error{Errc::kMalformed, place() + "expected a secret in base64"};
      key_.secret = *std::move(secret);
    } else {
      return expected("algorithm or secret");
    }
    advance();
    return take(";") ? Result<void>() : expected(";");
  }

  void advance() { token_ = scanner_.next(); }

  bool take(std::string_view word) {
    if (token_.quoted || token_.text != word) return false;
    advance();
    return true;
  }

  [[nodiscard]] std::string place() const { return "line " + std::to_string(token_.line) + ": "; }
  /// What stands there instead is not shown: it may be the secret.
  [[nodiscard]] Error expected(std::string_view what) const {
    return {Errc::kMalformed, place() + "expected " + std::string(what)};
  }

  Scanner scanner_;
  Token token_;
  wire::TsigKey key_;
  bool algorithm_ = false;
};

Error io_error() {
  const Errc code = errno == ENOENT ? Errc::kNotFound : Errc::kIo;
  return {code, std::strerror(errno)};
}

std::string octal(unsigned mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", mode);
  return text.data();
}

}  // namespace

Result<wire::TsigKey> parse_key_file(std::string_view text) { return Parser(text).parse(); }

Result<wire::TsigKey> load_key_file(const std::string& path) {
  const loop::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) return io_error();
  if (!S_ISREG(status.st_mode)) return Error{Errc::kMalformed, "not a file"};
  const unsigned mode = status.st_mode & 07777U;
  if ((mode & ~kKeyFileMode) != 0) {
    return Error{Errc::kRefused, "its mode is " + octal(mode) + "; expected " +
                                     octal(kKeyFileMode) + " or stricter, for it is a secret"};
  }
  std::string text(kMaxKeyFileOctets + 1, '\0');
  const ssize_t octets = ::read(fd.get(), text.data(), text.size());
  if (octets < 0) return io_error();
  if (static_cast<std::size_t>(octets) > kMaxKeyFileOctets) {
    return Error{Errc::kMalformed, "too large for a key file"};
  }
  text.resize(static_cast<std::size_t>(octets));
  return parse_key_file(text);
}

}  // namespace liqo::registrar
