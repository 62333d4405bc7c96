#include "resolver/memory.h"

#include <malloc.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace liqo {

std::size_t rss_anon(int pid) {
  if (pid <= 0) return 0;
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    std::size_t kilobytes = 0;
    if (word == "RssAnon:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

void give_back_memory() {
  if (rss_anon(::getpid()) <= kLargestToTrim) ::malloc_trim(0);
}

}  // namespace liqo
