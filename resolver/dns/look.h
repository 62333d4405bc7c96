#pragma once

#include <functional>
#include <memory>
#include <string>

#include "resolver/dns/options.h"
#include "resolver/dnssd/sighting.h"
#include "resolver/loop/loop.h"

namespace liqo::dns {

/// One look at a domain: browses and resolves it once. What is seen is told to the sink as it
/// comes; `done` is called once, with an empty text, or with why the domain could not be listed.
/// Destroying it ends it.
class Look {
 public:
  using Done = std::function<void(const std::string& error)>;
  /// `sink` and `loop` must outlive it. Tells nothing inside this call. Takes kQueryTime for each
  /// of its three steps (listing, services, hosts) at the longest.
  static std::unique_ptr<Look> create(loop::Loop& loop, SourceOptions options, SightingSink& sink,
                                      Done done);
  virtual ~Look() = default;
  Look(const Look&) = delete;
  Look& operator=(const Look&) = delete;

 protected:
  Look() = default;
};

}  // namespace liqo::dns
