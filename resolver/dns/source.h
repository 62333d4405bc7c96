#pragma once

#include <memory>

#include "resolver/dns/options.h"
#include "resolver/dns/status.h"
#include "resolver/dnssd/sighting.h"
#include "resolver/loop/loop.h"

namespace liqo::dns {

/// Browses domains of the Internet for Liqo clusters through unicast DNS (RFC 6763), and keeps what
/// it found right: every record set is asked again before its TTL ends, and nothing is told as gone
/// but on an answer that says so. Tells a SightingSink what it sees.
class Source {
 public:
  /// `sink` and `loop` must outlive it. Starts at once; tells nothing inside this call.
  static std::unique_ptr<Source> create(loop::Loop& loop, SourceOptions options,
                                        SightingSink& sink);
  virtual ~Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// Domains that stay as they are go on undisturbed; those that go are told as unseen (kRemoved).
  /// One whose layout is another, or that is to be validated and was not, or by another file of
  /// trust anchors, is looked at afresh: what it had told is told as unseen at the end of its first
  /// pass, unless that found it too. Files of trust anchors are read again.
  virtual void configure(SourceOptions options) = 0;
  /// Asks for everything again, as soon as the limits allow.
  virtual void refresh() = 0;
  /// Asks for the records behind one sighting again now; its answer is a proof, or its end.
  virtual void check(const SightingKey& key) = 0;
  /// Every domain's first pass is over, with or without an answer.
  [[nodiscard]] virtual bool synced() const = 0;
  [[nodiscard]] virtual SourceStatus status() const = 0;

 protected:
  Source() = default;
};

}  // namespace liqo::dns
