#include "agent/warnings.h"

#include <spdlog/spdlog.h>

namespace liqo {

bool Warnings::tell(const std::string& message, std::uint64_t total, Now now) {
  Entry& entry = entries_.try_emplace(message).first->second;
  if (total == 0 || entry.count == total) return false;
  const bool fresh = entry.count == 0;
  entry.count = total;
  entry.last = now.wall;
  if (!fresh && now.boot - entry.logged < kLogInterval) return false;
  entry.logged = now.boot;
  spdlog::warn("{} ({} so far)", message, total);
  return true;
}

}  // namespace liqo
