#include "resolver/lan/name_memory.h"

namespace liqo::lan {

void NameMemory::add(const DomainName& name, BootTime now) {
  erase(name);
  while (!names_.empty()) {
    const auto& [oldest, entry] = *oldest_first_.begin()->second;
    if (names_.size() < most_ && now < entry.until) break;
    erase(DomainName(oldest));
  }
  const auto added = names_.emplace(name, Entry{++last_, now + kTime}).first;
  oldest_first_.emplace(last_, &*added);
}

void NameMemory::erase(const DomainName& name) {
  const auto found = names_.find(name);
  if (found == names_.end()) return;
  oldest_first_.erase(found->second.order);
  names_.erase(found);
}

}  // namespace liqo::lan
