#include "agent/lan_watcher.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace liqo {
namespace {

lan::Backend backend_of(LanBackend backend) {
  switch (backend) {
    case LanBackend::kAuto:
      return lan::Backend::kAuto;
    case LanBackend::kEmbedded:
      return lan::Backend::kEmbedded;
    case LanBackend::kAvahiDaemon:
      return lan::Backend::kAvahiDaemon;
  }
  return lan::Backend::kAuto;
}

/// Whether the two configurations want the same source; what is advertised is not part of it.
bool same_source(const LanConfig& a, const LanConfig& b) {
  LanConfig other = b;
  other.advertise = a.advertise;
  return a == other;
}

/// The link came up, or has other addresses than before: what was seen on it may be elsewhere.
bool disturbed(const link::Link* before, const link::Link& after) {
  if (!after.up || after.loopback) return false;
  if (before == nullptr || !before->up) return true;
  return before->addresses != after.addresses;
}

LocalNetwork network_of(const link::LinkTable& links) {
  LocalNetwork network;
  for (const auto& [index, link] : links) {
    for (const link::Link::Address& address : link.addresses) {
      network.prefixes.push_back({address.address, address.prefix_bits, index});
    }
  }
  return network;
}

}  // namespace

Result<std::unique_ptr<LanWatcher>> LanWatcher::create(loop::Loop& loop, Registry& registry,
                                                       RegistryDriver& driver, OnNetwork on_network,
                                                       std::function<void()> on_resume) {
  std::unique_ptr<LanWatcher> watcher(
      new LanWatcher(loop, registry, driver, std::move(on_network), std::move(on_resume)));
  auto monitor = link::LinkMonitor::create(
      loop, [raw = watcher.get()](const link::LinkTable& before, const link::LinkTable& after) {
        raw->on_links(before, after);
      });
  if (!monitor) return monitor.error();
  watcher->monitor_ = std::move(*monitor);
  auto resume = loop::ResumeWatch::create(loop, [raw = watcher.get()] { raw->resumed(); });
  if (!resume) return resume.error();
  watcher->resume_ = std::move(*resume);
  driver.set_resume_check([raw = watcher.get()] { raw->resume_->look(); });
  watcher->tell_local_network(watcher->links());
  return watcher;
}

LanWatcher::LanWatcher(loop::Loop& loop, Registry& registry, RegistryDriver& driver,
                       OnNetwork on_network, std::function<void()> on_resume)
    : loop_(loop),
      registry_(registry),
      driver_(driver),
      on_network_(std::move(on_network)),
      on_resume_(std::move(on_resume)) {
  config_.enabled = false;  // until it is configured
}

LanWatcher::~LanWatcher() {
  driver_.set_resume_check([] {});
}

void LanWatcher::configure(const LanConfig& lan, const std::optional<Advert>& cluster) {
  // What an agent before this one saw may be known by the first time.
  const bool restart = !configured_ || !same_source(config_, lan);
  configured_ = true;
  config_ = lan;
  if (restart) {
    if (source_) driver_.source_lost(Source::kLan);
    source_.reset();
    if (config_.enabled) {
      registry_.limit_interfaces(
          [this](const std::string& name) { return interface_allowed(config_, name); },
          read_clocks());
      start_source();
    } else {
      registry_.drop_source(Source::kLan, Gone::kRemoved, read_clocks());
    }
    driver_.touched();
  }
  if (source_) source_->set_advert(config_.advertise ? cluster : std::nullopt);
}

void LanWatcher::start_source() {
  lan::SourceOptions options;
  options.backend = backend_of(config_.backend);
  options.interface_allowed = [lan = config_](const std::string& name) {
    return interface_allowed(lan, name);
  };
  options.helper_file = "/proc/self/exe";
  const auto level = spdlog::level::to_string_view(spdlog::get_level());
  options.helper_args = {"liqo-discoveryd", "--lan-helper", "--log-level",
                         std::string(level.data(), level.size())};
  source_ = lan::Source::create(loop_, std::move(options), driver_, links());
}

std::optional<std::uint32_t> LanWatcher::index_of(const LanConfig& lan,
                                                  const std::string& name) const {
  if (!lan.enabled || !interface_allowed(lan, name)) return std::nullopt;
  for (const auto& [index, link] : links()) {
    if (link.name == name) return index;
  }
  return std::nullopt;
}

void LanWatcher::refresh() {
  if (source_) source_->refresh();
}

std::optional<lan::SourceStatus> LanWatcher::status() const {
  if (!source_) return std::nullopt;
  return source_->status();
}

void LanWatcher::on_links(const link::LinkTable& before, const link::LinkTable& after) {
  tell_local_network(after);
  if (source_) source_->set_links(after);
  for (const auto& [index, link] : after) {
    const auto old = before.find(index);
    if (!disturbed(old == before.end() ? nullptr : &old->second, link)) continue;
    if (!interface_allowed(config_, link.name)) continue;
    spdlog::info("link {} changed: asking again what was seen there", link.name);
    registry_.suspect_interface(index, read_clocks());
  }
  driver_.touched();
}

void LanWatcher::resumed() {
  spdlog::info("resumed from suspend: asking again what was seen on the LAN");
  driver_.resumed();
  refresh();
  on_resume_();
}

LocalNetwork LanWatcher::local_network() const { return network_of(links()); }

void LanWatcher::tell_local_network(const link::LinkTable& links) {
  LocalNetwork network = network_of(links);
  on_network_(network);
  registry_.set_local_network(std::move(network), read_clocks());
  driver_.touched();
}

}  // namespace liqo
