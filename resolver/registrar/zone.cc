#include "resolver/registrar/zone.h"

#include <algorithm>

namespace liqo::registrar {

Zone::Zone(loop::Loop& loop, const ZoneOptions& options, AgentTag agent, ZoneServer::System system,
           std::function<void()> changed)
    : options_(options),
      agent_(agent),
      changed_(std::move(changed)),
      random_(agent),
      server_(loop, options, std::move(system)),
      turn_(loop),
      deadline_(loop) {}

void Zone::configure(const ZoneOptions& options) {
  if (options == options_) return;
  const bool asks_anew = options.server != options_.server || options.key != options_.key;
  options_ = options;
  server_.configure(options);
  for (auto& [key, item] : items_) {
    item.registration->set_terms(terms());
    if (asks_anew) item.registration->restart();
  }
  wake();
}

void Zone::want(const Wanted& wanted) {
  for (auto& [key, item] : items_) {
    const auto entry = wanted.find(key);
    if (entry == wanted.end()) {
      item.registration->want(std::nullopt);
    } else {
      item.shared = !entry->second.via.empty();
      item.registration->want(entry->second);
    }
  }
  for (const auto& [key, entry] : wanted) {
    if (!items_.contains(key)) add(key, entry);
  }
  wake();
}

void Zone::add(const Key& key, const Entry& entry) {
  auto names = Names::of(options_.zone, key.second, key.first);
  if (!names) return;  // no zone so long is configured, and no id is
  auto registration = std::make_unique<Registration>(
      *std::move(names), terms(), server_, read_clocks, [this] { wake(); },
      [this] { return std::uniform_real_distribution<double>()(random_); });
  registration->want(entry);
  items_.emplace(key, Item{!entry.via.empty(), std::move(registration)});
}

void Zone::refresh() {
  for (auto& [key, item] : items_) item.registration->restart();
}

bool Zone::gone() const {
  return std::all_of(items_.begin(), items_.end(),
                     [](const auto& each) { return each.second.registration->gone(); });
}

void Zone::append_status(std::vector<InstanceStatus>& status) const {
  for (const auto& [key, item] : items_) {
    status.push_back({options_.zone, key.second, key.first, item.shared, server_.server(),
                      item.registration->status()});
  }
}

/// Registrations call from inside their own functions: they go in a turn of its own.
void Zone::wake() {
  if (!turn_.armed()) turn_.arm(Duration::zero(), [this] { sweep(); });
}

void Zone::sweep() {
  std::erase_if(items_, [](const auto& each) { return each.second.registration->gone(); });
  std::optional<BootTime> next;
  for (const auto& [key, item] : items_) {
    const auto due = item.registration->next_deadline();
    if (due && (!next || *due < *next)) next = due;
  }
  deadline_.arm_at(next, [this] {
    for (auto& [key, item] : items_) item.registration->advance();
    wake();
  });
  changed_();
}

}  // namespace liqo::registrar
