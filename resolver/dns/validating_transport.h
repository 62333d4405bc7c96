#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "resolver/dns/transport.h"
#include "resolver/loop/loop.h"

namespace liqo::dns {

struct ValidatingOptions {
  /// Files of trust anchors, in the form of BIND's or unbound's (DS or DNSKEY records in
  /// presentation form). A name that is below none of them is kIndeterminate.
  std::vector<std::string> trust_anchor_files;
  /// Forwarded to these; none: iterates from the root itself.
  std::vector<NameServer> servers;
  /// Questions in libunbound at once; more wait here.
  std::size_t max_queries = 64;
  /// Where a bogus answer, which libunbound withholds, is had from so that it can be shown; null:
  /// it is not shown. Must outlive the transport.
  Transport* plain = nullptr;
};

/// Has answers validated by libunbound (RFC 4033 to 4035, 5155), in a thread of its own: no zone,
/// however expensive to validate, holds up the loop. kQueryTime bounds each question here too.
/// Fails with one line where a trust anchor file cannot be read.
Result<std::unique_ptr<Transport>> create_validating_transport(loop::Loop& loop,
                                                               ValidatingOptions options);

}  // namespace liqo::dns
