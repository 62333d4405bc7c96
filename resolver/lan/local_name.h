#pragma once

#include <string_view>

#include "resolver/dnssd/domain_name.h"

namespace liqo::lan {

/// The name `text` below "local" (RFC 6762 section 3). `text` is ours: of labels that fit.
DomainName local_name(std::string_view text);

}  // namespace liqo::lan
