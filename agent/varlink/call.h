#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "resolver/result.h"

namespace liqo::varlink {

/// A method call as a client sends it (https://varlink.org/Protocol).
struct Call {
  std::string method;  ///< "io.liqo.Discovery.List"
  /// Always an object.
  nlohmann::json parameters = nlohmann::json::object();
  bool more = false;     ///< any number of replies, each but the last with `continues`
  bool oneway = false;   ///< no reply at all, errors included
  bool upgrade = false;  ///< the stream becomes another protocol's after the reply
};

/// No interface of ours nests its parameters deeper than an object of lists; JSON's own objects
/// and lists around them leave room. What is deeper only costs stack and memory.
inline constexpr std::size_t kMaxDepth = 16;

/// Reads one message without its NUL. kMalformed where it is no call: whoever sends that speaks
/// another protocol.
Result<Call> parse_call(std::string_view message);

// Replies, appended as whole messages with their NUL.

/// `parameters`: an object as JSON text.
void append_reply(std::string& out, std::string_view parameters, bool continues = false);
/// The two ends of a reply, for parameters that are long and made in place between them.
void begin_reply(std::string& out);
void end_reply(std::string& out, bool continues = false);
/// `error`: its full name, "org.varlink.service.MethodNotFound".
void append_error(std::string& out, std::string_view error, const nlohmann::json& parameters);

}  // namespace liqo::varlink
