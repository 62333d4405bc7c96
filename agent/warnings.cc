#include "agent/warnings.h"

#include <spdlog/spdlog.h>

namespace liqo {

bool Warnings::tell(const std::string& message, std::uint64_t total, Now now) {
  if (total == 0) return false;
  auto [place, fresh] = entries_.try_emplace(message);
  Entry& entry = place->second;
  if (entry.count == total) return false;
  entry.count = total;
  entry.last = now.wall;
  if (!fresh && now.boot - entry.logged < kLogInterval) return false;
  entry.logged = now.boot;
  spdlog::warn("{} ({} so far)", message, total);
  return true;
}

}  // namespace liqo
