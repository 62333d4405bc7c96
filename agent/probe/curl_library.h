#pragma once

#include <curl/curl.h>

#include <memory>

#include "resolver/result.h"

namespace liqo::probe {

/// The functions of libcurl that are used here. The library is loaded, and set up for this process,
/// when it is first asked for, and stays: linked to the agent, it and the thirty that it needs
/// would cost 0.6 MiB of memory in the agent and again in its helper, which never ask anything.
struct CurlLibrary {
  /// kUnavailable where it is not installed or too old.
  static Result<const CurlLibrary*> load();
  /// As load() does once, of any file. For tests.
  static Result<CurlLibrary> open(const char* file);

  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_setopt) easy_setopt = nullptr;
  decltype(&::curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_multi_init) multi_init = nullptr;
  decltype(&::curl_multi_setopt) multi_setopt = nullptr;
  decltype(&::curl_multi_add_handle) multi_add_handle = nullptr;
  decltype(&::curl_multi_remove_handle) multi_remove_handle = nullptr;
  decltype(&::curl_multi_socket_action) multi_socket_action = nullptr;
  decltype(&::curl_multi_info_read) multi_info_read = nullptr;
  decltype(&::curl_multi_cleanup) multi_cleanup = nullptr;
  decltype(&::curl_slist_append) slist_append = nullptr;
  decltype(&::curl_slist_free_all) slist_free_all = nullptr;
};

}  // namespace liqo::probe
