#pragma once

#include <string>
#include <string_view>

namespace liqo::cli {

/// What a piece of text means; how it looks is the palette's.
enum class Tone {
  kPlain,
  kTitle,    ///< a column's title, a heading
  kStrong,   ///< what the eye should find
  kQuiet,    ///< what is there for completeness
  kGood,     ///< fresh, confirmed
  kDoubt,    ///< suspect, a warning
  kOld,      ///< stale
  kBad,      ///< mismatch, changed, an error
  kAdded,    ///< a row that just came
  kChanged,  ///< a cell that just changed
  kGone,     ///< a row that just went
};

/// Turns tones into terminal attributes, or leaves the text as it is. Uses the sixteen colours that
/// follow the user's own theme, and never a background.
class Palette {
 public:
  explicit Palette(bool coloured) : coloured_(coloured) {}

  [[nodiscard]] std::string paint(Tone tone, std::string_view text) const;
  [[nodiscard]] bool coloured() const { return coloured_; }

 private:
  bool coloured_;
};

/// The tone of a cluster's `state` and `identity`.
Tone tone_of_state(std::string_view state);
Tone tone_of_identity(std::string_view identity);
/// The tone of a `dnssec`.
Tone tone_of_dnssec(std::string_view dnssec);

}  // namespace liqo::cli
