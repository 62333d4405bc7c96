#pragma once

#include <string>
#include <vector>

#include "agent/check/report.h"
#include "agent/check/setting.h"

// What the rows of both sides say alike.

namespace liqo::check {

bool over_the_internet(const Setting& setting);
/// "expose it as a NodePort", as the guide has it; empty where it says nothing.
std::string expose_as(const Setting& setting, Service service, bool ours);
/// Makes it a failure, with the guide's advice for its service and side.
void fail(Row& row, const Setting& setting, std::string detail);
/// The first few, between commas.
std::string addresses_text(const std::vector<IpAddress>& addresses);

}  // namespace liqo::check
