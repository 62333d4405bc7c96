#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/dnssd/domain_name.h"
#include "resolver/result.h"

namespace liqo::dns {

/// A key that validation of a zone begins with (RFC 4033 section 2). A value.
struct TrustAnchor {
  static constexpr std::size_t kMaxFileOctets = 64 * 1024;  ///< some hundred keys

  DomainName zone;
  /// A DS or DNSKEY record in presentation form, on one line, its fields checked.
  std::string record;
  friend bool operator==(const TrustAnchor&, const TrustAnchor&) = default;
};

/// Reads DS and DNSKEY records in presentation form (RFC 1035 section 5.1, RFC 4034 sections 2.2
/// and 5.3), as in the key files of dnssec-keygen and ldns-keygen, the dsset of dnssec-signzone,
/// and the root.key of dns-root-data and of unbound-anchor. Names are absolute. Other records are
/// skipped, and so are keys of algorithms that not every build of libunbound validates: it would
/// take the names below them for unsigned. kMalformed where nothing is left.
Result<std::vector<TrustAnchor>> parse_trust_anchors(std::string_view text);

/// As parse_trust_anchors(), of a file, which the error names.
Result<std::vector<TrustAnchor>> read_trust_anchors(const std::string& file);

}  // namespace liqo::dns
