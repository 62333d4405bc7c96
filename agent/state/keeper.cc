#include "agent/state/keeper.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "agent/state/whole_file.h"

namespace liqo::state {

Keeper::Keeper(loop::Loop& loop, Registry& registry, std::string directory)
    : loop_(loop),
      registry_(registry),
      directory_(std::move(directory)),
      writes_(std::make_shared<OrderedWrites>()),
      last_write_(BootClock::now() - kInterval),
      timer_(loop),
      token_(registry.subscribe([this](const Change&) { changed(); })) {
  // What else is wrong with it, the first write will tell.
  ::mkdir(directory_.c_str(), S_IRWXU);
  arm(kRefresh);
}

Keeper::~Keeper() = default;

std::size_t Keeper::load(const InterfaceIndex& interfaces, const DomainFilter& domains, Now now) {
  std::size_t restored = 0;
  const auto restore = [&](const Cluster& cluster) {
    registry_.restore(cluster, now);
    if (!cluster.sightings.empty()) ++restored;
  };
  const auto read = read_state(directory_, interfaces, domains, now.wall, restore);
  if (read || read.error().code == Errc::kNotFound) return restored;
  const std::string path = directory_ + "/" + std::string(kFileName);
  // Whatever is wrong with it, the next write does not replace it.
  const std::string aside = put_aside(path).said;
  if (read.error().code == Errc::kIo) {
    spdlog::warn("what was known before is lost: {}; {}", read.error().detail, aside);
    return restored;
  }
  spdlog::warn("ignoring {}: {}; {}", path, read.error().detail, aside);
  return restored;
}

void Keeper::changed() {
  if (dirty_) return;
  dirty_ = true;
  if (work_ == nullptr) {
    arm(std::max(kSettle,
                 std::chrono::duration_cast<Duration>(last_write_ + kInterval - BootClock::now())));
  }
}

void Keeper::arm(Duration delay) {
  timer_.arm(delay, [this] { save_in_background(); });
}

void Keeper::save_in_background() {
  dirty_ = false;
  last_write_ = BootClock::now();
  const auto result = std::make_shared<Result<void>>();
  work_ = std::make_unique<loop::Work>(
      loop_,
      [writes = writes_, directory = directory_, known = registry_.snapshot(),
       generation = ++generation_, now = read_clocks().wall, result]() mutable {
        *result = writes->write(generation, [&] { return write_state(directory, known, now); });
        known.clear();  // those that nobody else holds by now are freed here, not in the loop
      },
      [this, result] {
        work_.reset();
        finished(*result);
        const bool again = dirty_ || !*result;
        arm(again ? kInterval : kRefresh);
      });
}

void Keeper::save() {
  timer_.cancel();
  work_.reset();
  dirty_ = false;
  finished(writes_->write(++generation_, [this] {
    return write_state(directory_, registry_.snapshot(), read_clocks().wall);
  }));
}

void Keeper::finished(const Result<void>& result) {
  const std::string error = result ? std::string() : result.error().detail;
  if (!result) ++failed_;
  if (error == error_) return;
  if (error.empty()) {
    spdlog::info("what is known is kept in {} again", directory_);
  } else {
    spdlog::warn("{}; going on without, it is tried again", error);
  }
  error_ = error;
}

}  // namespace liqo::state
