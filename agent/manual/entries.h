#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "agent/manual/auth_url.h"
#include "resolver/dnssd/cluster_id.h"
#include "resolver/dnssd/sighting.h"
#include "resolver/result.h"
#include "resolver/time.h"

namespace liqo::manual {

/// A cluster that a user added by hand. A value.
struct Entry {
  AuthUrl url;
  std::string name;  ///< as the user gave it, of printable text; may be empty
  ClusterId id;      ///< as its server named it; empty until it did
  WallTime added;
  friend bool operator==(const Entry&, const Entry&) = default;
};

using Entries = std::vector<Entry>;

/// The end where there is none.
Entries::iterator find_url(Entries& entries, const std::string& url);

/// More than anybody adds by hand; each is asked now and then.
inline constexpr std::size_t kMaxEntries = 1024;
/// "name=" and the name are one TXT string (RFC 1035 section 3.3).
inline constexpr std::size_t kMaxNameOctets = 250;

/// The label that stands for its cluster until its server named the id: made of the URL, the same
/// after every restart. No name: that could be the id of another.
std::string provisional_label(const Entry& entry);

/// What the registry is told of it: an auth endpoint, with what the user and its server told as
/// TXT. Unnamed until the id is known.
Sighting sighting_of(const Entry& entry, std::vector<IpAddress> addresses);

inline constexpr std::string_view kFileName = "manual.json";

/// The entries of manual.json in `directory`:
///
///   {"version":1,"entries":[
///   {"url":"https://...","name":"milan","id":"8b4b...","added":1795424400000}
///   ],"checksum":"crc32:0123abcd"}
///
/// Times are milliseconds since 1970; name and id are left out where they are empty. The checksum
/// is over all octets before its line. kNotFound where there is no file, kMalformed where any of it
/// is not as above, kIo.
Result<Entries> read_entries(const std::string& directory);

/// Whole or not at all, on the disk when it returns. Blocks for as long as that takes. kIo.
Result<void> write_entries(const std::string& directory, const Entries& entries);

}  // namespace liqo::manual
