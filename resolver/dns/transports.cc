#include "resolver/dns/transports.h"

#include <algorithm>
#include <utility>

#include "resolver/dns/any_name_transport.h"
#include "resolver/dns/ares.h"
#include "resolver/dns/ares_transport.h"
#include "resolver/dns/failing_transport.h"
#include "resolver/dns/trust_anchors.h"

namespace liqo::dns {

/// None where no file is named.
Transports::Anchors Transports::anchors_in(const std::string& file) {
  if (file.empty()) return std::vector<TrustAnchor>{};
  return read_trust_anchors(file);
}

bool Transports::same(const Anchors& a, const Anchors& b) {
  if (!a || !b) return !a && !b && a.error().detail == b.error().detail;
  return *a == *b;
}

void Transports::set_system_servers(std::vector<NameServer> servers) {
  system_servers_ = std::move(servers);
}

void Transports::reread_trust_anchors() {
  for (Made& made : made_) {
    if (!same(made.anchors, anchors_in(made.way.trust_anchor))) made.retired = true;
  }
}

std::shared_ptr<Transport> Transports::get(const DomainOptions& options,
                                           const std::string& trust_anchor) {
  Way way;
  way.mode = options.dnssec;
  way.servers = options.servers;
  const bool validates = way.mode == DnssecMode::kValidate;
  // Without servers of its own a validating one begins at the root.
  if (way.servers.empty() && !validates) way.servers = system_servers_;
  if (validates)
    way.trust_anchor = options.trust_anchor.empty() ? trust_anchor : options.trust_anchor;
  if (way.mode == DnssecMode::kAd) way.trusted = options.trusted;
  return get(way);
}

std::shared_ptr<Transport> Transports::system() { return get(Way{.servers = system_servers_}); }

std::shared_ptr<Transport> Transports::get(const Way& way) {
  const auto known = std::find_if(made_.begin(), made_.end(), [&way](const Made& made) {
    return !made.retired && made.way == way;
  });
  if (known != made_.end()) return known->transport;
  const Anchors anchors = anchors_in(way.trust_anchor);
  made_.push_back({way, anchors, make(way, anchors)});
  return made_.back().transport;
}

std::shared_ptr<Transport> Transports::make(const Way& way, const Anchors& anchors) {
  if (way.mode == DnssecMode::kValidate) {
    if (!anchors) return std::make_shared<FailingTransport>(loop_, anchors.error());
    return make_validating({.trust_anchors = *anchors, .servers = way.servers});
  }
  AresOptions options;
  options.servers = way.servers;
  options.want_ad = way.mode == DnssecMode::kAd;
  options.trusted = way.trusted;
  std::shared_ptr<Transport> ares = create_ares_transport(loop_, std::move(options));
  // libunbound without servers would iterate; c-ares says that there are none.
  if (!kNewAres || way.servers.empty()) return ares;
  return create_any_name_transport(std::move(ares), [this, servers = way.servers] {
    return make_validating({.servers = servers});
  });
}

std::shared_ptr<Transport> Transports::make_validating(ValidatingOptions options) {
  auto validating = create_validating_transport(loop_, std::move(options));
  if (!validating) return std::make_shared<FailingTransport>(loop_, validating.error());
  return std::move(*validating);
}

void Transports::drop_unused() {
  std::erase_if(made_, [this](const Made& made) {
    const bool of_system =
        made.way.mode != DnssecMode::kValidate && made.way.servers == system_servers_;
    return made.transport.use_count() == 1 && !of_system;
  });
}

}  // namespace liqo::dns
