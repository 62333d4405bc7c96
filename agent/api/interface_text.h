#pragma once

#include <string_view>

namespace liqo::api {

inline constexpr std::string_view kInterfaceName = "io.liqo.Discovery";

/// The definition of io.liqo.Discovery: the text of io.liqo.Discovery.varlink.
std::string_view interface_text();

}  // namespace liqo::api
