#pragma once

#include <curl/curl.h>

#include <string_view>

#include "resolver/result.h"

namespace liqo::probe {

/// Why a TLS handshake failed, from libcurl's code and its own words: kRefused where the other side
/// ended it, kMalformed where it does not speak TLS as we know it.
Error tls_error(CURLcode code, std::string_view words);

/// How an answer by HTTP failed.
struct FailedAnswer {
  CURLcode code;  ///< not CURLE_OK
  int status;     ///< 0 where not even that came
  bool too_long;  ///< a limit of ours
};
Error answer_error(const FailedAnswer& failed);

}  // namespace liqo::probe
