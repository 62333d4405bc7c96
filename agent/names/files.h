#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "agent/names/name_table.h"
#include "resolver/result.h"
#include "resolver/time.h"

namespace liqo::names {

/// The two files in the runtime directory. Each is written beside its place and renamed into it,
/// mode 0644, so that a reader sees the old one or the new one, whole. Nothing is synced to disk:
/// the directory is a tmpfs, and a file that a crash left empty elsewhere has no magic or no lease
/// to be believed by. A failure leaves the old file as it was, and so does a request to stop: then
/// the result says nothing.
inline constexpr std::string_view kSnapshotFile = "hosts.cdb";
inline constexpr std::string_view kHostsFile = "hosts";

/// hosts.cdb (nss/snapshot.h), with a lease from `now` on. kIo.
Result<void> write_snapshot(const std::string& directory, const NameTable& table,
                            std::string_view suffix, BootTime now,
                            const std::stop_token& stop = {});

/// hosts(5): a line for each address. Link-local IPv6 addresses are left out: the format has no
/// place for their zone, and its readers either refuse "%eth0" (glibc's files, dnsmasq) or would
/// hand out an address that cannot be connected to. kIo.
Result<void> write_hosts_file(const std::string& directory, const NameTable& table,
                              std::string_view suffix, const std::stop_token& stop = {});

/// Whether a snapshot is there that the NSS module believes at `now`.
bool snapshot_holds(const std::string& directory, BootTime now);

}  // namespace liqo::names
