#include "agent/state/cluster_json.h"
#include "agent/state/crc32.h"
#include "agent/state/state_file.h"
#include "agent/state/whole_file.h"

namespace liqo::state {

Result<void> write_state(const std::string& directory, const Clusters& clusters, WallTime now) {
  NewFile file(directory + "/" + std::string(kFileName));
  if (!file.opened()) return file.error("create");

  Crc32 checksum;
  const auto append = [&](std::string_view octets) {
    checksum.add(octets);
    return file.append(octets);
  };
  bool good = append("{\"version\":" + std::to_string(kVersion) + ",\"saved\":" +
                     std::to_string(now.time_since_epoch().count()) + ",\"clusters\":[\n");
  bool first = true;
  for (const auto& cluster : clusters) {
    const std::string line = to_line(*cluster);
    if (line.empty()) continue;
    // The end is short: "\n", the checksum's line.
    if (file.written() + line.size() + 256 > kMaxFileOctets) break;
    good = good && (first || append(",\n")) && append(line);
    first = false;
  }
  good = good && (first || append("\n"));
  good = good && file.append("],\"checksum\":\"crc32:" + checksum.hex() + "\"}\n");
  if (!good) return file.error("write");
  return file.commit();
}

}  // namespace liqo::state
