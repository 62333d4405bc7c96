#include "resolver/result.h"

namespace liqo {

std::string_view to_string(Errc code) {
  switch (code) {
    case Errc::kNotFound:
      return "not found";
    case Errc::kTimedOut:
      return "timed out";
    case Errc::kRefused:
      return "refused";
    case Errc::kUnavailable:
      return "unavailable";
    case Errc::kInvalid:
      return "invalid";
    case Errc::kMalformed:
      return "malformed";
    case Errc::kLimitReached:
      return "limit reached";
    case Errc::kIo:
      return "input/output error";
  }
  return "unknown";
}

}  // namespace liqo
