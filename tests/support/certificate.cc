#include "tests/support/certificate.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <cstdio>
#include <stdexcept>

namespace liqo::test {
namespace {

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("certificate: ") + what);
}

void add_name(X509* certificate) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>("liqo-auth");
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1, "no name");
  require(X509_set_issuer_name(certificate, name) == 1, "no issuer");
}

}  // namespace

void Certificate::Free::operator()(evp_pkey_st* freed) const { EVP_PKEY_free(freed); }
void Certificate::Free::operator()(x509_st* freed) const { X509_free(freed); }

Certificate::Certificate(const CertificateOptions& options)
    : key(options.weak ? EVP_RSA_gen(1024) : EVP_EC_gen("P-256")), certificate(X509_new()) {
  require(key != nullptr && certificate != nullptr, "no key");
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), options.valid_from.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), options.valid_until.count());
  X509_set_pubkey(certificate.get(), key.get());
  add_name(certificate.get());
  const EVP_MD* digest = options.weak ? EVP_sha1() : EVP_sha256();
  require(X509_sign(certificate.get(), key.get(), digest) > 0, "not signed");
}

std::string Certificate::fingerprint() const {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate.get(), &der);
  require(size > 0, "no DER");
  std::array<unsigned char, 32> digest{};
  EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), nullptr, EVP_sha256(), nullptr);
  OPENSSL_free(der);
  std::string text = "sha256:";
  std::array<char, 3> digits{};
  for (const unsigned char octet : digest) {
    std::snprintf(digits.data(), digits.size(), "%02x", octet);
    text += digits.data();
  }
  return text;
}

}  // namespace liqo::test
