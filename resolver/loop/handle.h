#pragma once

#include <uv.h>

#include <memory>
#include <string>

#include "resolver/result.h"

namespace liqo::loop {

/// Closes a libuv handle and frees it in the close callback, the only place where libuv allows
/// that. No callback of the handle runs after the closer did.
struct Closer {
  template <class H>
  void operator()(H* handle) const {
    handle->data = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(handle),
             [](uv_handle_t* closed) { delete reinterpret_cast<H*>(closed); });
  }
};

/// Owns a handle that was initialised. Moving it is safe, the handle itself stays where it is.
template <class H>
using Handle = std::unique_ptr<H, Closer>;

inline Error uv_error(const std::string& what, int status) {
  return Error{Errc::kIo, what + ": " + uv_strerror(status)};
}

/// Runs `init` on a new handle and adopts it only when that succeeded: a handle whose
/// initialisation failed must not be closed.
template <class H, class Init>
Result<Handle<H>> open_handle(const char* what, Init&& init) {
  auto plain = std::make_unique<H>();
  const int status = init(plain.get());
  if (status < 0) return uv_error(what, status);
  return Handle<H>(plain.release());
}

}  // namespace liqo::loop
