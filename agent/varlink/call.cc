#include "agent/varlink/call.h"

#include <utility>

namespace liqo::varlink {
namespace {

using nlohmann::json;

Error malformed(const char* what) { return Error{Errc::kMalformed, what}; }

/// JSON text of at most kMaxDepth levels. What lies deeper is never built.
Result<json> parse_json(std::string_view text) {
  bool too_deep = false;
  const auto within_depth = [&](int depth, json::parse_event_t event, json&) {
    const bool opens =
        event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
    if (!opens || static_cast<std::size_t>(depth) < kMaxDepth) return true;
    too_deep = true;
    return false;
  };
  json value = json::parse(text, within_depth, /*allow_exceptions=*/false);
  if (too_deep) return malformed("nested too deep");
  if (value.is_discarded()) return malformed("not JSON");
  return value;
}

/// A flag that is missing or null is false; anything but a boolean is malformed.
bool read_flag(const json& message, const char* name, bool& flag) {
  const auto found = message.find(name);
  if (found == message.end() || found->is_null()) return true;
  if (!found->is_boolean()) return false;
  flag = found->get<bool>();
  return true;
}

}  // namespace

Result<Call> parse_call(std::string_view text) {
  auto message = parse_json(text);
  if (!message) return message.error();
  if (!message->is_object()) return malformed("not an object");

  Call call;
  const auto method = message->find("method");
  if (method == message->end() || !method->is_string()) return malformed("no method");
  call.method = std::move(method->get_ref<std::string&>());

  if (const auto found = message->find("parameters"); found != message->end()) {
    if (found->is_object()) {
      call.parameters = std::move(*found);
    } else if (!found->is_null()) {
      return malformed("parameters are not an object");
    }
  }
  if (!read_flag(*message, "more", call.more) || !read_flag(*message, "oneway", call.oneway) ||
      !read_flag(*message, "upgrade", call.upgrade)) {
    return malformed("a flag is not a boolean");
  }
  return call;
}

void append_reply(std::string& out, std::string_view parameters, bool continues) {
  begin_reply(out);
  out.append(parameters);
  end_reply(out, continues);
}

void begin_reply(std::string& out) { out.append(R"({"parameters":)"); }

void end_reply(std::string& out, bool continues) {
  if (continues) out.append(R"(,"continues":true)");
  out.append("}").push_back('\0');
}

void append_error(std::string& out, std::string_view error, const json& parameters) {
  const json message = {{"error", error}, {"parameters", parameters}};
  out.append(message.dump(-1, ' ', false, json::error_handler_t::replace)).push_back('\0');
}

}  // namespace liqo::varlink
