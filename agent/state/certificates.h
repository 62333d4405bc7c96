#pragma once

#include <cstddef>
#include <string>

#include "agent/registry/identity.h"
#include "resolver/result.h"

/// The certificates that are known for cluster ids, kept over restarts whether the clusters are
/// there or not. One JSON document, in certificates.json:
///
///   {"version":1,"certificates":[
///   {"id":"8b4b...","fingerprints":["sha256:..."],"confirmed":1795424400000}]}
///
/// Times are milliseconds since 1970.
namespace liqo::state {

inline constexpr std::string_view kCertificatesName = "certificates.json";
/// 16,384 ids with four fingerprints each are 7 MiB.
inline constexpr std::size_t kMaxCertificatesOctets = std::size_t{16} << 20;

/// Whole or not at all; blocks for as long as the disk takes. kIo.
Result<void> write_certificates(const std::string& directory, const CertificateBook& certificates);

/// kNotFound where there is no file, kMalformed where any part of it is not as above, kIo.
Result<CertificateBook> read_certificates(const std::string& directory);

}  // namespace liqo::state
