#include "tests/support/https_server.h"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>
#include <utility>

#include "resolver/dnssd/socket_address.h"

namespace liqo::test {
namespace {

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("HTTPS server: ") + what);
}

std::uint16_t port_of(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  require(::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) == 0, "no port");
  // At the same place in both families.
  return ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port);
}

/// OpenSSL writes to sockets whose peer is gone; the client in this process must do without this.
void block_sigpipe() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

}  // namespace

void HttpsConnection::FreeSsl::operator()(ssl_st* ssl) const { SSL_free(ssl); }

HttpsConnection::HttpsConnection(loop::UniqueFd fd, ssl_ctx_st* context)
    : fd_(std::move(fd)), ssl_(SSL_new(context)) {
  require(ssl_ != nullptr && SSL_set_fd(ssl_.get(), fd_.get()) == 1, "no TLS");
}

HttpsConnection::~HttpsConnection() {
  if (SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
}

bool HttpsConnection::accept_tls() { return SSL_accept(ssl_.get()) == 1; }

std::string HttpsConnection::server_name() const {
  const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

std::string HttpsConnection::read_request() {
  std::string request;
  std::array<char, 1024> buffer;
  while (request.find("\r\n\r\n") == std::string::npos) {
    const int got = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (got <= 0) return "";
    request.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return request;
}

bool HttpsConnection::send(std::string_view octets) {
  return SSL_write(ssl_.get(), octets.data(), static_cast<int>(octets.size())) > 0;
}

bool HttpsConnection::send_plain(std::string_view octets) {
  return ::send(fd_.get(), octets.data(), octets.size(), MSG_NOSIGNAL) > 0;
}

void HttpsConnection::wait_for_end() {
  std::array<char, 1024> buffer;
  while (::recv(fd_.get(), buffer.data(), buffer.size(), 0) > 0) {
  }
}

void HttpsConnection::reset_at_end() {
  const linger at_once{1, 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void HttpsServer::FreeContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

HttpsServer::HttpsServer(Script script, const IpAddress& address,
                         const CertificateOptions& certificate)
    : address_(address), script_(std::move(script)), context_(SSL_CTX_new(TLS_server_method())) {
  const Certificate own(certificate);
  fingerprint_ = own.fingerprint();
  SSL_CTX_set_security_level(context_.get(), 0);
  require(SSL_CTX_use_certificate(context_.get(), own.certificate.get()) == 1 &&
              SSL_CTX_use_PrivateKey(context_.get(), own.key.get()) == 1,
          "no certificate");
  listen();
  acceptor_ = std::thread([this] { accept_all(); });
}

HttpsServer::~HttpsServer() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    for (const int fd : descriptors_) ::shutdown(fd, SHUT_RDWR);
  }
  ::shutdown(listening_.get(), SHUT_RDWR);  // accept() fails now
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
}

void HttpsServer::listen() {
  const SocketAddress place(address_, 0);
  listening_.reset(::socket(place.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  require(::bind(listening_.get(), place.get(), place.size()) == 0, "cannot bind");
  require(::listen(listening_.get(), SOMAXCONN) == 0, "cannot listen");
  port_ = port_of(listening_.get());
}

void HttpsServer::accept_all() {
  block_sigpipe();
  while (true) {
    loop::UniqueFd fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!fd) return;
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    descriptors_.push_back(fd.get());
    ++accepted_;
    ++open_;
    threads_.emplace_back([this, raw = fd.release()] { serve(loop::UniqueFd(raw)); });
  }
}

void HttpsServer::serve(loop::UniqueFd fd) {
  const int number = fd.get();
  HttpsConnection connection(std::move(fd), context_.get());
  script_(connection);
  const std::lock_guard lock(mutex_);
  descriptors_.erase(std::find(descriptors_.begin(), descriptors_.end(), number));
  --open_;
}

std::string http_answer(std::string_view status, std::string_view body) {
  return "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

HttpsServer::Script give(std::string answer) {
  return [answer = std::move(answer)](HttpsConnection& connection) {
    if (!connection.accept_tls() || connection.read_request().empty()) return;
    connection.send(answer);
  };
}

}  // namespace liqo::test
