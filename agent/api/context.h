#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "agent/api/cluster_check.h"
#include "agent/api/domain_look.h"
#include "agent/api/feed.h"
#include "agent/api/limits.h"
#include "agent/api/status.h"
#include "resolver/loop/loop.h"

namespace liqo::api {

/// Told once what was begun is done and kept, or could not be kept. Never called by who begins it.
using Done = std::function<void(const Result<void>& outcome)>;

/// What became of an add.
struct Added {
  std::string url;      ///< in the form in which it is kept
  std::string problem;  ///< why it is not confirmed; empty where it is
};
using AddDone = std::function<void(const Result<Added>& outcome)>;

/// What the user may ask the agent to do; each only begins it.
struct Actions {
  std::function<void()> refresh_all;
  std::function<void(const ClusterId&)> refresh;
  std::function<void(const ClusterId&)> report;
  DomainLook::Begin browse;
  /// Registry::trust(). `done` is called once it is kept, where one was accepted.
  std::function<Result<bool>(const ClusterId&, const std::optional<std::string>& fingerprint,
                             Done done)>
      trust;
  /// Adds a cluster by the URL of its authentication server. kInvalid, kLimitReached (too many
  /// entries), kUnavailable (too many changes under way); else `done` is called once it is kept and
  /// its server has answered, or is not going to in time.
  std::function<Result<void>(const std::string& url, std::string name, AddDone done)> add;
  /// Forgets what was added by hand: of a cluster, or by its URL or name. kNotFound where nothing
  /// was, kUnavailable as above; else `done` is called.
  std::function<Result<void>(const std::string& reference, const std::optional<ClusterId>& cluster,
                             Done done)>
      remove;
  ClusterCheck::Begin check;
};

/// What answers are made of. All of it outlives every answer.
struct Context {
  loop::Loop& loop;
  Feed& feed;
  const StatusSource& status;
  const Limits& limits;
};

}  // namespace liqo::api
