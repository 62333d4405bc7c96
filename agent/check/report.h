#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/dnssd/service.h"
#include "resolver/time.h"

// What a check of the peering requirements tells. Values.

namespace liqo::check {

/// How two clusters are connected: the scenarios of Liqo's pre-installation guide.
enum class Scenario : std::uint8_t {
  kUnknown,
  kSameLan,
  kOnPremiseToCloud,
  kNatToCloud,  ///< on-premise behind a NAT
  kCloudToCloud,
};
/// "same-lan", "on-premise-to-cloud", ...
std::string_view to_string(Scenario scenario);

enum class Outcome : std::uint8_t { kOk, kFailed, kUnknown };
/// "ok", "failed", "unknown"
std::string_view to_string(Outcome outcome);

/// Whose service a row is about, and so from where it has to be reached.
enum class Direction : std::uint8_t {
  kTheirs,  ///< reached from here: measured
  kOurs,    ///< reached from there: judged by what we advertise
  kBoth,
};
/// "to-them", "to-us", "both"
std::string_view to_string(Direction direction);

/// One requirement. Texts are for people; those from the network are escaped. Empty: nothing to
/// say.
struct Row {
  std::string_view requirement;  ///< "auth", "api", "gateway", "one-gateway", "version"
  Direction direction = Direction::kTheirs;
  Outcome outcome = Outcome::kUnknown;
  std::string advertised{};  ///< "node1.local:30740 (10.0.0.1)"
  std::string exposure{};    ///< how it seems to be exposed: "NodePort"
  std::string tried{};       ///< "TCP, TLS, GET /ids at 10.0.0.1"
  std::string detail{};      ///< what came of it
  std::string advice{};      ///< what to change; empty where nothing is to be
  std::optional<Duration> time{};
};

/// The scenario, and by what it was told.
struct Setting {
  Scenario scenario = Scenario::kUnknown;
  std::string reason;
  bool behind_nat = false;       ///< we are the side of kNatToCloud that is
  bool they_behind_nat = false;  ///< they are
  bool we_are_cloud = false;     ///< where the scenario has a cloud side
  bool they_are_cloud = false;
};

struct Verdict {
  bool holds = false;  ///< nothing that can be told from here stands against a peering
  std::string summary;
};

}  // namespace liqo::check
