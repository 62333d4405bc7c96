#include "agent/api/source_set.h"

namespace liqo::api {

std::optional<Source> source_from_string(std::string_view name) {
  for (const Source source : {Source::kLan, Source::kDns, Source::kManual}) {
    if (name == to_string(source)) return source;
  }
  return std::nullopt;
}

}  // namespace liqo::api
