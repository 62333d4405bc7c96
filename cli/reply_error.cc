#include "cli/reply_error.h"

#include <string>
#include <string_view>

namespace liqo::cli {
namespace {

constexpr std::string_view kInterface = "io.liqo.Discovery.";
constexpr std::string_view kService = "org.varlink.service.";

/// What the agent adds to an error for a person, behind a colon.
std::string explained(std::string text, const Json& parameters) {
  for (const char* key : {"reason", "message"}) {
    const std::string why = text_field(parameters, key);
    if (!why.empty()) return text.append(": ").append(why);
  }
  return text;
}

Error own_error(std::string_view name, const Json& parameters) {
  const std::string cluster = text_field(parameters, "cluster");
  if (name == "NoSuchCluster") return {Errc::kNotFound, "no such cluster: " + cluster};
  if (name == "AmbiguousName") {
    return {Errc::kNotFound,
            "several clusters match " + cluster + ": " + joined_field(parameters, "matches", ", ")};
  }
  if (name == "PermissionDenied") {
    return {Errc::kRefused, explained("permission denied: this is for root, the agent's user and "
                                      "the members of its group, liqo-discovery",
                                      parameters)};
  }
  if (name == "LimitReached") {
    return {Errc::kLimitReached, explained("the agent refused: a limit is reached", parameters)};
  }
  if (name == "StorageFailed") {
    return {Errc::kIo, explained("the agent could not keep it", parameters)};
  }
  if (name == "InvalidArgument") {
    const std::string parameter = text_field(parameters, "parameter");
    return {Errc::kInvalid, explained("the agent does not accept " + parameter, parameters)};
  }
  return {Errc::kRefused, explained("the agent answered " + std::string(name), parameters)};
}

Error service_error(std::string_view name, const Json& parameters) {
  if (name == "MethodNotFound" || name == "MethodNotImplemented") {
    return {Errc::kRefused, "the agent has no " + text_field(parameters, "method") +
                                ": it is of another version than this command"};
  }
  if (name == "InvalidParameter") {
    return {Errc::kInvalid, "the agent does not accept " + text_field(parameters, "parameter")};
  }
  return {Errc::kRefused, explained("the agent answered " + std::string(name), parameters)};
}

}  // namespace

Error error_of_reply(const Json& reply) {
  const std::string error = text_field(reply, "error");
  const std::string_view name = error;
  const Json& parameters = field(reply, "parameters");
  if (name.starts_with(kInterface)) return own_error(name.substr(kInterface.size()), parameters);
  if (name.starts_with(kService)) return service_error(name.substr(kService.size()), parameters);
  return {Errc::kRefused, explained("the agent answered " + error, parameters)};
}

}  // namespace liqo::cli
