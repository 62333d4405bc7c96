#pragma once

#include <string_view>

#include "agent/registry/registry.h"

namespace liqo {

/// Registry::find() on a view.
Result<std::shared_ptr<const Cluster>> find_cluster(const Registry::View& view,
                                                    std::string_view reference);

}  // namespace liqo
