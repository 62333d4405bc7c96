#pragma once

#include <functional>

#include "agent/api/domain_look.h"
#include "agent/api/feed.h"
#include "agent/api/limits.h"
#include "agent/api/status.h"
#include "resolver/loop/loop.h"

namespace liqo::api {

/// What the user may ask the agent to do; each only begins it.
struct Actions {
  std::function<void()> refresh_all;
  std::function<void(const ClusterId&)> refresh;
  std::function<void(const ClusterId&)> report;
  DomainLook::Begin browse;
};

/// What answers are made of. All of it outlives every answer.
struct Context {
  loop::Loop& loop;
  Feed& feed;
  const StatusSource& status;
  const Limits& limits;
};

}  // namespace liqo::api
