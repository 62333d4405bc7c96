#pragma once

#include <curl/curl.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "agent/probe/curl_library.h"
#include "agent/probe/https.h"
#include "resolver/loop/unique_fd.h"
#include "resolver/time.h"

struct ssl_ctx_st;
struct x509_st;

namespace liqo::probe {

/// One GET by libcurl over a TCP connection that is there already: TLS, the request, the answer.
/// Nothing is resolved, and nothing kept for another.
class Exchange {
 public:
  struct Target {
    std::string host;  ///< as in HttpsRequest
    std::uint16_t port = 0;
    std::string path;
    IpAddress address;  ///< of the connection
  };

  /// `curl` must outlive it. Null where there is no memory.
  static std::unique_ptr<Exchange> create(const CurlLibrary& curl, loop::UniqueFd connected,
                                          const Target& target, const HttpsOptions& options);
  /// Its handle must be out of every CurlMulti.
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  [[nodiscard]] CURL* easy() const { return easy_; }
  /// When the TLS handshake was over, where it was.
  [[nodiscard]] std::optional<BootTime> tls_since() const { return tls_since_; }
  /// "sha256:..." of the leaf certificate, once TLS is there.
  [[nodiscard]] std::string fingerprint() const { return tls_since_ ? fingerprint_ : ""; }
  [[nodiscard]] int status() const;
  [[nodiscard]] std::string take_body() { return std::move(body_); }
  /// What `code`, not CURLE_OK, means.
  [[nodiscard]] Error error(CURLcode code) const;

 private:
  Exchange(const CurlLibrary& curl, loop::UniqueFd connected, const HttpsOptions& options,
           CURL* easy);
  bool set_up(const Target& target);
  bool set_request(const Target& target);
  bool set_isolation();
  bool set_callbacks();
  template <class T>
  bool set(CURLoption option, T value) {
    // It takes anything, and numbers only as long.
    static_assert(std::is_pointer_v<T> || std::is_same_v<T, long>);
    return curl_.easy_setopt(easy_, option, value) == CURLE_OK;
  }

  bool add_body(std::string_view octets);
  bool add_header(std::string_view line);
  /// TCP is there, TLS begins.
  void prepare_tls(ssl_ctx_st* context);
  void take_certificate(const x509_st* leaf);

  const CurlLibrary& curl_;
  CURL* easy_;
  loop::UniqueFd connected_;  ///< until libcurl takes it
  std::size_t max_body_;
  std::size_t header_room_;
  curl_slist* connect_to_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> reason_{};
  std::optional<BootTime> tls_since_;
  std::string fingerprint_;
  std::string body_;
  bool too_long_ = false;
};

}  // namespace liqo::probe
