#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "resolver/dns/transport.h"
#include "resolver/dns/trust_anchors.h"
#include "resolver/loop/loop.h"

namespace liqo::dns {

struct ValidatingOptions {
  /// A name that is below none of them is kIndeterminate.
  std::vector<TrustAnchor> trust_anchors{};
  /// Forwarded to these, resolvers or servers of the zone, as long as the anchors are of zones that
  /// they answer for: who asks a zone's own server needs the zone's own anchor. None: iterates from
  /// the root itself.
  std::vector<NameServer> servers{};
  /// Questions in libunbound at once, at most UnboundContext::kMaxQuestions; more wait here.
  std::size_t max_queries = 64;
  /// A question with all its attempts.
  Duration query_time = kQueryTime;
};

/// Has answers validated by libunbound (RFC 4033 to 4035, 5155), in a thread of its own: no zone,
/// however expensive to validate, holds up the loop. query_time bounds each question here, whatever
/// libunbound does. Where it forwards it keeps no answers: TTLs are those of the server. Iterating,
/// it has a cache, and TTLs run down. Fails with one line where libunbound cannot be set up.
///
/// A message comes without its additional section, which nobody vouches for.
Result<std::unique_ptr<Transport>> create_validating_transport(loop::Loop& loop,
                                                               ValidatingOptions options);

}  // namespace liqo::dns
