#include "resolver/lan/helper/stack.h"

#include <avahi-common/domain.h>
#include <avahi-common/error.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "resolver/lan/helper/rdata_check.h"

namespace liqo::lan::helper {
namespace {

// Services, each with SRV and TXT, and A and AAAA of its host, for the source's 12,288 instances,
// and a third more. The agent keeps to its own limits; this one is for an agent gone wild.
constexpr std::size_t kMaxWatches = 65'536;
// Three services on each of the 1,024 interfaces that a Configure can name.
constexpr std::size_t kMaxPublications = 4096;

std::optional<GroupState> group_state(AvahiEntryGroupState state) {
  switch (state) {
    case AVAHI_ENTRY_GROUP_UNCOMMITED:
      return std::nullopt;
    case AVAHI_ENTRY_GROUP_REGISTERING:
      return GroupState::kRegistering;
    case AVAHI_ENTRY_GROUP_ESTABLISHED:
      return GroupState::kEstablished;
    case AVAHI_ENTRY_GROUP_COLLISION:
      return GroupState::kCollision;
    case AVAHI_ENTRY_GROUP_FAILURE:
      return GroupState::kFailed;
  }
  return GroupState::kFailed;
}

/// Avahi knows no labels that are not UTF-8 or hold a NUL, and logs each that it meets.
Result<void> check_name(const DomainName& name) {
  if (avahi_is_valid_domain_name(name.to_string().c_str()) != 0) return {};
  return Error{Errc::kInvalid, "a name that Avahi does not take: " + name.to_string()};
}

bool same_key(const PublishedRecord& a, const PublishedRecord& b) {
  return a.type == b.type && a.name == b.name;
}

/// True when the groups differ in nothing but rdata, each of which its key alone can name.
bool only_rdata_differs(const Publish& a, const Publish& b) {
  if (a.interface != b.interface || a.records.size() != b.records.size()) return false;
  for (std::size_t i = 0; i < a.records.size(); ++i) {
    const PublishedRecord& was = a.records[i];
    const PublishedRecord& is = b.records[i];
    if (!same_key(was, is) || was.ttl != is.ttl || was.unique != is.unique) return false;
    if (was.rdata == is.rdata) continue;
    const auto of_this_key = [&is](const PublishedRecord& other) { return same_key(is, other); };
    if (std::count_if(b.records.begin(), b.records.end(), of_this_key) > 1) return false;
  }
  return true;
}

}  // namespace

// --- Browser ---------------------------------------------------------------------------------

void Browser::tell_record(bool present, const Found& found) {
  // What a CNAME led to has another owner, and is not what was asked for.
  if (found.type != static_cast<std::uint16_t>(watch_.type)) return;
  const Result<DomainName> owner = DomainName::parse(found.owner);
  if (!owner || !(*owner == watch_.name)) return;
  if (found.interface <= 0 || found.rdata.size() > kMaxRdata) return;
  channel_.send(
      RecordReport{watch_.id, present, static_cast<std::uint32_t>(found.interface),
                   found.protocol == AVAHI_PROTO_INET6 ? Family::kIpv6 : Family::kIpv4,
                   (found.flags & (AVAHI_LOOKUP_RESULT_LOCAL | AVAHI_LOOKUP_RESULT_OUR_OWN)) != 0,
                   std::string(found.rdata)});
}

void Browser::tell_event(AvahiBrowserEvent event, std::string detail) {
  switch (event) {
    case AVAHI_BROWSER_CACHE_EXHAUSTED:
      return channel_.send(WatchReport{watch_.id, WatchEvent::kCacheExhausted, {}});
    case AVAHI_BROWSER_ALL_FOR_NOW:
      return channel_.send(WatchReport{watch_.id, WatchEvent::kAllForNow, {}});
    case AVAHI_BROWSER_FAILURE:
      return channel_.send(WatchReport{watch_.id, WatchEvent::kFailed, std::move(detail)});
    case AVAHI_BROWSER_NEW:
    case AVAHI_BROWSER_REMOVE:
      return;
  }
}

// --- Stack: watches --------------------------------------------------------------------------

void Stack::follow(const Watch& watch) {
  const auto fail = [&](std::string why) {
    channel_.send(WatchReport{watch.id, WatchEvent::kFailed, std::move(why)});
  };
  if (browsers_.erase(watch.id) != 0) return fail("this id was in use; both watches are ended");
  if (browsers_.size() >= kMaxWatches) return fail("too many watches");
  if (Result<void> right = check_name(watch.name); !right) return fail(right.error().detail);
  Result<std::unique_ptr<Browser>> browser = open_browser(watch);
  if (!browser) return fail(browser.error().detail);
  browsers_.emplace(watch.id, std::move(*browser));
}

// --- Stack: publications ---------------------------------------------------------------------

void Stack::publish(Publish message) {
  const std::uint32_t id = message.id;
  const auto old = publications_.find(id);
  if (old != publications_.end() && update_in_place(old->second, message)) return;
  publications_.erase(id);
  if (publications_.size() >= kMaxPublications) {
    return channel_.send(GroupReport{id, GroupState::kFailed, "too many groups"});
  }
  Publication& publication = publications_[id];
  publication.message = std::move(message);
  if (may_publish()) establish(publication);
}

/// Puts the records into a group and announces them: all or none.
void Stack::establish(Publication& publication) {
  const Publish& message = publication.message;
  Result<std::unique_ptr<Group>> group = open_group(message.id, message.interface);
  Result<void> done = group ? fill(**group, message) : Result<void>(group.error());
  if (done) {
    // In its place before commit(), inside which Avahi may already tell a state.
    publication.group = std::move(*group);
    done = publication.group->commit();
  }
  if (done) return;
  publication.group.reset();
  const bool collision = done.error().code == Errc::kRefused;
  tell(publication, collision ? GroupState::kCollision : GroupState::kFailed, done.error().detail);
}

Result<void> Stack::fill(Group& group, const Publish& message) {
  if (message.records.empty()) return Error{Errc::kInvalid, "a group without records"};
  for (const PublishedRecord& record : message.records) {
    if (Result<void> right = check_name(record.name); !right) return right;
    if (Result<void> right = check_rdata(record); !right) return right;
    if (Result<void> added = group.add(record, AvahiPublishFlags{}); !added) return added;
  }
  return {};
}

/// A changed TXT is announced as it is; a new group would first say goodbye and then probe anew.
bool Stack::update_in_place(Publication& publication, const Publish& message) {
  if (!publication.group || publication.state == GroupState::kCollision ||
      publication.state == GroupState::kFailed ||
      !only_rdata_differs(publication.message, message)) {
    return false;
  }
  for (std::size_t i = 0; i < message.records.size(); ++i) {
    PublishedRecord& was = publication.message.records[i];
    const PublishedRecord& is = message.records[i];
    if (was.rdata == is.rdata) continue;
    if (!check_rdata(is) || !publication.group->add(is, AVAHI_PUBLISH_UPDATE)) return false;
    was.rdata = is.rdata;
  }
  tell(publication, publication.state, {});
  return true;
}

void Stack::tell(Publication& publication, GroupState state, std::string detail) {
  publication.state = state;
  channel_.send(GroupReport{publication.message.id, state, std::move(detail)});
}

void Stack::tell_group(std::uint32_t id, AvahiEntryGroupState state, std::string detail) {
  const auto found = publications_.find(id);
  const std::optional<GroupState> told = group_state(state);
  if (found != publications_.end() && told) tell(found->second, *told, std::move(detail));
}

void Stack::withdraw_all() {
  for (auto& [id, publication] : publications_) {
    if (!publication.group) continue;
    publication.group.reset();
    tell(publication, GroupState::kRegistering, "this host's name is being settled");
  }
}

void Stack::publish_all() {
  for (auto& [id, publication] : publications_) {
    if (!publication.group) establish(publication);
  }
}

void Stack::forget_all() {
  browsers_.clear();
  publications_.clear();
}

// --- Avahi's terms ---------------------------------------------------------------------------

Result<AvahiIfIndex> avahi_interface(std::uint32_t index) {
  if (index == 0) return AvahiIfIndex{AVAHI_IF_UNSPEC};
  if (index > static_cast<std::uint32_t>(std::numeric_limits<AvahiIfIndex>::max())) {
    return Error{Errc::kInvalid, "no interface can have the index " + std::to_string(index)};
  }
  return static_cast<AvahiIfIndex>(index);
}

AvahiPublishFlags publish_flags(const PublishedRecord& record) {
  int flags = AVAHI_PUBLISH_USE_MULTICAST;
  if (record.unique) {
    flags |= AVAHI_PUBLISH_UNIQUE;
    // A host has one unique record of the type for each of its addresses.
    const bool address = record.type == RecordType::kA || record.type == RecordType::kAaaa;
    if (address) flags |= AVAHI_PUBLISH_ALLOW_MULTIPLE;
  }
  return static_cast<AvahiPublishFlags>(flags);
}

Error avahi_error(int code) {
  return {code == AVAHI_ERR_COLLISION ? Errc::kRefused : Errc::kUnavailable, avahi_strerror(code)};
}

}  // namespace liqo::lan::helper
