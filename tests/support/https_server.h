#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "resolver/dnssd/ip_address.h"
#include "resolver/loop/unique_fd.h"
#include "tests/support/certificate.h"

struct ssl_st;
struct ssl_ctx_st;

namespace liqo::test {

/// One accepted connection, in a thread of its own, which blocks. Every call fails, that is, does
/// nothing, once the peer or the server is gone.
class HttpsConnection {
 public:
  HttpsConnection(loop::UniqueFd fd, ssl_ctx_st* context);
  ~HttpsConnection();
  HttpsConnection(const HttpsConnection&) = delete;
  HttpsConnection& operator=(const HttpsConnection&) = delete;

  /// The TLS handshake. False where it fails.
  bool accept_tls();
  /// The name that SNI told; empty without one.
  [[nodiscard]] std::string server_name() const;
  /// Up to the empty line; empty where the peer is gone before.
  std::string read_request();
  /// Over TLS. False once the peer is gone.
  bool send(std::string_view octets);
  /// Past TLS.
  bool send_plain(std::string_view octets);
  /// Until the peer, or the server's end, closes it.
  void wait_for_end();
  /// The end is to be an RST.
  void reset_at_end();

 private:
  struct FreeSsl {
    void operator()(ssl_st* ssl) const;
  };
  loop::UniqueFd fd_;
  std::unique_ptr<ssl_st, FreeSsl> ssl_;
};

/// A TLS server on an ephemeral TCP port of this host; what it says is a script's.
class HttpsServer {
 public:
  /// Run for each connection, several at once. When it returns the connection is closed.
  using Script = std::function<void(HttpsConnection& connection)>;

  explicit HttpsServer(Script script, const IpAddress& address = *IpAddress::parse("127.0.0.1"),
                       const CertificateOptions& certificate = {});
  /// Ends every connection.
  ~HttpsServer();
  HttpsServer(const HttpsServer&) = delete;
  HttpsServer& operator=(const HttpsServer&) = delete;

  [[nodiscard]] const IpAddress& address() const { return address_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// "sha256:..." of its certificate.
  [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }
  /// Connections accepted until now, and those open at the moment.
  [[nodiscard]] std::size_t accepted() const { return accepted_; }
  [[nodiscard]] std::size_t open() const { return open_; }

 private:
  struct FreeContext {
    void operator()(ssl_ctx_st* context) const;
  };
  void listen();
  void accept_all();
  void serve(loop::UniqueFd fd);

  IpAddress address_;
  Script script_;
  std::uint16_t port_ = 0;
  std::string fingerprint_;
  std::unique_ptr<ssl_ctx_st, FreeContext> context_;
  loop::UniqueFd listening_;
  std::atomic<std::size_t> accepted_ = 0;
  std::atomic<std::size_t> open_ = 0;
  std::mutex mutex_;              // of the two below
  std::vector<int> descriptors_;  ///< of open connections
  bool ended_ = false;
  std::list<std::thread> threads_;  ///< touched by acceptor_ alone, and then by the destructor
  std::thread acceptor_;
};

/// HTTP/1.1, with its length.
std::string http_answer(std::string_view status, std::string_view body);
/// Answers every request with this, whole.
HttpsServer::Script give(std::string answer);

}  // namespace liqo::test
