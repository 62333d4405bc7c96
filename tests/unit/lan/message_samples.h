#pragma once

#include <string>
#include <vector>

#include "resolver/lan/messages.h"

/// One message of each kind, and more where a field's form depends on its value.
namespace liqo::lan::samples {

std::vector<ToHelper> to_helper();
std::vector<FromHelper> from_helper();

}  // namespace liqo::lan::samples
