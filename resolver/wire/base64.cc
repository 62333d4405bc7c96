#include "resolver/wire/base64.h"

#include <openssl/evp.h>

#include <algorithm>

namespace liqo::wire {

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const auto padding =
      static_cast<std::size_t>(text.ends_with("==") ? 2 : (text.ends_with('=') ? 1 : 0));
  // OpenSSL forgives blanks around it, and padding inside it.
  if (text.find_first_of(" \t\r\n") != std::string_view::npos) return std::nullopt;
  if (text.find('=') < text.size() - padding) return std::nullopt;
  std::string octets(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(octets.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0 || static_cast<std::size_t>(size) < padding) return std::nullopt;
  octets.resize(static_cast<std::size_t>(size) - padding);
  return octets;
}

}  // namespace liqo::wire
