#include "agent/names/publisher.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "agent/names/files.h"
#include "agent/names/name_table.h"

namespace liqo::names {

/// One write: all that it needs, so that any thread can do it, and what came of it.
struct Publisher::Job {
  std::string directory;
  Clusters clusters;
  NamesConfig config;
  LocalNetwork network;
  bool with_hosts = true;
  Now now;
  std::stop_token stop;  ///< requested once nobody waits for it any more

  std::size_t names = 0;
  std::size_t left_out = 0;
  std::optional<BootTime> first_end{};  ///< of the names that end before the lease
  Duration took{};                      ///< without waiting for a thread, or a suspend
  Result<void> snapshot{};
  Result<void> hosts{};

  void run() {
    const auto begun = std::chrono::steady_clock::now();
    write();
    took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begun);
  }

 private:
  void write() {
    const NameTable table = map_names(clusters, config, network, now);
    names = table.names.size();
    left_out = table.left_out;
    for (const NameRecord& name : table.names) {
      if (name.end) first_end = std::min(first_end.value_or(*name.end), *name.end);
    }
    snapshot = write_snapshot(directory, table, config.suffix, now.boot, stop);
    if (snapshot && with_hosts) hosts = write_hosts_file(directory, table, config.suffix, stop);
    clusters.clear();  // those that only the job holds by now are freed here, not in the loop
  }
};

Publisher::Publisher(loop::Loop& loop, Registry& registry, std::string runtime_dir,
                     NamesConfig config, PublisherOptions options)
    : loop_(loop),
      registry_(registry),
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

Publisher::~Publisher() { stop_.request_stop(); }

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
  const Duration apart =
      std::clamp((1 + options_.rest) * took_, options_.interval, options_.max_apart);
  const Duration since = last_write_ ? now - *last_write_ : apart;
  due_.arm(apart - since, [this] { write(); });
}

void Publisher::write() {
  if (work_ != nullptr) {
    again_ = true;
    return;
  }
  const Now now = read_clocks();
  last_write_ = now.boot;
  auto job = std::make_shared<Job>(Job{runtime_dir_, registry_.snapshot(), config_, network_,
                                       hosts_due_, now, stop_.get_token()});
  hosts_due_ = false;
  if (job->clusters.size() <= options_.in_loop) {
    job->run();
    written(*job);
    return;
  }
  work_ = std::make_unique<loop::Work>(
      loop_, [job] { job->run(); },
      [this, job] {
        work_.reset();
        written(*job);
        if (std::exchange(again_, false)) renew();
      });
}

void Publisher::written(const Job& job) {
  took_ = job.took;
  hosts_due_ = hosts_due_ || (job.with_hosts && !(job.snapshot && job.hosts));
  if (job.snapshot) {
    ++status_.writes;
    status_.names = job.names;
    status_.left_out = job.left_out;
  }
  if (!job.snapshot || !job.hosts) {
    failed(job.snapshot ? job.hosts.error() : job.snapshot.error());
    return;
  }
  if (!status_.error.empty()) spdlog::info("names: written again to {}", runtime_dir_);
  status_.error.clear();
  retry_ = options_.first_retry;
  arm_renewal(job.first_end);
}

void Publisher::arm_renewal(std::optional<BootTime> first_end) {
  Duration until_next = options_.renewal;
  if (first_end) {
    const Duration left = *first_end - BootClock::now() - options_.before_end;
    until_next = std::clamp(left, options_.before_end, options_.renewal);
  }
  renewal_.arm(until_next, [this] { renew(); });
}

/// Warns once for each reason, and comes again.
void Publisher::failed(const Error& error) {
  ++status_.failed;
  if (status_.error != error.detail) {
    spdlog::warn("names: {}; trying again", error.detail);
    status_.error = error.detail;
  }
  renewal_.arm(retry_, [this] { renew(); });
  retry_ = std::min(retry_ * 2, options_.max_retry);
}

}  // namespace liqo::names
