#include "agent/dns_watcher.h"

#include <algorithm>
#include <utility>

namespace liqo {
namespace {

bool wants_anything(const dns::SourceOptions& options) {
  return options.enumerate || !options.domains.empty();
}

}  // namespace

bool may_browse(const dns::SourceOptions& options, const DomainName& domain) {
  return options.enumerate ||
         std::any_of(options.domains.begin(), options.domains.end(),
                     [&domain](const dns::DomainOptions& each) { return each.name == domain; });
}

bool may_resume(const dns::SourceOptions& options, const DomainName& domain,
                const std::optional<Dnssec>& dnssec) {
  const auto unproven = [&](const dns::DomainOptions& each) {
    return each.name == domain && each.dnssec == dns::DnssecMode::kValidate && !dnssec;
  };
  return may_browse(options, domain) &&
         std::none_of(options.domains.begin(), options.domains.end(), unproven);
}

DnsWatcher::DnsWatcher(loop::Loop& loop, Registry& registry, RegistryDriver& driver, Create create)
    : loop_(loop), registry_(registry), driver_(driver), create_(std::move(create)) {
  driver_.set_dns_checker([this](const SightingKey& key) {
    if (source_) source_->check(key);
  });
}

DnsWatcher::~DnsWatcher() {
  driver_.set_dns_checker([](const SightingKey&) {});
}

void DnsWatcher::configure(const dns::SourceOptions& options) {
  if (options == options_ && !source_) return;
  const dns::SourceOptions before = std::exchange(options_, options);
  if (!wants_anything(options_)) {
    source_.reset();
    registry_.drop_source(Source::kDns, Gone::kRemoved, read_clocks());
    driver_.touched();
  } else if (source_) {
    source_->configure(options_);
    forget_unlisted(before);
  } else {
    source_ = create_(loop_, options_, driver_);
  }
}

/// What the state file kept of domains that went, and the source has not seen since.
void DnsWatcher::forget_unlisted(const dns::SourceOptions& before) {
  for (const dns::DomainOptions& domain : before.domains) {
    if (may_browse(options_, domain.name)) continue;
    for (const Service service : kServices) {
      driver_.domain_listed(Source::kDns, domain.name, service);
    }
  }
}

void DnsWatcher::refresh() {
  if (source_) source_->refresh();
}

std::optional<dns::SourceStatus> DnsWatcher::status() const {
  if (!source_) return std::nullopt;
  return source_->status();
}

}  // namespace liqo
