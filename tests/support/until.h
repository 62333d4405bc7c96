#pragma once

#include <functional>

#include "resolver/loop/loop.h"
#include "resolver/loop/timer.h"

namespace liqo::test {

/// Runs the loop until `condition` holds after one of its turns; false when `limit` has passed.
bool run_until(loop::Loop& loop, const std::function<bool()>& condition,
               Duration limit = std::chrono::seconds(10));

/// Runs the loop for a time: to see that nothing happens in it.
void run_for(loop::Loop& loop, Duration time);

}  // namespace liqo::test
