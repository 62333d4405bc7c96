#include "agent/api/errors.h"

#include "agent/api/interface_text.h"
#include "agent/varlink/call.h"

namespace liqo::api {
namespace {

using nlohmann::json;

std::string named(const char* error) { return std::string(kInterfaceName) + "." + error; }

json limit_parameters(const std::string& limit, const std::string& reason) {
  return {{"limit", limit}, {"reason", reason}};
}

}  // namespace

std::unique_ptr<varlink::Answer> no_such_cluster(const std::string& cluster) {
  return varlink::error(named("NoSuchCluster"), {{"cluster", cluster}});
}

std::unique_ptr<varlink::Answer> ambiguous_name(const std::string& cluster,
                                                const std::vector<std::string>& matches) {
  return varlink::error(named("AmbiguousName"), {{"cluster", cluster}, {"matches", matches}});
}

std::unique_ptr<varlink::Answer> invalid_argument(const std::string& parameter,
                                                  const std::string& reason) {
  return varlink::error(named("InvalidArgument"), {{"parameter", parameter}, {"reason", reason}});
}

std::unique_ptr<varlink::Answer> permission_denied(const std::string& method) {
  return varlink::error(named("PermissionDenied"), {{"method", method}});
}

std::unique_ptr<varlink::Answer> limit_reached(const std::string& limit,
                                               const std::string& reason) {
  return varlink::error(named("LimitReached"), limit_parameters(limit, reason));
}

std::unique_ptr<varlink::Answer> storage_failed(const std::string& reason) {
  return varlink::error(named("StorageFailed"), {{"reason", reason}});
}

std::string limit_reached_message(const std::string& limit, const std::string& reason) {
  std::string message;
  varlink::append_error(message, named("LimitReached"), limit_parameters(limit, reason));
  return message;
}

}  // namespace liqo::api
