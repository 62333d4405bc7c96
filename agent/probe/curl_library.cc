#include "agent/probe/curl_library.h"

#include <dlfcn.h>

#include <string>

namespace liqo::probe {
namespace {

/// The OpenSSL flavour; its ABI has had this number since 2006.
constexpr const char* kFile = "libcurl.so.4";

/// True once `function` is the library's of this name.
template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

bool find_all(void* library, CurlLibrary& curl) {
  return find(library, "curl_easy_init", curl.easy_init) &&
         find(library, "curl_easy_setopt", curl.easy_setopt) &&
         find(library, "curl_easy_getinfo", curl.easy_getinfo) &&
         find(library, "curl_easy_strerror", curl.easy_strerror) &&
         find(library, "curl_easy_cleanup", curl.easy_cleanup) &&
         find(library, "curl_multi_init", curl.multi_init) &&
         find(library, "curl_multi_setopt", curl.multi_setopt) &&
         find(library, "curl_multi_add_handle", curl.multi_add_handle) &&
         find(library, "curl_multi_remove_handle", curl.multi_remove_handle) &&
         find(library, "curl_multi_socket_action", curl.multi_socket_action) &&
         find(library, "curl_multi_info_read", curl.multi_info_read) &&
         find(library, "curl_multi_cleanup", curl.multi_cleanup) &&
         find(library, "curl_slist_append", curl.slist_append) &&
         find(library, "curl_slist_free_all", curl.slist_free_all);
}

}  // namespace

Result<CurlLibrary> CurlLibrary::open(const char* file) {
  void* library = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
  CurlLibrary curl;
  decltype(&::curl_global_init) global_init = nullptr;
  if (library == nullptr || !find_all(library, curl) ||
      !find(library, "curl_global_init", global_init) ||
      global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    const char* why = ::dlerror();
    return Error{Errc::kUnavailable, why != nullptr ? why : std::string(file) + " does not start"};
  }
  return curl;
}

Result<const CurlLibrary*> CurlLibrary::load() {
  static const Result<CurlLibrary> kLoaded = open(kFile);
  if (!kLoaded) return kLoaded.error();
  return &*kLoaded;
}

}  // namespace liqo::probe
