#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/varlink/answer.h"

namespace liqo::api {

// The errors of io.liqo.Discovery.

std::unique_ptr<varlink::Answer> no_such_cluster(const std::string& cluster);
std::unique_ptr<varlink::Answer> ambiguous_name(const std::string& cluster,
                                                const std::vector<std::string>& matches);
std::unique_ptr<varlink::Answer> invalid_argument(const std::string& parameter,
                                                  const std::string& reason);
std::unique_ptr<varlink::Answer> permission_denied(const std::string& method);
std::unique_ptr<varlink::Answer> limit_reached(const std::string& limit, const std::string& reason);
std::unique_ptr<varlink::Answer> storage_failed(const std::string& reason);

/// limit_reached() as a whole message.
std::string limit_reached_message(const std::string& limit, const std::string& reason);

}  // namespace liqo::api
