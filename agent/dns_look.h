#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/api/domain_look.h"
#include "agent/registry/registry.h"
#include "resolver/dns/look.h"
#include "resolver/loop/timer.h"

namespace liqo {

/// One look at a domain, into a registry of its own: what is seen becomes clusters as it does in
/// the agent's, and goes with the look. This host's own cluster is seen as any other: who publishes
/// it wants to know how it looks.
class DnsLook final : public api::DomainLook, private SightingSink {
 public:
  /// dns::Look::create, or a test's own.
  using Create = std::function<std::unique_ptr<dns::Look>(
      loop::Loop& loop, dns::SourceOptions options, SightingSink& sink, dns::Look::Done done)>;

  /// `loop` must outlive it. `network`: this host's links, for the order of addresses.
  DnsLook(loop::Loop& loop, dns::SourceOptions options, LocalNetwork network, const Create& create,
          Done done);
  ~DnsLook() override;

  [[nodiscard]] const Registry& seen() const override { return registry_; }

 private:
  void seen(Sighting sighting, EvidenceMethod method) override;
  void unseen(const SightingKey& key, Gone reason) override;
  void source_lost(Source source) override;
  void source_synced(Source source) override;
  void domain_listed(Source source, const DomainName& domain, Service service) override;
  void soon();
  void flush();

  Registry registry_;
  Done done_;
  loop::Timer flush_;
  std::optional<std::string> error_;  // once the look is over
  std::unique_ptr<dns::Look> look_;
};

/// What a look at `domain` is made with: as the domain is configured where it is, else asked of the
/// servers of resolv.conf, without DNSSEC.
dns::SourceOptions look_options(const dns::SourceOptions& configured, const DomainName& domain);

}  // namespace liqo
