#include "resolver/lan/record_set.h"

#include <algorithm>
#include <functional>

namespace liqo::lan {
namespace {

std::string digest(std::string_view rdata) {
  const std::size_t hash = std::hash<std::string_view>{}(rdata);
  return {reinterpret_cast<const char*>(&hash), sizeof hash};
}

}  // namespace

bool RecordSet::Record::on(std::uint32_t interface) const {
  return std::any_of(places.begin(), places.end(), [&](const Presence& presence) {
    return presence.place.interface == interface;
  });
}

bool RecordSet::add(Place place, std::string_view rdata, bool keep, Stamp stamp) {
  auto record = find(rdata);
  if (record == records_.end()) {
    if (!make_room()) return false;
    records_.push_back({keep ? std::string(rdata) : digest(rdata), !keep, {}});
    octets_ += records_.back().rdata.size();
    record = std::prev(records_.end());
  }
  for (Presence& known : record->places) {
    if (known.place != place) continue;
    known.stamp.epoch = stamp.epoch;
    return false;
  }
  if (record->places.size() == kMaxPlaces) return false;
  record->places.push_back({place, stamp});
  return true;
}

bool RecordSet::remove(Place place, std::string_view rdata) {
  const auto record = find(rdata);
  if (record == records_.end()) return false;
  const auto removed = std::erase_if(
      record->places, [&](const Presence& presence) { return presence.place == place; });
  drop_empty();
  return removed > 0;
}

bool RecordSet::remove_before(std::uint32_t epoch) {
  std::size_t removed = 0;
  for (Record& record : records_) {
    removed += std::erase_if(
        record.places, [&](const Presence& presence) { return presence.stamp.epoch < epoch; });
  }
  drop_empty();
  return removed > 0;
}

const RecordSet::Record* RecordSet::newest_on(std::uint32_t interface) const {
  const Record* newest = nullptr;
  std::uint64_t order = 0;
  for (const Record& record : records_) {
    for (const Presence& presence : record.places) {
      if (presence.place.interface != interface) continue;
      if (newest != nullptr && presence.stamp.order < order) continue;
      newest = &record;
      order = presence.stamp.order;
    }
  }
  return newest;
}

std::vector<RecordSet::Record>::iterator RecordSet::find(std::string_view rdata) {
  return std::find_if(records_.begin(), records_.end(), [&](const Record& record) {
    return record.oversized ? record.rdata == digest(rdata) : record.rdata == rdata;
  });
}

bool RecordSet::make_room() {
  if (records_.size() < max_records_) return true;
  if (overflow_ == Overflow::kRefuse) return false;
  octets_ -= records_.front().rdata.size();
  records_.erase(records_.begin());
  return true;
}

void RecordSet::drop_empty() {
  std::erase_if(records_, [&](const Record& record) {
    if (!record.places.empty()) return false;
    octets_ -= record.rdata.size();
    return true;
  });
}

}  // namespace liqo::lan
