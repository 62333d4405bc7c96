#pragma once

#include <string>
#include <vector>

#include "resolver/dnssd/advert.h"
#include "resolver/lan/messages.h"
#include "resolver/link/links.h"

/// What is published on one link. Pure.
namespace liqo::lan {

/// On PTR, SRV and TXT alike: Liqo takes the TTL of the last of them for the cluster's, and deletes
/// a peered cluster whose TTL passes between two of its questions, 30 to 90 s apart.
inline constexpr std::uint32_t kServiceTtl = 300;
/// RFC 6762 section 10.
inline constexpr std::uint32_t kAddressTtl = 120;

/// "<id>", and after conflicts "<id> #2" (RFC 6763 appendix D), cut to fit a label.
std::string instance_label(const ClusterId& id, unsigned number);
/// "node1.local", and after conflicts "node1-2.local" (RFC 6762 section 9).
DomainName numbered_host(const DomainName& host, unsigned number);

/// PTR, SRV and TXT of every endpoint, the entry of its type for section 9 of RFC 6763, and the
/// address of targets that were given one. `host` is this host's own name.
std::vector<PublishedRecord> service_records(const Advert& advert, const std::string& instance,
                                             const DomainName& host);

/// Whether an endpoint is reached by this host's own name.
bool uses_own_host(const Advert& advert);

/// The addresses of this host on a link, for the embedded stack, which publishes none by itself:
/// every IPv4 address; IPv6 link-local ones only where there is no other (as avahi-daemon does).
std::vector<PublishedRecord> host_records(const link::Link& link, const DomainName& host);

}  // namespace liqo::lan
