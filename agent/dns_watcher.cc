#include "agent/dns_watcher.h"

#include <utility>

namespace liqo {
namespace {

bool wants_anything(const dns::SourceOptions& options) {
  return options.enumerate || !options.domains.empty();
}

}  // namespace

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
  if (options == options_) return;
  options_ = options;
  if (!wants_anything(options_)) {
    source_.reset();
    registry_.drop_source(Source::kDns, Gone::kRemoved, read_clocks());
    driver_.touched();
  } else if (source_) {
    source_->configure(options_);
  } else {
    source_ = create_(loop_, options_, driver_);
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
