#pragma once

#include <cstddef>
#include <optional>

#include "resolver/dnssd/sighting.h"
#include "resolver/time.h"

namespace liqo {

/// Brings what a source told into the registry's form: addresses sorted, each once, so that the
/// order of an answer's records makes no difference; a LAN's link-local ones with the zone of their
/// interface; unusable ones left out (addresses.h), so that no consumer or prober ever sees them.
/// Returns how many were left out.
std::size_t normalise(Sighting& sighting);

/// When an instance in DNS is to be taken for gone: its TXT `until=<unix time>`. Its agent renews
/// it while it lives, and no server removes it when it does not. Nothing on the LAN.
std::optional<WallTime> until_of(const Sighting& sighting);

/// Whether two observations under one key say the same. TTLs are no part of it: they differ in
/// every answer.
bool same_content(const Sighting& a, const Sighting& b);
/// Whether one is no news to who knows the other: what an agent that registers in a zone renews
/// there (TXT `until=` and `lease.<tag>=`) is a proof, and no change.
bool same_news(const Sighting& a, const Sighting& b);

}  // namespace liqo
