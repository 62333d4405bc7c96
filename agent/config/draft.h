#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "agent/config/config.h"
#include "agent/config/place.h"
#include "agent/config/section.h"

namespace liqo {

inline constexpr std::string_view kPortExpected = "a port, 1 to 65535";
inline constexpr std::string_view kIdExpected =
    "a label of at most 63 lower-case letters, digits and inner hyphens";

/// What the files read so far say, each value checked for itself, none against another.
struct EndpointDraft {
  Place place;  ///< where it was named last
  std::optional<std::uint16_t> port;
  decltype(EndpointAdvert::target) target;
};

struct ClusterDraft {
  Place place;  ///< where it was named last
  std::optional<ClusterId> id;
  std::optional<std::string> name;
  std::optional<std::string> version;
  std::optional<std::string> site;
  std::array<std::optional<EndpointDraft>, kServiceCount> endpoints;
};

struct Draft {
  std::optional<ClusterDraft> cluster;
  LanConfig lan;
  NamesConfig names;
};

/// Puts into the draft what one file says, over what earlier ones said.
void read_document(Section document, Draft& draft);

/// The configuration of a finished draft; what is missing in it is complained about.
Config build_config(const Draft& draft, Complaints& complaints);

}  // namespace liqo
