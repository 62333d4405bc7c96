#include "agent/names/files.h"
#include "agent/names/replaced_file.h"

namespace liqo::names {

Result<void> write_hosts_file(const std::string& directory, const NameTable& table,
                              std::string_view suffix, const std::stop_token& stop) {
  constexpr std::size_t kBlock = 64 * 1024;  // what is gathered before a write
  Result<ReplacedFile> file = ReplacedFile::create(directory, kHostsFile);
  if (!file) return file.error();

  std::string text = "# The Liqo clusters that liqo-discoveryd knows, below ";
  text.append(suffix);
  text += "\n# Replaced at every change. Link-local IPv6 addresses are left out.\n";
  for (const NameRecord& record : table.names) {
    for (const IpAddress& address : *record.addresses) {
      if (address.family() == Family::kIpv6 && address.is_link_local()) continue;
      text += address.to_string();
      text += '\t';
      text += record.name;
      text += '\n';
    }
    if (text.size() < kBlock) continue;
    if (stop.stop_requested()) return {};
    if (Result<void> written = file->write(text); !written) return written;
    text.clear();
  }
  if (Result<void> written = file->write(text); !written) return written;
  return file->commit();
}

}  // namespace liqo::names
