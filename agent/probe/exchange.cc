#include "agent/probe/exchange.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cassert>

#include "agent/probe/exchange_error.h"

namespace liqo::probe {
namespace {

/// RFC 1035 section 2.3.4, without the length of the first label and the root.
constexpr std::size_t kMaxHost = 253;

std::string in_url(const IpAddress& address) {
  const std::string text = IpAddress::from_octets(address.octets())->to_string();  // no zone
  return address.family() == Family::kIpv6 ? "[" + text + "]" : text;
}

/// `host` as it stands in a URL. What cannot stand there, for an SRV record may name anything,
/// gives way to the address: Liqo asks by address too.
std::string host_in_url(std::string_view host, const IpAddress& address) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const bool plain = std::all_of(host.begin(), host.end(), [](char octet) {
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= '0' && octet <= '9') || octet == '-' || octet == '_' || octet == '.';
  });
  if (!plain || host.empty() || host.size() > kMaxHost) return in_url(address);
  return std::string(host);
}

}  // namespace

std::unique_ptr<Exchange> Exchange::create(const CurlLibrary& curl, loop::UniqueFd connected,
                                           const Target& target, const HttpsOptions& options) {
  CURL* easy = curl.easy_init();
  if (easy == nullptr) return nullptr;
  std::unique_ptr<Exchange> exchange(new Exchange(curl, std::move(connected), options, easy));
  if (!exchange->set_up(target)) return nullptr;
  return exchange;
}

Exchange::Exchange(const CurlLibrary& curl, loop::UniqueFd connected, const HttpsOptions& options,
                   CURL* easy)
    : curl_(curl),
      easy_(easy),
      connected_(std::move(connected)),
      max_body_(options.max_body),
      header_room_(options.max_headers) {}

Exchange::~Exchange() {
  curl_.easy_cleanup(easy_);
  curl_.slist_free_all(connect_to_);
}

bool Exchange::set_up(const Target& target) {
  return set_request(target) && set_isolation() && set_callbacks();
}

bool Exchange::set_request(const Target& target) {
  assert(target.path.starts_with('/'));
  const std::string authority =
      host_in_url(target.host, target.address) + ":" + std::to_string(target.port);
  // An address to connect to, whatever the name: nothing is left to resolve. The connection is
  // there already, so it is not even used.
  connect_to_ = curl_.slist_append(nullptr, ("::" + in_url(target.address) + ":").c_str());
  return connect_to_ != nullptr && set(CURLOPT_CONNECT_TO, connect_to_) &&
         set(CURLOPT_URL, ("https://" + authority + target.path).c_str()) &&
         set(CURLOPT_USERAGENT, "liqo-discovery");
}

/// Nothing from the environment or from files, nothing to others, nothing kept.
bool Exchange::set_isolation() {
  const char* const none = nullptr;
  return set(CURLOPT_PROTOCOLS_STR, "https") && set(CURLOPT_PATH_AS_IS, 1L) &&
         set(CURLOPT_FOLLOWLOCATION, 0L) &&
         set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1}) && set(CURLOPT_PROXY, "") &&
         set(CURLOPT_NOPROXY, "*") && set(CURLOPT_NETRC, long{CURL_NETRC_IGNORED}) &&
         set(CURLOPT_NOSIGNAL, 1L) && set(CURLOPT_FRESH_CONNECT, 1L) &&
         set(CURLOPT_FORBID_REUSE, 1L) && set(CURLOPT_SSL_SESSIONID_CACHE, 0L) &&
         set(CURLOPT_SSL_VERIFYPEER, 0L) && set(CURLOPT_SSL_VERIFYHOST, 0L) &&
         set(CURLOPT_CAINFO, none) && set(CURLOPT_CAPATH, none);
}

bool Exchange::set_callbacks() {
  const curl_write_callback body = [](char* octets, std::size_t, std::size_t size, void* self) {
    return static_cast<Exchange*>(self)->add_body({octets, size}) ? size : 0;
  };
  const curl_write_callback header = [](char* octets, std::size_t, std::size_t size, void* self) {
    return static_cast<Exchange*>(self)->add_header({octets, size}) ? size : 0;
  };
  const curl_opensocket_callback socket = [](void* self, curlsocktype, curl_sockaddr*) {
    return static_cast<Exchange*>(self)->connected_.release();
  };
  const curl_sockopt_callback connected = [](void*, curl_socket_t, curlsocktype) {
    return CURL_SOCKOPT_ALREADY_CONNECTED;
  };
  const curl_ssl_ctx_callback tls = [](CURL*, void* context, void* self) {
    static_cast<Exchange*>(self)->prepare_tls(static_cast<SSL_CTX*>(context));
    return CURLE_OK;
  };
  const curl_prereq_callback request = [](void* self, char*, char*, int, int) {
    static_cast<Exchange*>(self)->tls_since_ = BootClock::now();
    return CURL_PREREQFUNC_OK;
  };
  return set(CURLOPT_WRITEFUNCTION, body) && set(CURLOPT_WRITEDATA, this) &&
         set(CURLOPT_HEADERFUNCTION, header) && set(CURLOPT_HEADERDATA, this) &&
         set(CURLOPT_OPENSOCKETFUNCTION, socket) && set(CURLOPT_OPENSOCKETDATA, this) &&
         set(CURLOPT_SOCKOPTFUNCTION, connected) && set(CURLOPT_SSL_CTX_FUNCTION, tls) &&
         set(CURLOPT_SSL_CTX_DATA, this) && set(CURLOPT_PREREQFUNCTION, request) &&
         set(CURLOPT_PREREQDATA, this) && set(CURLOPT_ERRORBUFFER, reason_.data());
}

bool Exchange::add_body(std::string_view octets) {
  too_long_ = too_long_ || octets.size() > max_body_ - body_.size();
  if (!too_long_) body_ += octets;
  return !too_long_;
}

bool Exchange::add_header(std::string_view line) {
  too_long_ = too_long_ || line.size() > header_room_;
  if (!too_long_) header_room_ -= line.size();
  return !too_long_;
}

/// Whose certificate it is nobody can tell, so its chain is not looked at, and how strong it is
/// does not matter.
void Exchange::prepare_tls(ssl_ctx_st* context) {
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_cert_verify_callback(
      context,
      [](X509_STORE_CTX* store, void* self) {
        static_cast<Exchange*>(self)->take_certificate(X509_STORE_CTX_get0_cert(store));
        return 1;
      },
      this);
}

void Exchange::take_certificate(const x509_st* leaf) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (leaf == nullptr || X509_digest(leaf, EVP_sha256(), digest.data(), &size) != 1) return;
  constexpr std::string_view kDigits = "0123456789abcdef";
  fingerprint_ = "sha256:";
  for (unsigned i = 0; i < size; ++i) {
    fingerprint_ += kDigits[digest[i] >> 4];
    fingerprint_ += kDigits[digest[i] & 0xFU];
  }
}

int Exchange::status() const {
  long status = 0;
  curl_.easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

Error Exchange::error(CURLcode code) const {
  if (tls_since_) return answer_error({code, status(), too_long_});
  const char* plain = reason_[0] == '\0' ? curl_.easy_strerror(code) : reason_.data();
  return tls_error(code, plain);
}

}  // namespace liqo::probe
