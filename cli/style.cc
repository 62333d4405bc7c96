#include "cli/style.h"

namespace liqo::cli {
namespace {

/// ECMA-48 select graphic rendition.
std::string_view attributes(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kTitle:
      return "\x1b[2m";
    case Tone::kStrong:
      return "\x1b[1m";
    case Tone::kQuiet:
      return "\x1b[2m";
    case Tone::kGood:
      return "\x1b[32m";
    case Tone::kDoubt:
      return "\x1b[33m";
    case Tone::kOld:
      return "\x1b[35m";
    case Tone::kBad:
      return "\x1b[1;31m";
    case Tone::kAdded:
      return "\x1b[1;32m";
    case Tone::kChanged:
      return "\x1b[1;33m";
    case Tone::kGone:
      return "\x1b[2;9m";
  }
  return "";
}

}  // namespace

std::string Palette::paint(Tone tone, std::string_view text) const {
  const std::string_view start = attributes(tone);
  if (!coloured_ || start.empty() || text.empty()) return std::string(text);
  return std::string(start).append(text).append("\x1b[0m");
}

Tone tone_of_state(std::string_view state) {
  if (state == "fresh") return Tone::kGood;
  if (state == "suspect") return Tone::kDoubt;
  if (state == "stale") return Tone::kOld;
  return Tone::kPlain;
}

Tone tone_of_identity(std::string_view identity) {
  if (identity == "confirmed") return Tone::kGood;
  if (identity == "mismatch" || identity == "changed") return Tone::kBad;
  return Tone::kPlain;
}

Tone tone_of_dnssec(std::string_view dnssec) {
  if (dnssec == "secure") return Tone::kGood;
  if (dnssec == "bogus") return Tone::kBad;
  if (dnssec == "indeterminate") return Tone::kDoubt;
  return Tone::kPlain;
}

}  // namespace liqo::cli
