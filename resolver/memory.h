#pragma once

#include <cstddef>

namespace liqo {

/// Anonymous resident memory of a process in octets (RssAnon of proc(5)); 0 where it cannot be
/// read. What the process owns itself, without the pages of libraries that it shares.
std::size_t rss_anon(int pid);

/// Of a larger process, in octets, give_back_memory() gives nothing back: malloc_trim(3) takes a
/// millisecond or two for each 10 MB, in which no other thread can allocate, and so nobody is
/// served. 10,000 clusters and their texts are half of this.
inline constexpr std::size_t kLargestToTrim = std::size_t{128} * 1024 * 1024;

/// Gives this process's free memory back to the kernel. For who has just freed thousands of small
/// pieces that lay between others: glibc gives back by itself only what is free at the end of its
/// heap. From any thread.
void give_back_memory();

}  // namespace liqo
