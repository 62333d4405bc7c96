#pragma once

#include <string>

namespace liqo {

/// Tells the service manager (sd_notify(3)) where there is one; otherwise does nothing.
void notify_ready(const std::string& status);
/// Before a reload; notify_ready() ends it.
void notify_reloading();
void notify_stopping();

}  // namespace liqo
