#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/json.h"

namespace liqo::cli {

/// Whether the API server takes a URL as the `foreignAuthUrl` of Liqo 0.3 to 0.10. Their CRD's
/// pattern, matched anywhere in the text as Kubernetes does, asks for `https://` and then, within
/// 256 of the characters that it lists and directly behind a dot, for a word of at most 6 letters
/// and digits. So no IPv6 literal is taken, no single label, and no host whose labels behind its
/// first one are all longer, such as auth.example.technology.
bool is_foreign_auth_url(std::string_view url);

/// The URLs of an endpoint, in the order in which to try them: by each address, then by its host
/// name. Link-local addresses are left out: their zone means nothing on another host.
std::vector<std::string> https_urls(const Json& endpoint);

}  // namespace liqo::cli
