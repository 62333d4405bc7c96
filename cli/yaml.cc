#include "cli/yaml.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "cli/text.h"

namespace liqo::cli {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Words that YAML 1.1 reads as booleans or null.
bool is_reserved(std::string_view text) {
  constexpr std::array<std::string_view, 9> kWords = {"y",   "n",    "yes",   "no",  "on",
                                                      "off", "true", "false", "null"};
  std::string folded(text);
  std::transform(folded.begin(), folded.end(), folded.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::find(kWords.begin(), kWords.end(), folded) != kWords.end();
}

/// Begins with a letter, '_' or '/', goes on with what means nothing to YAML: no number, no
/// timestamp, no indicator. A ':' must not end it.
bool is_plain(std::string_view text) {
  constexpr std::string_view kInside = "_-./:@+";
  if (text.empty() || text.back() == ':' || is_reserved(text)) return false;
  if (!is_letter(text[0]) && text[0] != '_' && text[0] != '/') return false;
  return std::all_of(text.begin(), text.end(), [kInside](char c) {
    return is_letter(c) || is_digit(c) || kInside.find(c) != std::string_view::npos;
  });
}

/// What stands between the quotes of a JSON string.
std::string json_body(std::string_view text) {
  const std::string json = to_line(Json(text));
  return json.substr(1, json.size() - 2);
}

/// JSON's escapes are YAML's, but for characters beyond U+FFFF: YAML has no surrogates.
std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  std::size_t run = 0;  // where what was not written yet begins
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode_utf8(text.substr(at));
    if (next.valid && next.character > 0xFFFF && is_unsafe(next.character)) {
      std::array<char, 16> escape{};
      std::snprintf(escape.data(), escape.size(), "\\U%08x", static_cast<unsigned>(next.character));
      out.append(json_body(text.substr(run, at - run))).append(escape.data());
      run = at + next.length;
    }
    at += next.length;
  }
  return out.append(json_body(text.substr(run))).append("\"");
}

std::string scalar(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return is_plain(text) ? text : double_quoted(text);
  }
  if (value.is_array()) return "[]";
  if (value.is_object()) return "{}";
  return to_line(value);
}

bool is_block(const Json& value) { return value.is_structured() && !value.empty(); }

void emit(const Json& value, std::size_t indent, std::string& out);

/// An entry's value after "key:" or "-".
void emit_entry(const Json& value, std::size_t indent, std::string& out) {
  if (!is_block(value)) {
    out.append(" ").append(scalar(value)).append("\n");
    return;
  }
  out += '\n';
  emit(value, indent, out);
}

void emit_sequence(const Json& value, std::size_t indent, std::string& out) {
  for (const Json& each : value) {
    out.append(indent, ' ').append("-");
    if (each.is_object() && !each.empty()) {
      std::string block;  // its first key stands behind the dash
      emit(each, indent + 2, block);
      out.append(" ").append(block, indent + 2);
    } else {
      emit_entry(each, indent + 2, out);
    }
  }
}

void emit(const Json& value, std::size_t indent, std::string& out) {
  if (!is_block(value)) {
    out.append(indent, ' ').append(scalar(value)).append("\n");
  } else if (value.is_array()) {
    emit_sequence(value, indent, out);
  } else {
    for (const auto& [key, each] : value.items()) {
      out.append(indent, ' ').append(scalar(Json(key))).append(":");
      emit_entry(each, each.is_array() ? indent : indent + 2, out);
    }
  }
}

}  // namespace

std::string to_yaml(const Json& value) {
  std::string out;
  emit(value, 0, out);
  return out;
}

}  // namespace liqo::cli
