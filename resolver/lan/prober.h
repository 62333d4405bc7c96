#pragma once

#include <functional>
#include <memory>

#include "resolver/dnssd/sighting.h"
#include "resolver/loop/loop.h"

namespace liqo::lan {

/// Settles whether a sighting is still there by asking it, never Avahi's cache: one-shot questions
/// (RFC 6762 sections 5.1 and 6.7) for its SRV record on its own interface and family, from an
/// ephemeral port, and, where the endpoint is TCP, a connect to its addresses at the same time, for
/// responders that answer by multicast only.
class Prober {
 public:
  /// Called at most once a probe, on the first proof: kQuery or kTcp. Silence is no call.
  using Proof = std::function<void(const SightingKey& key, EvidenceMethod method)>;

  /// `loop` must outlive it.
  static std::unique_ptr<Prober> create(loop::Loop& loop, Proof on_proof);
  virtual ~Prober() = default;
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  /// Asks now, again after 1 s and 3 s (RFC 6762 section 10.4: at least two questions), and gives
  /// up after 8 s. A probe of the same key that is under way goes on instead. Never blocks.
  virtual void probe(const Sighting& sighting) = 0;
  virtual void cancel(const SightingKey& key) = 0;
  /// The host slept: every probe under way begins anew, for the time slept was no silence.
  virtual void resumed() = 0;

 protected:
  Prober() = default;
};

}  // namespace liqo::lan
