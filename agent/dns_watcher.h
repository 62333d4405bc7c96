#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "agent/registry/registry.h"
#include "agent/registry_driver.h"
#include "resolver/dns/source.h"

namespace liqo {

/// Whether a domain is configured, or may be among those that are enumerated.
bool may_browse(const dns::SourceOptions& options, const DomainName& domain);
/// Whether what was known of this domain before a restart, with what DNSSEC said of it then, may be
/// used until it is asked again: where answers are to be validated, only what was.
bool may_resume(const dns::SourceOptions& options, const DomainName& domain,
                const std::optional<Dnssec>& dnssec);

/// The domains of the Internet as the configuration wants them: owns the source while any domain
/// is to be browsed.
class DnsWatcher {
 public:
  /// dns::Source::create, or a test's own.
  using Create = std::function<std::unique_ptr<dns::Source>(
      loop::Loop& loop, dns::SourceOptions options, SightingSink& sink)>;

  /// `loop`, `registry` and `driver` must outlive it. Begins when configure() is called.
  DnsWatcher(loop::Loop& loop, Registry& registry, RegistryDriver& driver, Create create);
  ~DnsWatcher();
  DnsWatcher(const DnsWatcher&) = delete;
  DnsWatcher& operator=(const DnsWatcher&) = delete;

  /// Makes the source agree with the configuration; domains that did not change go on undisturbed,
  /// what was seen in those that are not browsed any more is gone.
  void configure(const dns::SourceOptions& options);
  void refresh();

  /// True while nothing is browsed: there is nothing to wait for.
  [[nodiscard]] bool synced() const { return source_ == nullptr || source_->synced(); }
  /// Nothing while nothing is browsed.
  [[nodiscard]] std::optional<dns::SourceStatus> status() const;

 private:
  void forget_unlisted(const dns::SourceOptions& before);

  loop::Loop& loop_;
  Registry& registry_;
  RegistryDriver& driver_;
  Create create_;
  dns::SourceOptions options_;
  std::unique_ptr<dns::Source> source_;
};

}  // namespace liqo
