#include "resolver/lan/local_name.h"

#include <cassert>
#include <string>
#include <utility>

namespace liqo::lan {

DomainName local_name(std::string_view text) {
  auto name = DomainName::parse(std::string(text) + ".local");
  assert(name);
  return std::move(*name);
}

}  // namespace liqo::lan
