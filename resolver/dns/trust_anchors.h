#pragma once

#include <string>
#include <vector>

#include "resolver/dnssd/domain_name.h"
#include "resolver/result.h"

namespace liqo::dns {

/// Whose keys a trust anchor file holds: the owners of its DS and DNSKEY records, each once. One
/// line where it cannot be read, is larger than any such file, or holds none.
Result<std::vector<DomainName>> read_trust_anchors(const std::string& file);

}  // namespace liqo::dns
