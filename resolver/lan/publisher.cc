#include "resolver/lan/publisher.h"

#include <algorithm>
#include <utility>

#include "resolver/lan/publish_plan.h"

namespace liqo::lan {

Publisher::Publisher(const Interfaces& interfaces, Send send)
    : interfaces_(interfaces), send_(std::move(send)) {}

void Publisher::set_advert(std::optional<Advert> advert) {
  const bool other = !advert || !advert_ || advert->id != advert_->id;
  advert_ = std::move(advert);
  if (!other) return;
  // Another name: its conflicts and failures are others.
  for (auto& [key, group] : groups_) {
    group.number = 1;
    group.conflicts = group.failures = 0;
    group.renames.clear();
    group.again_at.reset();
  }
}

void Publisher::backend_running(Backend backend, const DomainName& host) {
  running_ = true;
  backend_ = backend;
  if (host_ == host) return;
  // The name before is another host's, and so are we while that stands.
  host_ = host;
  published_at_.clear();
}

void Publisher::backend_lost() {
  running_ = false;
  next_.reset();
  published_at_.clear();
  for (auto& [key, group] : groups_) {
    group.sent.clear();
    group.again_at.reset();
    group.state = GroupState::kRegistering;
    group.detail.clear();
    group.conflicts = group.failures = 0;
  }
}

void Publisher::on_group(const GroupReport& report, BootTime now) {
  const auto known = std::find_if(groups_.begin(), groups_.end(), [&](const auto& entry) {
    return entry.second.id == report.group;
  });
  // While a group waits to be tried again, what is still told of it is of the last try.
  if (known == groups_.end() || known->second.sent.empty() || known->second.again_at) return;
  auto& [key, group] = *known;
  group.state = report.state;
  group.detail = report.detail;
  switch (report.state) {
    case GroupState::kRegistering:
      break;
    case GroupState::kEstablished:
      group.conflicts = group.failures = 0;
      break;
    case GroupState::kCollision:
      conflict(key, group, now);
      break;
    case GroupState::kFailed:
      group.again_at = now + std::min(kSlow, kRetry * (1 << std::min(group.failures, 6U)));
      ++group.failures;
      break;
  }
}

void Publisher::conflict(const Key& key, Group& group, BootTime now) {
  group.again_at = now + kGhost;
  if (++group.conflicts == 1) return;
  std::erase_if(group.renames, [&](BootTime time) { return time + kRenameWindow <= now; });
  if (group.renames.size() >= kRenames) {
    group.again_at = now + kSlow;
    group.renames.erase(group.renames.begin());
  } else {
    group.again_at = now;
  }
  group.renames.push_back(now);
  if (key.part == Part::kService) {
    ++group.number;
    return;
  }
  // Every SRV record points to the name that is another host's.
  ++host_number_;
  published_at_.clear();
}

void Publisher::flush(BootTime now) {
  next_.reset();
  if (!running_) return;
  withdraw_stale();
  if (!advert_) return;
  std::erase_if(published_at_, [&](const auto& entry) { return entry.second + kPace <= now; });
  for (const link::Link* link : interfaces_.publishable()) {
    if (wanted({link->index, Part::kHost})) agree(*link, Part::kHost, now);
    agree(*link, Part::kService, now);
  }
}

/// Groups of links that are down are kept.
bool Publisher::wanted(const Key& key) const {
  if (!advert_) return false;
  const auto& links = interfaces_.links();
  if (!links.contains(key.interface) || interfaces_.denied(key.interface)) return false;
  if (key.part == Part::kService) return true;
  return backend_ == Backend::kEmbedded && uses_own_host(*advert_);
}

void Publisher::withdraw_stale() {
  std::erase_if(groups_, [&](const auto& entry) {
    const auto& [key, group] = entry;
    if (wanted(key)) return false;
    if (!group.sent.empty()) send_(Unpublish{group.id});
    return true;
  });
}

void Publisher::agree(const link::Link& link, Part part, BootTime now) {
  Group& group = groups_[{link.index, part}];
  if (group.id == 0) group.id = ++last_id_;
  group.interface_name = link.name;
  if (part == Part::kService) group.instance = instance_label(advert_->id, group.number);
  Publish message{group.id, link.index, records(link, part, group)};
  const bool changed = encode(ToHelper(message)) != group.sent;
  const bool due = group.again_at && *group.again_at <= now;
  if (due) return publish(group, std::move(message));
  if (group.again_at) wait_until(*group.again_at);
  // While the same name waits for a ghost to go, the rest of the plan waits with it.
  if (!changed || group.again_at) return;
  const auto last = published_at_.find({link.name, part});
  if (last != published_at_.end()) return wait_until(last->second + kPace);
  published_at_[{link.name, part}] = now;
  publish(group, std::move(message));
}

void Publisher::publish(Group& group, Publish message) {
  group.again_at.reset();
  group.state = GroupState::kRegistering;
  group.detail.clear();
  const ToHelper sent = std::move(message);
  group.sent = encode(sent);
  send_(sent);
}

std::vector<PublishedRecord> Publisher::records(const link::Link& link, Part part,
                                                const Group& group) const {
  const bool embedded = backend_ == Backend::kEmbedded;
  const DomainName host = embedded ? numbered_host(host_, host_number_) : host_;
  if (part == Part::kHost) return host_records(link, host);
  return service_records(*advert_, group.instance, host);
}

void Publisher::wait_until(BootTime time) {
  if (!next_ || time < *next_) next_ = time;
}

std::vector<SourceStatus::Published> Publisher::status() const {
  std::vector<SourceStatus::Published> published;
  for (const auto& [key, group] : groups_) {
    if (key.part != Part::kService) continue;
    published.push_back(
        {group.interface_name, label_to_text(group.instance), group.state, group.detail});
  }
  return published;
}

}  // namespace liqo::lan
