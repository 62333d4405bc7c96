#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "resolver/result.h"

namespace liqo::cli {

/// Keeps the order of fields in which the agent tells them: people read them in that order.
using Json = nlohmann::ordered_json;

/// Reads one message. Malformed where it is no JSON, or nested deeper than any answer of the
/// agent's (its deepest has six levels), which would cost stack to walk.
Result<Json> parse_json(std::string_view text);

/// JSON whose strings hold nothing that a terminal acts on: what is_unsafe() comes as `\uXXXX`. In
/// one line, or with two blanks of indentation.
std::string to_line(const Json& value);
std::string to_pretty(const Json& value);

// Fields of an object, read without trust: a missing field, another type, no object at all.

/// The field, or null.
const Json& field(const Json& object, std::string_view key);
/// The field as text that is safe to show; "" where it is no string.
std::string text_field(const Json& object, std::string_view key);
/// The field as the agent sent it, for comparing and for asking again.
std::string raw_field(const Json& object, std::string_view key);
std::optional<std::int64_t> number_field(const Json& object, std::string_view key);
bool flag_field(const Json& object, std::string_view key);
/// A string value as text that is safe to show; "" where it is none.
std::string printable_of(const Json& value);
/// The strings of an array field, safe to show, joined.
std::string joined_field(const Json& object, std::string_view key, std::string_view separator);

}  // namespace liqo::cli
