#include "resolver/lan/interfaces.h"

#include <algorithm>

namespace liqo::lan {

Interfaces::Update Interfaces::update(const link::LinkTable& links) {
  Update update;
  for (const auto& [index, link] : links_) {
    const auto now = links.find(index);
    const bool stays = now != links.end() && allows(now->second);
    if (!stays && allows(link)) update.removed.push_back(index);
    if (stays && !allows(link)) update.more_allowed = true;
  }
  const Interfaces before = *this;
  links_ = links;
  const auto differs = [&](const link::LinkTable& table) {
    return std::any_of(table.begin(), table.end(), [&](const auto& entry) {
      const link::Link* old = before.usable(entry.first);
      const link::Link* now = usable(entry.first);
      return (old == nullptr) != (now == nullptr) || (old != nullptr && old->name != now->name);
    });
  };
  update.usable_changed = differs(before.links_) || differs(links_);
  return update;
}

const link::Link* Interfaces::usable(std::uint32_t index) const {
  const auto known = links_.find(index);
  if (known == links_.end() || !known->second.up || !allows(known->second)) return nullptr;
  return &known->second;
}

bool Interfaces::denied(std::uint32_t index) const {
  const auto known = links_.find(index);
  return known != links_.end() && !allows(known->second);
}

bool Interfaces::down(std::uint32_t index) const {
  const auto known = links_.find(index);
  if (known == links_.end() || !known->second.up) return true;
  return is_up_ && !is_up_(index);
}

std::vector<std::string> Interfaces::allowed_names() const {
  std::vector<std::string> names;
  for (const auto& [index, link] : links_) {
    if (link.multicast && !link.loopback && allows(link)) names.push_back(link.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<const link::Link*> Interfaces::publishable() const {
  std::vector<const link::Link*> found;
  for (const auto& [index, link] : links_) {
    const bool fit = link.up && link.multicast && !link.loopback && !link.point_to_point;
    if (fit && !link.addresses.empty() && allows(link)) found.push_back(&link);
  }
  return found;
}

}  // namespace liqo::lan
