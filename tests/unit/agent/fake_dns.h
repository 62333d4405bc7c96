#pragma once

#include <string>
#include <vector>

#include "agent/dns_look.h"
#include "agent/dns_watcher.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {

/// "example.com" as it is configured where nothing else is said.
dns::DomainOptions domain(const std::string& name);
dns::SourceOptions domains(const std::vector<std::string>& names);

/// What a source was told, in order: "created example.com", "configured a.example b.example",
/// "refreshed", "checked CLUSTER-INSTANCE", "destroyed".
using Told = std::vector<std::string>;

/// Sources that see what the test says.
class FakeSources {
 public:
  [[nodiscard]] DnsWatcher::Create create();

  Told told;
  SightingSink* sink = nullptr;  ///< of the source that is there; null where none is
  dns::SourceStatus status;
  bool synced = false;
};

/// Looks that see what the test says.
class FakeLooks {
 public:
  [[nodiscard]] DnsLook::Create create();

  SightingSink* sink = nullptr;  ///< of the look under way; null where none is
  dns::SourceOptions options;
  dns::Look::Done done;
};

/// A peer as DNS tells it: in example.com, with an address of the Internet.
Peer in_dns(const ClusterId& id);

}  // namespace liqo::test
