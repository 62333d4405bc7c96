#pragma once

#include <cstddef>
#include <functional>

#include "agent/api/domain_look.h"
#include "agent/api/feed.h"
#include "agent/api/limits.h"
#include "agent/api/status.h"
#include "resolver/loop/loop.h"

namespace liqo::api {

/// Told once what was begun is done and kept, or could not be kept. Never called by who begins it.
using Done = std::function<void(const Result<void>& outcome)>;

/// What the user may ask the agent to do; each only begins it.
struct Actions {
  std::function<void()> refresh_all;
  std::function<void(const ClusterId&)> refresh;
  std::function<void(const ClusterId&)> report;
  DomainLook::Begin browse;
  /// Accepts the certificates that a cluster shows now. How many there were to accept; nothing is
  /// done, and `done` not called, where there were none.
  std::function<std::size_t(const ClusterId&, Done done)> trust;
};

/// What answers are made of. All of it outlives every answer.
struct Context {
  loop::Loop& loop;
  Feed& feed;
  const StatusSource& status;
  const Limits& limits;
};

}  // namespace liqo::api
