#pragma once

#include <string>
#include <string_view>

#include "agent/config/draft.h"

namespace liqo {

/// Reads one TOML document, the text of `file`, into `draft`: every key that it names replaces what
/// was there. Unknown keys, wrong types and wrong values are errors that name their place.
Result<void> read_document(const std::string& file, std::string_view text, ConfigDraft& draft);

}  // namespace liqo
