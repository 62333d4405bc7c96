#include "agent/names/publisher.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "agent/names/files.h"
#include "agent/names/name_table.h"

namespace liqo::names {

Publisher::Publisher(loop::Loop& loop, Registry& registry, std::string runtime_dir,
                     NamesConfig config, PublisherOptions options)
    : registry_(registry),
      runtime_dir_(std::move(runtime_dir)),
      config_(std::move(config)),
      options_(options),
      retry_(options.first_retry),
      due_(loop),
      renewal_(loop) {
  changes_ = registry_.subscribe([this](const Change&) { changed(); });
  if (snapshot_holds(runtime_dir_, BootClock::now())) {
    renewal_.arm(options_.takeover, [this] { changed(); });
  } else {
    changed();
  }
}

void Publisher::set_config(NamesConfig config) {
  if (config == config_) return;
  config_ = std::move(config);
  changed();
}

void Publisher::set_local_network(LocalNetwork network) {
  network_ = std::move(network);
  if (config_.reverse && last_write_) changed();
}

void Publisher::changed() {
  hosts_due_ = true;
  renew();
}

void Publisher::renew() {
  if (due_.armed()) return;
  const BootTime now = BootClock::now();
  const Duration since = last_write_ ? now - *last_write_ : options_.interval;
  due_.arm(options_.interval - since, [this] { write(); });
}

void Publisher::write() {
  last_write_ = BootClock::now();
  const Result<void> written = write_files();
  if (!written) {
    failed(written.error());
    return;
  }
  if (!status_.error.empty()) spdlog::info("names: written again to {}", runtime_dir_);
  status_.error.clear();
  retry_ = options_.first_retry;
  renewal_.arm(options_.renewal, [this] { renew(); });
}

Result<void> Publisher::write_files() {
  const Now now = read_clocks();
  const NameTable table = map_names(registry_.clusters(), config_, network_, now);
  if (Result<void> written = write_snapshot(runtime_dir_, table, config_.suffix, now.boot);
      !written) {
    return written;
  }
  ++status_.writes;
  status_.names = table.names.size();
  status_.left_out = table.left_out;
  if (!hosts_due_) return {};
  Result<void> written = write_hosts_file(runtime_dir_, table, config_.suffix);
  hosts_due_ = !written;
  return written;
}

/// Warns once for each reason, and comes again.
void Publisher::failed(const Error& error) {
  if (status_.error != error.detail) {
    spdlog::warn("names: {}; trying again", error.detail);
    status_.error = error.detail;
  }
  renewal_.arm(retry_, [this] { renew(); });
  retry_ = std::min(retry_ * 2, options_.max_retry);
}

}  // namespace liqo::names
