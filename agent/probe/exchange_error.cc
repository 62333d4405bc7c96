#include "agent/probe/exchange_error.h"

#include <string>

namespace liqo::probe {
namespace {

/// CURLE_TOO_LARGE, since 8.6; before, a header line of 100 KiB was told as a want of memory.
constexpr int kTooLarge = 100;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// What OpenSSL says, without the places in its source: "error:0A00010B:SSL routines::wrong version
/// number".
std::string_view essence(std::string_view words) {
  const std::size_t colons = words.rfind("::");
  return colons == std::string_view::npos ? words : words.substr(colons + 2);
}

std::string printable(std::string_view text) {
  std::string shown(text);
  for (char& octet : shown) {
    if (octet < ' ' || octet > '~') octet = '?';
  }
  return shown;
}

}  // namespace

Error tls_error(CURLcode code, std::string_view words) {
  // libcurl is given a connection, and looks whether it is one still.
  bool ended = code == CURLE_COULDNT_CONNECT;
  for (const char* end : {"SSL_ERROR_SYSCALL", "unexpected eof", "reset by peer", "Broken pipe"}) {
    ended = ended || contains(words, end);
  }
  if (ended) return {Errc::kRefused, "closed the connection instead of TLS"};
  const std::string_view why = essence(words);
  // "sslv3 alert handshake failure", "ssl/tls alert handshake failure": as the version has it.
  const std::size_t alert = why.find("alert ");
  if (alert == std::string_view::npos) return {Errc::kMalformed, "TLS failed: " + printable(why)};
  return {Errc::kRefused, "TLS failed: " + printable(why.substr(alert))};
}

Error answer_error(const FailedAnswer& failed) {
  if (failed.too_long || failed.code == CURLE_OUT_OF_MEMORY ||
      static_cast<int>(failed.code) == kTooLarge) {
    return {Errc::kLimitReached, "the HTTP answer is too long"};
  }
  switch (failed.code) {
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      if (failed.status == 0) return {Errc::kRefused, "closed the connection without an answer"};
      return {Errc::kMalformed, "the HTTP answer ends early"};
    case CURLE_PARTIAL_FILE:
      return {Errc::kMalformed, "the HTTP answer ends early"};
    default:
      return {Errc::kMalformed, "the answer is not HTTP"};
  }
}

}  // namespace liqo::probe
