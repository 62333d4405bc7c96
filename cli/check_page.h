#pragma once

#include <string>

#include "cli/json.h"
#include "cli/style.h"

namespace liqo::cli {

/// What `check` shows, piece by piece, as the agent's replies come.
class CheckPage {
 public:
  explicit CheckPage(Palette palette) : palette_(palette) {}

  /// The lines for one reply of Check.
  [[nodiscard]] std::string next(const Json& reply);

 private:
  [[nodiscard]] std::string row(const Json& row) const;

  Palette palette_;
};

}  // namespace liqo::cli
