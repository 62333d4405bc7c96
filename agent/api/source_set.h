#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/registry/cluster.h"
#include "resolver/dnssd/sighting.h"

namespace liqo::api {

/// Some of the sources.
class SourceSet {
 public:
  SourceSet() = default;
  static SourceSet all() { return SourceSet(kAll); }
  /// Those that see the cluster.
  static SourceSet of(const Cluster& cluster) {
    SourceSet set;
    for (const SightingEntry& entry : cluster.sightings) set.add(entry.sighting->key.source);
    return set;
  }

  void add(Source source) {
    bits_ = static_cast<std::uint8_t>(bits_ | (1U << static_cast<unsigned>(source)));
  }
  [[nodiscard]] bool is_all() const { return bits_ == kAll; }
  /// True when a cluster that these sources see is wanted: all wants every cluster.
  [[nodiscard]] bool wants(SourceSet seen_by) const {
    return is_all() || (bits_ & seen_by.bits_) != 0;
  }

 private:
  static constexpr std::uint8_t kAll = 0b111;
  explicit SourceSet(std::uint8_t bits) : bits_(bits) {}

  std::uint8_t bits_ = 0;
};

std::optional<Source> source_from_string(std::string_view name);

}  // namespace liqo::api
