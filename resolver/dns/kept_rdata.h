#pragma once

#include <cstddef>
#include <vector>

#include "resolver/dns/rdata_set.h"
#include "resolver/dnssd/rdata.h"

namespace liqo::dns {

/// SRV records of an instance that are of use. A service that is spread over more hosts than this
/// is no cluster's endpoint; the most preferred are kept (RFC 2782).
inline constexpr std::size_t kMaxOffers = 8;

/// The SRV records that offer the service, in the order of RFC 2782; kMaxOffers at most.
std::vector<SrvData> offers(const RdataSet& set);

/// Leaves of a record set what is ever read of it, for a zone may publish 64 KiB of each: the SRV
/// records that offers() gives, the first TXT record, the first Sighting::kMaxAddresses addresses.
/// A TXT record over TxtRecord::kMaxOctets becomes a short one that reads as truncated() too. A
/// listing stays whole.
void drop_unread(RdataSet& set, RecordType type);

/// The least that still names an endpoint: one record, its TXT as one that is truncated().
void drop_all_but_least(RdataSet& set, RecordType type);

}  // namespace liqo::dns
