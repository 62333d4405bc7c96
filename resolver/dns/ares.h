#pragma once

// ares_send() and the socket functions are deprecated since c-ares 1.34 in favour of what Debian 12
// has not.
#define CARES_NO_DEPRECATED
#include <ares.h>

namespace liqo::dns {

/// The rewritten c-ares of Debian 13, as far as it differs here: it has timers that follow the
/// server's pace, reads and rewrites every record (AresInbox), and asks for no name that is no
/// host's (create_any_name_transport()).
inline constexpr bool kNewAres = ARES_VERSION >= 0x012000;  // 1.32

}  // namespace liqo::dns
