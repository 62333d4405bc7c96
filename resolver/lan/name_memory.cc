#include "resolver/lan/name_memory.h"

namespace liqo::lan {

void NameMemory::add(const DomainName& name, BootTime now) {
  erase(name);
  while (!names_.empty()) {
    const auto& [until, oldest] = *oldest_first_.begin();
    if (names_.size() < most_ && now < until) break;
    erase(DomainName(*oldest));
  }
  const auto added = names_.try_emplace(name).first;
  added->second = oldest_first_.emplace(now + kTime, &added->first);
}

void NameMemory::erase(const DomainName& name) {
  const auto found = names_.find(name);
  if (found == names_.end()) return;
  oldest_first_.erase(found->second);
  names_.erase(found);
}

}  // namespace liqo::lan
