#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/dnssd/cluster_id.h"
#include "resolver/dnssd/sighting.h"
#include "resolver/time.h"

namespace liqo {

/// What is known of who is behind an authentication endpoint, and by it behind a cluster. TLS is
/// unverified there, as Liqo's self-signed certificates demand: confirmed is continuity, not proof.
enum class Identity : std::uint8_t {
  kConfirmed,  ///< it named the cluster's id, under a certificate known for that id
  kClaimed,    ///< not asked, or out of reach
  kMismatch,   ///< it named another id
  kChanged,    ///< it named the id, under another certificate than those known for it
};
std::string_view to_string(Identity identity);

/// Whether what was told under this verdict may be used.
constexpr bool is_refuted(Identity identity) {
  return identity == Identity::kMismatch || identity == Identity::kChanged;
}

/// What an authentication endpoint answered when it was asked who it is (GET /ids). A value that is
/// shared and never altered.
struct IdsAnswer {
  ClusterId id;
  std::string name;         ///< raw octets; may be empty
  std::string fingerprint;  ///< of its certificate: "sha256:..."
  WallTime time;
  Identity verdict = Identity::kClaimed;  ///< the registry's
};

/// The certificates that are known for one cluster id.
struct KnownCertificates {
  /// A cluster behind an ingress has two, one of which is renewed every 60 days.
  static constexpr std::size_t kMax = 4;

  /// "sha256:...": the one first seen, then those that a user accepted, oldest first. Never empty.
  std::vector<std::string> fingerprints;
  WallTime confirmed;  ///< when one of them was last shown

  [[nodiscard]] bool has(std::string_view fingerprint) const {
    return std::find(fingerprints.begin(), fingerprints.end(), fingerprint) != fingerprints.end();
  }
  friend bool operator==(const KnownCertificates&, const KnownCertificates&) = default;
};

/// By cluster id; they outlive the clusters themselves.
using CertificateBook = std::map<ClusterId, KnownCertificates, std::less<>>;

/// Whether two sightings of an authentication endpoint are of one and the same: whoever answers for
/// the one answers for the other.
bool same_auth_endpoint(const Sighting& a, const Sighting& b);

}  // namespace liqo
