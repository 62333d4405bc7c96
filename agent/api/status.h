#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "resolver/dnssd/advert.h"
#include "resolver/dnssd/cluster_id.h"
#include "resolver/dnssd/sighting.h"
#include "resolver/time.h"

namespace liqo::api {

// What Status and Metrics show of the agent, as the rest of the agent fills it in; the interface's
// types of the same names say what each field is. Empty text and missing numbers are told as null.

struct PublishedStatus {
  std::string interface;
  std::string instance;  ///< raw octets
  std::string state;
  std::string detail;
};

/// A domain that is browsed through DNS.
struct DomainStatus {
  std::string name;
  std::string mode;  ///< "off", "ad", "validate"
  bool enumerated = false;
  bool synced = false;
  std::uint64_t instances = 0;
  std::uint64_t over_limit = 0;
  std::uint64_t stale = 0;
  std::uint64_t in_flight = 0;
  std::string server;
  std::optional<WallTime> last_answer;
  std::optional<WallTime> next_refresh;
  std::string dnssec;
  std::string error;
  std::optional<WallTime> error_time;
};

/// A cluster that was added by hand.
struct ManualEntryStatus {
  std::string url;
  std::string name;
  std::string id;
  std::vector<std::string> addresses;
  WallTime added;
  std::string problem;
};

struct SourceStatus {
  Source source = Source::kLan;
  bool enabled = true;
  std::string state;  ///< "connecting", "running", "failed", "disabled"
  std::string backend;
  std::string detail;
  std::string host_name;
  bool synced = false;
  std::optional<int> helper_pid;
  std::uint64_t helper_restarts = 0;
  std::uint64_t instances = 0;
  std::uint64_t pending = 0;
  std::uint64_t over_limit = 0;
  std::uint64_t malformed = 0;
  std::vector<std::string> interfaces;
  std::vector<PublishedStatus> published;
  std::vector<DomainStatus> domains;
  std::vector<ManualEntryStatus> entries;
};

/// A service instance that the agent keeps in a zone.
struct RegistrationStatus {
  std::string zone;
  std::string service;  ///< "_liqo_auth._tcp"
  std::string cluster;
  bool shared = false;
  std::string state;  ///< "done", "pending", "refused", "held"
  std::string server;
  std::optional<WallTime> until;
  std::optional<WallTime> next;
  std::string error;
  std::string advice;
};

struct InterfaceStatus {
  std::string name;
  std::uint32_t index = 0;
  bool up = false;
  bool used = false;
  std::string reason;
  std::vector<std::string> addresses;  ///< "10.0.0.2/24"
};

struct WarningStatus {
  std::string message;
  std::uint64_t count = 0;
  WallTime last;
};

struct AgentStatus {
  WallTime since;
  std::optional<Advert> cluster;  ///< our own
  std::vector<std::string> cluster_notes;
  std::vector<SourceStatus> sources;
  std::vector<InterfaceStatus> interfaces;
  std::vector<RegistrationStatus> registrations;
  /// Named figures beside those that the API has itself; names in camelCase.
  std::map<std::string, std::uint64_t> counts;
  std::map<std::string, std::uint64_t> limits;
  std::uint64_t agent_rss_anon = 0;   ///< octets
  std::uint64_t helper_rss_anon = 0;  ///< octets
  /// Conditions that were never met too, with 0: Metrics has them from the start, Status does not.
  std::vector<WarningStatus> warnings;
};

/// Where the API has the agent's figures from. Implemented by the agent.
class StatusSource {
 public:
  virtual ~StatusSource() = default;
  /// Asked for each Status and Metrics; may cost some file reads.
  [[nodiscard]] virtual AgentStatus status() const = 0;
  /// Every enabled source has finished its first pass, and what they saw is in the registry's
  /// clusters. Cheap.
  [[nodiscard]] virtual bool synced() const = 0;
  /// An authentication server of the cluster is being asked who it is. Cheap.
  [[nodiscard]] virtual bool is_asking_server(const ClusterId& cluster) const = 0;
};

}  // namespace liqo::api
