#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "resolver/dnssd/cluster_id.h"
#include "resolver/dnssd/domain_name.h"
#include "resolver/dnssd/ip_address.h"
#include "resolver/dnssd/service.h"
#include "resolver/dnssd/txt_record.h"

namespace liqo {

enum class Source : std::uint8_t { kLan, kDns, kManual };
/// "lan", "dns", "manual"
std::string_view to_string(Source source);

/// How a positive proof was had.
enum class EvidenceMethod : std::uint8_t {
  kMdns,    ///< Avahi heard it announced
  kCached,  ///< no proof: Avahi holds it from before, or what changed is that some of it went
  kQuery,   ///< our own one-shot question was answered
  kDns,     ///< a DNS answer
  kIds,     ///< GET /ids
  kTcp,     ///< a TCP connect to the SRV port
  kManual,  ///< no proof: a user said so
};
std::string_view to_string(EvidenceMethod method);
/// Whether it proves that somebody is there.
constexpr bool is_proof(EvidenceMethod method) {
  return method != EvidenceMethod::kCached && method != EvidenceMethod::kManual;
}

/// Why a sighting or a cluster went, as `watch` names it.
enum class Gone : std::uint8_t {
  kWithdrawnOrExpired,  ///< a goodbye or a TTL that ran out: Avahi does not tell which
  kLinkDown,
  kNoAnswer,  ///< suspected, asked, silent
  kNxdomain,
  kExpired,
  kRemoved,  ///< the user's wish, by configuration or `remove`
  kLimit,
};
/// "withdrawn-or-expired", ...
std::string_view to_string(Gone reason);

/// What validation says of DNS records (RFC 4033 section 5). The greater decides where one sighting
/// is made of several records.
enum class Dnssec : std::uint8_t { kSecure, kInsecure, kIndeterminate, kBogus };
/// "secure", "insecure", "indeterminate", "bogus"
std::string_view to_string(Dnssec status);

/// Names one observation: of one service instance, by one source, on one interface, through one
/// address family of transport.
struct SightingKey {
  Source source = Source::kLan;
  Service service = Service::kAuth;
  Family family = Family::kIpv4;  ///< of the LAN's transport; kIpv4 for other sources
  std::uint32_t interface = 0;    ///< index; 0 where the source has no interface
  DomainName domain;              ///< "local", or the browsing domain
  std::string instance;           ///< raw octets of the instance label
  /// What tells the SRV records of one instance apart, where the source sees all of them: DNS.
  /// Target and port, behind the owner where that is not as the instance and the domain say; for
  /// machines to compare. Empty on the LAN.
  std::string record{};

  friend bool operator==(const SightingKey&, const SightingKey&);
  friend bool operator<(const SightingKey&, const SightingKey&);
};

/// One observation with all that its source knows of it. A value.
struct Sighting {
  /// An answer may list any number of addresses; more than this are left out.
  static constexpr std::size_t kMaxAddresses = 64;

  SightingKey key;
  std::string interface_name;
  DomainName target_host;
  std::uint16_t port = 0;
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  std::vector<IpAddress> addresses;  ///< as told, in the order received; not yet judged
  TxtRecord txt;
  /// Seconds until the first of its records expires, when it was told; nothing on the LAN, where
  /// Avahi does not tell.
  std::optional<std::uint32_t> ttl;
  std::optional<Dnssec> dnssec;  ///< nothing where it was not asked for
  /// Its instance label is no cluster id but a user's or a zone's word (entries by hand; zones of
  /// Liqo 0.1 to 0.4): unless its TXT tells, only /ids can.
  bool unnamed = false;

  [[nodiscard]] std::optional<ClusterId> cluster_id() const {
    return cluster_id_of(key.instance, txt);
  }
};

/// Where sources put what they find. Implemented by the agent, never by a source.
class SightingSink {
 public:
  virtual ~SightingSink() = default;

  /// Seen, with all that is known; also on every change of it. Counts as evidence.
  virtual void seen(Sighting sighting, EvidenceMethod method) = 0;
  /// No longer seen.
  virtual void unseen(const SightingKey& key, Gone reason) = 0;
  /// The source cannot see any more (its daemon is gone); what it told stays, for a while.
  virtual void source_lost(Source source) = 0;
  /// The source can see, and has told everything it knows: what was not told again is in doubt.
  virtual void source_synced(Source source) = 0;
  /// The source has a positive answer that lists every instance of a service in a domain, and has
  /// told those: what was not told again is gone. DNS only.
  virtual void domain_listed(Source source, const DomainName& domain, Service service) = 0;
};

}  // namespace liqo
