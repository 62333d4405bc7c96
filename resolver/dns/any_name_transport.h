#pragma once

#include <functional>
#include <memory>

#include "resolver/dns/transport.h"

namespace liqo::dns {

/// Two ways as one: names of letters, digits, hyphens and underscores go by `plain`, all others by
/// `other`, which is made when the first of them is asked for. c-ares 1.34 writes none but host
/// names, and an instance's label may hold any octets (RFC 6763 section 4.1.1).
///
/// What `other` says of an answer's validity is not told: nobody asked it for that.
std::shared_ptr<Transport> create_any_name_transport(
    std::shared_ptr<Transport> plain, std::function<std::shared_ptr<Transport>()> make_other);

}  // namespace liqo::dns
