#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "resolver/dnssd/domain_name.h"
#include "resolver/dnssd/ip_address.h"
#include "resolver/dnssd/rdata.h"
#include "resolver/result.h"

/// What the agent and its LAN helper say to each other, over a SOCK_SEQPACKET pair: one message a
/// packet. The agent decides everything; the helper only drives Avahi and holds no state that the
/// agent could not tell it again. Each side treats the other's bytes as hostile.
namespace liqo::lan {

enum class Backend : std::uint8_t { kAuto, kEmbedded, kAvahiDaemon };
std::string_view to_string(Backend backend);

// --- agent to helper -------------------------------------------------------------------------

/// First message; again when a value changed (the embedded stack then starts anew).
struct Configure {
  Backend backend = Backend::kAuto;
  std::string host_name;                ///< single label for the embedded stack's own name
  std::vector<std::string> interfaces;  ///< exact names that the embedded stack may use
  friend bool operator==(const Configure&, const Configure&) = default;
};

/// Follow all records of this name and type, on every interface and over both families.
struct Watch {
  /// Chosen by the agent, and best never used again: of a watch and an event that cross on their
  /// way, neither is then taken for another. One that is in use ends both watches with kFailed.
  std::uint32_t id = 0;
  DomainName name;
  RecordType type = RecordType::kPtr;
};

/// An unknown id is no mistake: the helper may have forgotten it meanwhile.
struct Unwatch {
  std::uint32_t id = 0;
};

struct PublishedRecord {
  DomainName name;
  RecordType type = RecordType::kPtr;
  std::uint32_t ttl = 0;  ///< seconds
  bool unique = false;    ///< probed for, and announced with the cache-flush bit
  std::string rdata;      ///< uncompressed
};

/// Publish a group of records, all or none, on one interface; replaces the group of this id. Where
/// nothing but rdata changed, and the key of each such record is alone in the group, it is
/// announced as a change; else the old group is withdrawn first. avahi-daemon takes 32 records a
/// group.
struct Publish {
  std::uint32_t id = 0;
  std::uint32_t interface = 0;  ///< index; 0 for all
  std::vector<PublishedRecord> records;
};

struct Unpublish {
  std::uint32_t id = 0;
};

using ToHelper = std::variant<Configure, Watch, Unwatch, Publish, Unpublish>;

// --- helper to agent -------------------------------------------------------------------------

enum class BackendState : std::uint8_t {
  kConnecting,  ///< no daemon yet, or it went; every watch and group is forgotten
  kRunning,     ///< tell watches and groups now; told again when host_name changed, and then all
                ///< that was told stands
  kFailed,      ///< this backend cannot work here; detail says why. Tried again by itself
};

struct BackendReport {
  Backend backend = Backend::kAvahiDaemon;  ///< the one in use, never kAuto
  BackendState state = BackendState::kConnecting;
  /// This host's own name, "node1.local". avahi-daemon publishes its addresses; the embedded stack
  /// publishes nothing but the agent's groups.
  DomainName host_name;
  std::string detail;  ///< version of the stack, or the reason
};

struct RecordReport {
  std::uint32_t watch = 0;
  bool present = false;  ///< false: withdrawn or expired
  std::uint32_t interface = 0;
  Family family = Family::kIpv4;  ///< of the transport
  bool own = false;               ///< published on this host; not told of what is withdrawn
  std::string rdata;              ///< uncompressed
};

enum class WatchEvent : std::uint8_t {
  kCacheExhausted,  ///< all that the stack knew already has been told
  kAllForNow,       ///< nothing more is expected soon
  kFailed,          ///< the watch is dead
};

struct WatchReport {
  std::uint32_t watch = 0;
  WatchEvent event = WatchEvent::kAllForNow;
  std::string detail;
};

enum class GroupState : std::uint8_t { kRegistering, kEstablished, kCollision, kFailed };
std::string_view to_string(GroupState state);

struct GroupReport {
  std::uint32_t group = 0;
  GroupState state = GroupState::kRegistering;
  std::string detail;
};

using FromHelper = std::variant<BackendReport, RecordReport, WatchReport, GroupReport>;

// --- both ------------------------------------------------------------------------------------

/// A TXT rdata is at most 65,535 octets; the rest of a message is small.
inline constexpr std::size_t kMaxMessage = 96 * 1024;
inline constexpr std::size_t kMaxRdata = 65'535;  // RFC 1035 section 3.2.1: RDLENGTH
/// Far more than a host's interfaces after the deny list, and 16 KiB at most.
inline constexpr std::size_t kMaxInterfaces = 1024;
/// avahi-daemon's entries-per-entry-group-max.
inline constexpr std::size_t kMaxRecords = 32;
/// One line for a person; encode() cuts a longer one.
inline constexpr std::size_t kMaxDetail = 1024;

// encode() does not check the other limits, decoding does: what is over one is kMalformed, as are
// octets left over, numbers that name nothing, and a NUL in a text.

std::string encode(const ToHelper& message);
std::string encode(const FromHelper& message);
Result<ToHelper> decode_to_helper(std::string_view packet);
Result<FromHelper> decode_from_helper(std::string_view packet);

}  // namespace liqo::lan
