#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/draft.h"

namespace liqo {

/// A value of a document and where it stands.
struct ConfigValue {
  const toml::node& node;
  ConfigPlace place;
};

/// What each key of a table does with its value.
using ConfigKeys = std::map<std::string_view, std::function<Result<void>(const ConfigValue&)>>;

/// Hands each value of a table to its key's function; an unknown key is an error that names those
/// there are.
Result<void> read_table(const ConfigValue& value, const ConfigKeys& keys);

// Each reads one value of its kind into `into`, or says what was expected.

Result<void> read_bool(const ConfigValue& value, bool& into);
Result<void> read_port(const ConfigValue& value, std::optional<std::uint16_t>& into);
/// Text of at most `max_octets`, without control characters.
Result<void> read_text(const ConfigValue& value, std::size_t max_octets, std::string& into);
/// A list of globs for interface names.
Result<void> read_globs(const ConfigValue& value, std::vector<std::string>& into);

}  // namespace liqo
