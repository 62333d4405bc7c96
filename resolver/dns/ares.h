#pragma once

// ares_send() and the socket functions are deprecated since c-ares 1.34 in favour of what Debian 12
// has not.
#define CARES_NO_DEPRECATED
#include <ares.h>
