#pragma once

#include <cstddef>

#include "resolver/dnssd/sighting.h"

namespace liqo {

/// Brings what a source told into the registry's form: addresses sorted, each once, so that the
/// order of an answer's records makes no difference; a LAN's link-local ones with the zone of their
/// interface; unusable ones left out (addresses.h), so that no consumer or prober ever sees them.
/// Returns how many were left out.
std::size_t normalise(Sighting& sighting);

/// Whether two observations under one key say the same. TTLs are no part of it: they differ in
/// every answer.
bool same_content(const Sighting& a, const Sighting& b);

}  // namespace liqo
