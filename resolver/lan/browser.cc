#include "resolver/lan/browser.h"

#include <algorithm>
#include <utility>

#include "resolver/lan/local_name.h"

namespace liqo::lan {
namespace {

/// Whether the rdata can be read as what it is said to be.
bool is_well_formed(RecordType type, std::string_view rdata) {
  switch (type) {
    case RecordType::kSrv:
      return parse_srv(as_octets(rdata)).has_value();
    case RecordType::kTxt:
      return TxtRecord::from_rdata(as_octets(rdata)).has_value();
    case RecordType::kA:
      return rdata.size() == 4;
    case RecordType::kAaaa:
      return rdata.size() == 16;
    default:
      return false;
  }
}

}  // namespace

Browser::Browser(Options options, const Interfaces& interfaces, SightingSink& sink, Send send)
    : options_(options),
      interfaces_(interfaces),
      sink_(sink),
      send_(std::move(send)),
      known_(options.max_instances),
      pool_(options.seed) {
  for (const Service service : kServices)
    types_[index_of(service)].name = local_name(service_type(service));
}

Browser::~Browser() = default;

void Browser::backend_running(BootTime now) {
  if (running_) backend_lost(now);
  running_ = true;
  listed_at_ = now;
  for (const Service service : kServices) {
    TypeWatch& type = types_[index_of(service)];
    type.watch = watch(type.name, {.type = RecordType::kPtr, .service = service});
  }
}

void Browser::backend_lost(BootTime now) {
  for (const auto& [name, instance] : instances_) {
    if (instance->was_told) known_.add(name, now);
  }
  running_ = synced_ = false;
  first_pass_by_.reset();
  for (TypeWatch& type : types_) {
    type.watch = type.successor = 0;
    type.all_for_now = false;
  }
  watches_.clear();
  retries_.clear();
  touched_.clear();
  pending_.clear();
  due_.clear();
  instances_.clear();
  hosts_.clear();
  pool_.clear();
  txt_octets_ = 0;
}

void Browser::on_record(const RecordReport& report, BootTime now) {
  const auto known = watches_.find(report.watch);
  if (known == watches_.end()) return;  // told before the helper knew that it was dropped
  const Target target = known->second;
  if (target.type == RecordType::kPtr) return on_ptr(target, report, now);
  if (!is_well_formed(target.type, report.rdata)) {
    ++counters_.malformed;
    return;
  }
  RecordSet& set = followed(target).set;
  const std::size_t before = set.octets();
  if (report.present && (target.exhausted || report.own)) hear(target, report.interface);
  const Place place{report.interface, report.family};
  const bool is_txt = target.type == RecordType::kTxt;
  if (report.present) {
    const bool keep = !is_txt || (report.rdata.size() <= TxtRecord::kMaxOctets &&
                                  txt_octets_ + report.rdata.size() <= kMaxTxtOctets);
    set.add(place, report.rdata, keep, {++order_, epoch_});
  } else {
    set.remove(place, report.rdata);
  }
  if (is_txt) txt_octets_ += set.octets() - before;
  touch(target);
}

void Browser::on_watch(const WatchReport& report, BootTime now) {
  const auto known = watches_.find(report.watch);
  if (known == watches_.end()) return;
  if (report.event == WatchEvent::kFailed) {
    retries_.insert({now + kWatchRetry, report.watch});
  } else {
    known->second.exhausted = true;
    all_told(known->second, report.watch, report.event, now);
  }
}

void Browser::all_told(const Target& target, std::uint32_t id, WatchEvent event, BootTime now) {
  const bool for_now = event == WatchEvent::kAllForNow;
  if (target.type != RecordType::kPtr) {
    const bool began = !std::exchange(followed(target).exhausted, true);
    if (began && target.type == RecordType::kSrv && target.instance->pending) {
      be_patient(*target.instance, now + kPatience);
    }
    if (for_now) forget_untold(target);
    touch(target);
  } else if (for_now) {
    TypeWatch& type = types_[index_of(target.service)];
    type.all_for_now = true;
    unlist_before(target.service, target.epoch);
    if (id != type.successor) return;
    unwatch(type.watch);
    type.watch = std::exchange(type.successor, 0);
  }
}

/// What the watch before this one told, and this one did not.
void Browser::forget_untold(const Target& target) {
  RecordSet& set = followed(target).set;
  const std::size_t before = set.octets();
  set.remove_before(target.epoch);
  if (target.type == RecordType::kTxt) txt_octets_ -= before - set.octets();
}

void Browser::links_changed(const Interfaces::Update& update, BootTime now) {
  const auto is_gone = [&](const Listing::Presence& presence) {
    return std::find(update.removed.begin(), update.removed.end(), presence.place.interface) !=
               update.removed.end() ||
           interfaces_.denied(presence.place.interface);
  };
  for (const auto& [name, instance] : instances_) {
    const bool lost = instance->listing.remove_if(is_gone);
    if (lost || update.usable_changed) touched_.insert(instance.get());
  }
  pool_.sweep([&](Listing& listing) { listing.remove_if(is_gone); });
  // What was told of it while it was not allowed was not kept.
  if (update.more_allowed) refresh(now);
}

void Browser::refresh(BootTime now) {
  if (!running_) return;
  listed_at_ = now;
  pool_.forget_left_out();
  ++epoch_;
  for (const Service service : kServices) {
    TypeWatch& type = types_[index_of(service)];
    if (type.successor != 0) unwatch(type.successor);
    type.successor = watch(type.name, {.type = RecordType::kPtr, .service = service});
  }
}

void Browser::flush(BootTime now) {
  if (!running_) return;
  remake_failed(now);
  while (!due_.empty() && due_.begin()->first <= now) {
    Instance* instance = due_.begin()->second;
    due_.erase(due_.begin());
    instance->due.reset();
    touched_.insert(instance);
  }
  for (std::size_t looks = 0; looks < kLooksPerFlush && !touched_.empty(); ++looks) {
    Instance* instance = *touched_.begin();
    touched_.erase(touched_.begin());
    look_at(*instance, now);
  }
  fill_places(now);
  if (pool_.left_out() && !pool_.has_untried() && listed_at_ + kRelist <= now) refresh(now);
  sync_if_complete(now);
}

std::optional<BootTime> Browser::next_deadline() const {
  if (!running_) return std::nullopt;
  if (!touched_.empty()) return BootTime{};
  std::optional<BootTime> next;
  const auto consider = [&](BootTime time) { next = next ? std::min(*next, time) : time; };
  if (!due_.empty()) consider(due_.begin()->first);
  if (!retries_.empty()) consider(retries_.begin()->at);
  if (!synced_ && first_pass_by_) consider(*first_pass_by_);
  if (pool_.empty()) return next;
  if (pool_.has_untried() && !pending_.empty()) {
    consider(pending_.begin()->first);
  } else {
    consider(draw_at_);
  }
  if (pool_.left_out() && !pool_.has_untried()) consider(listed_at_ + kRelist);
  return next;
}

void Browser::sync_if_complete(BootTime now) {
  if (synced_) return;
  const bool listed = std::all_of(types_.begin(), types_.end(),
                                  [](const TypeWatch& type) { return type.all_for_now; });
  if (!listed) return;
  if (!first_pass_by_) first_pass_by_ = now + kFirstPass;
  const bool complete = touched_.empty() && pending_.empty() && !pool_.has_untried();
  if (!complete && now < *first_pass_by_) return;
  synced_ = true;
  sink_.source_synced(liqo::Source::kLan);
}

std::uint32_t Browser::watch(const DomainName& name, Target target) {
  do {
    ++last_watch_;
  } while (last_watch_ == 0 || watches_.contains(last_watch_));
  target.epoch = epoch_;
  target.exhausted = false;
  watches_[last_watch_] = target;
  send_(Watch{last_watch_, name, target.type});
  return last_watch_;
}

void Browser::unwatch(std::uint32_t& id) {
  if (id == 0) return;
  watches_.erase(id);
  send_(Unwatch{id});
  id = 0;
}

void Browser::remake_failed(BootTime now) {
  while (!retries_.empty() && retries_.begin()->at <= now) {
    const std::uint32_t id = retries_.begin()->watch;
    retries_.erase(retries_.begin());
    const auto known = watches_.find(id);
    if (known == watches_.end()) continue;
    const Target target = known->second;
    std::uint32_t& slot = id_of(target, id);
    unwatch(slot);
    ++epoch_;
    slot = watch(name_of(target), target);
  }
}

DomainName Browser::name_of(const Target& target) const {
  if (target.instance != nullptr) return target.instance->listing.name;
  if (target.host != nullptr) return target.host->name;
  return types_[index_of(target.service)].name;
}

std::uint32_t& Browser::id_of(const Target& target, std::uint32_t id) {
  if (target.type != RecordType::kPtr) return followed(target).watch;
  TypeWatch& type = types_[index_of(target.service)];
  return type.successor == id ? type.successor : type.watch;
}

Followed& Browser::followed(const Target& target) {
  switch (target.type) {
    case RecordType::kSrv:
      return target.instance->srv;
    case RecordType::kTxt:
      return target.instance->txt;
    case RecordType::kA:
      return target.host->a;
    default:
      return target.host->aaaa;
  }
}

void Browser::touch(const Target& target) {
  if (target.instance != nullptr) touched_.insert(target.instance);
  if (target.host != nullptr) touched_.insert(target.host->users.begin(), target.host->users.end());
}

/// A record was announced. That of a host says that an instance is there only where it changes
/// what was told: the host may have other services, and the instance be a memory of Avahi's.
void Browser::hear(const Target& target, std::uint32_t interface) {
  if (target.instance != nullptr) target.instance->listing.hear(interface);
  if (target.host == nullptr) return;
  for (Instance* user : target.host->users) {
    if (!user->pending) user->listing.hear(interface);
  }
}

}  // namespace liqo::lan
