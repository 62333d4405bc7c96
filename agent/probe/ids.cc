#include "agent/probe/ids.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "resolver/dnssd/domain_name.h"

namespace liqo::probe {
namespace {

using nlohmann::json;

Error malformed(const char* what) { return {Errc::kMalformed, std::string("not /ids: ") + what}; }

/// JSON text of at most kMaxIdsDepth levels. What lies deeper is never built.
Result<json> parse_json(std::string_view text) {
  bool too_deep = false;
  const auto within_depth = [&](int depth, json::parse_event_t event, json&) {
    const bool opens =
        event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
    if (!opens || static_cast<std::size_t>(depth) < kMaxIdsDepth) return true;
    too_deep = true;
    return false;
  };
  json value = json::parse(text, within_depth, /*allow_exceptions=*/false);
  if (too_deep) return malformed("nested too deep");
  if (value.is_discarded()) return malformed("no JSON");
  return value;
}

}  // namespace

Result<Ids> parse_ids(std::string_view body) {
  if (body.size() > kMaxIdsOctets) return malformed("too long");
  const auto answer = parse_json(body);
  if (!answer) return answer.error();
  if (!answer->is_object()) return malformed("no JSON object");

  Ids ids;
  const auto id = answer->find("clusterId");
  if (id == answer->end() || !id->is_string()) return malformed("no clusterId");
  ids.id = fold_case(id->get_ref<const std::string&>());
  if (!is_rfc1123_label(ids.id)) return malformed("clusterId is no RFC 1123 label");

  const auto name = answer->find("clusterName");
  if (name == answer->end() || name->is_null()) return ids;
  if (!name->is_string()) return malformed("clusterName is no text");
  if (name->get_ref<const std::string&>().size() <= kMaxIdsName)
    ids.name = name->get<std::string>();
  return ids;
}

}  // namespace liqo::probe
