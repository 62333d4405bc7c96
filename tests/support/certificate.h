#pragma once

#include <chrono>
#include <memory>
#include <string>

struct evp_pkey_st;
struct x509_st;

namespace liqo::test {

struct CertificateOptions {
  std::chrono::seconds valid_from = -std::chrono::hours(1);  ///< since now
  std::chrono::seconds valid_until = std::chrono::hours(1);
  bool weak = false;  ///< RSA with 1,024 bits and SHA-1, else P-256 and SHA-256
};

/// A self-signed certificate of "liqo-auth" and its key, made now.
struct Certificate {
  struct Free {
    void operator()(evp_pkey_st* key) const;
    void operator()(x509_st* certificate) const;
  };
  std::unique_ptr<evp_pkey_st, Free> key;
  std::unique_ptr<x509_st, Free> certificate;

  explicit Certificate(const CertificateOptions& options);
  /// "sha256:<64 hex digits>"
  [[nodiscard]] std::string fingerprint() const;
};

}  // namespace liqo::test
