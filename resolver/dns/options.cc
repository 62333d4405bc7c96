#include "resolver/dns/options.h"

namespace liqo::dns {

std::string_view to_string(DnssecMode mode) {
  switch (mode) {
    case DnssecMode::kOff:
      return "off";
    case DnssecMode::kAd:
      return "ad";
    case DnssecMode::kValidate:
      return "validate";
  }
  return "unknown";
}

}  // namespace liqo::dns
