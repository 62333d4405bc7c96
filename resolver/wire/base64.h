#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace liqo::wire {

/// RFC 4648 section 4, padded, without white space; nothing where it is not that.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace liqo::wire
