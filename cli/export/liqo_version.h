#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "resolver/result.h"

namespace liqo::cli {

/// A version of Liqo. Without a patch it is the last of its minor version.
struct LiqoVersion {
  unsigned major = 0;
  unsigned minor = 0;
  std::optional<unsigned> patch{};

  /// "0.10", "v0.10.3". kInvalid with what was expected for everything else, pre-releases and
  /// numbers that no release has (0.11 to 0.99) included.
  static Result<LiqoVersion> parse(std::string_view text);

  /// "0.10", "0.10.3"
  [[nodiscard]] std::string to_string() const;
  /// Clusters of different minor versions do not peer.
  [[nodiscard]] bool peers_with(const LiqoVersion& other) const {
    return major == other.major && minor == other.minor;
  }

  friend bool operator<(const LiqoVersion& a, const LiqoVersion& b);
};

/// The last one whose clusters announce themselves on the LAN and have an authentication server.
inline constexpr LiqoVersion kLastWithAuthServer = {0, 10};

}  // namespace liqo::cli
