#pragma once

#include <cstddef>

namespace liqo {

/// Anonymous resident memory of a process in octets (RssAnon of proc(5)); 0 where it cannot be
/// read. What the process owns itself, without the pages of libraries that it shares.
std::size_t rss_anon(int pid);

}  // namespace liqo
