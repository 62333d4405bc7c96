#include "resolver/registrar/plan.h"

#include <algorithm>
#include <utility>

#include "resolver/dnssd/rdata.h"

namespace liqo::registrar {
namespace {

using Rdata = std::vector<std::string>;

std::string octets_of(const IpAddress& address) { return std::string(as_text(address.octets())); }

void insert(Rdata& set, std::string rdata) {
  const auto place = std::lower_bound(set.begin(), set.end(), rdata);
  if (place == set.end() || *place != rdata) set.insert(place, std::move(rdata));
}

void insert(Records& records, const IpAddress& address) {
  insert(address.family() == Family::kIpv4 ? records.a : records.aaaa, octets_of(address));
}

/// Puts in the records of a holding.
void insert(Records& records, const Names& names, const Holding& holding) {
  SrvData srv{.port = holding.port, .target = names.host};
  if (const auto* host = std::get_if<DomainName>(&holding.target)) {
    srv.target = *host;
  } else {
    insert(records, std::get<IpAddress>(holding.target));
  }
  insert(records.srv, to_rdata(srv));
}

std::vector<IpAddress> addresses_in(const Records& records) {
  std::vector<IpAddress> addresses;
  for (const Rdata* set : {&records.a, &records.aaaa}) {
    for (const std::string& rdata : *set) {
      if (auto address = IpAddress::from_octets(as_octets(rdata))) addresses.push_back(*address);
    }
  }
  return addresses;
}

/// Every holding that there might be: the records do not tell which port goes with which address.
std::vector<Holding> possible_holdings(const Names& names, const Records& found) {
  std::vector<Holding> holdings;
  for (const std::string& rdata : found.srv) {
    const auto srv = parse_srv(as_octets(rdata));
    if (!srv) continue;
    if (srv->target != names.host) {
      holdings.push_back({srv->port, srv->target});
      continue;
    }
    for (const IpAddress& address : addresses_in(found)) holdings.push_back({srv->port, address});
  }
  return holdings;
}

bool has_mark(const Leases& leases, std::uint32_t mark) {
  return std::any_of(leases.begin(), leases.end(), [mark](const auto& each) {
    const auto& marks = each.second.marks;
    return std::find(marks.begin(), marks.end(), mark) != marks.end();
  });
}

/// The addresses of Names::host that are not agents' work.
std::vector<IpAddress> foreign_addresses(const Names& names, const Records& found,
                                         const Leases& leases) {
  std::vector<IpAddress> unknown = addresses_in(found);
  for (const Holding& holding : possible_holdings(names, found)) {
    const auto* address = std::get_if<IpAddress>(&holding.target);
    if (address != nullptr && has_mark(leases, mark_of(holding))) std::erase(unknown, *address);
  }
  return unknown;
}

/// Works on one instance.
class Planner {
 public:
  Planner(const Names& names, const Entry* wanted, const Records& found, const Terms& terms,
          std::uint64_t now)
      : names_(names), wanted_(wanted), found_(found), terms_(terms), now_(now) {
    if (found.txt.size() != 1) return;
    if (auto txt = TxtRecord::from_rdata(as_octets(found.txt.front()))) text_ = read_text(*txt);
  }

  Plan make(bool afresh) {
    Plan plan;
    plan.why = why_held();
    const auto own = text_.leases.find(terms_.agent);
    if (!plan.why.empty()) {
      plan.kind = Plan::Kind::kHeld;
      plan.ours = own != text_.leases.end();
      // Whatever the zone says: we never took a longer one.
      if (plan.ours) plan.until = std::min(own->second.until, now_ + terms_.lease);
      return plan;
    }
    if (wanted_ == nullptr && own == text_.leases.end()) return plan;
    const Leases others = lasting_others();
    if (wanted_ != nullptr && others.size() >= kMaxAgents) {
      plan.kind = Plan::Kind::kHeld;
      plan.why = std::to_string(others.size()) + " agents hold " + names_.instance.to_string();
      return plan;
    }
    return is_settled(others) && !afresh ? settled(others) : change(others, afresh);
  }

 private:
  [[nodiscard]] bool is_empty() const { return found_.srv.empty() && found_.txt.empty(); }
  [[nodiscard]] bool has_ended() const { return text_.until && *text_.until <= now_; }

  /// Empty where the instance may be written.
  [[nodiscard]] std::string why_held() const {
    const std::string name = names_.instance.to_string();
    if (found_.srv.size() * (1 + found_.a.size() + found_.aaaa.size()) > kMaxPlaces) {
      return name + " has more records than agents register";
    }
    if (!is_empty()) {
      const std::string first = found_.txt.empty() ? "without a TXT record" : "not by an agent";
      if (!text_.until && (wanted_ != nullptr || !text_.leases.empty())) {
        return name + " is there already, " + first;
      }
      if (wanted_ != nullptr && text_.id != wanted_->id) {
        return name + " is there already, of another cluster";
      }
      if (auto why = why_not_shared(); !why.empty()) return why;
    }
    if (wanted_ == nullptr) return {};
    const auto foreign = foreign_addresses(names_, found_, text_.leases);
    if (foreign.empty()) return {};
    return names_.host.to_string() + " has the address " + foreign.front().to_string() +
           ", which no agent registered";
  }

  [[nodiscard]] std::string why_not_shared() const {
    if (wanted_ == nullptr || wanted_->via.empty() || wanted_->via == text_.via) return {};
    if (has_ended()) return {};
    return names_.instance.to_string() + (text_.via.empty()
                                              ? " is registered by the cluster itself"
                                              : " is registered by way of another cluster");
  }

  /// Leases of others that go on. Those of a bridge end where the cluster registers itself.
  [[nodiscard]] Leases lasting_others() const {
    Leases leases;
    if (wanted_ != nullptr && wanted_->via != text_.via) return leases;
    for (const auto& [tag, lease] : text_.leases) {
      if (tag != terms_.agent && lease.until > now_) leases.emplace(tag, lease);
    }
    return leases;
  }

  [[nodiscard]] std::vector<std::uint32_t> wanted_marks() const {
    std::vector<std::uint32_t> marks;
    for (const Holding& holding : wanted_->holdings) marks.push_back(mark_of(holding));
    std::sort(marks.begin(), marks.end());
    return marks;
  }

  /// What there would be with these leases.
  [[nodiscard]] Records records_with(const Leases& leases) const {
    Records records;
    for (const IpAddress& address : foreign_addresses(names_, found_, text_.leases)) {
      insert(records, address);
    }
    for (const Holding& holding : possible_holdings(names_, found_)) {
      Leases others = leases;
      others.erase(terms_.agent);
      if (has_mark(others, mark_of(holding))) insert(records, names_, holding);
    }
    if (wanted_ != nullptr) {
      for (const Holding& holding : wanted_->holdings) insert(records, names_, holding);
    }
    if (leases.empty()) return records;
    const bool ours = wanted_ != nullptr;
    const TxtRecord txt =
        write_text(ours ? wanted_->txt : text_.others, ours ? wanted_->via : text_.via, leases);
    records.txt = {txt.to_rdata()};
    return records;
  }

  /// Where our lease is not due and all is as it should be.
  [[nodiscard]] bool is_settled(const Leases& others) const {
    const auto own = text_.leases.find(terms_.agent);
    if (wanted_ == nullptr || own == text_.leases.end()) return false;
    if (renewal_of(own->second) <= now_ || own->second.marks != wanted_marks()) return false;
    if (own->second.until > now_ + terms_.lease) return false;  // of a longer one, before
    Leases leases = others;
    leases.insert(*own);
    return records_with(leases) == found_;
  }

  [[nodiscard]] std::uint64_t renewal_of(const Lease& lease) const {
    return lease.until - std::min<std::uint64_t>(lease.until, terms_.lease / 2);
  }

  [[nodiscard]] Plan settled(const Leases& others) const {
    Plan plan;
    const Lease& own = text_.leases.at(terms_.agent);
    plan.after = found_;
    plan.ours = true;
    plan.until = own.until;
    plan.look_again = renewal_of(own);
    for (const auto& [tag, lease] : others) {
      plan.look_again = std::min(plan.look_again, lease.until);
    }
    return plan;
  }

  [[nodiscard]] Plan change(const Leases& others, bool afresh) const {
    Plan plan;
    plan.kind = Plan::Kind::kChange;
    Leases leases = others;
    if (wanted_ != nullptr) {
      plan.ours = true;
      plan.until = now_ + terms_.lease;
      leases[terms_.agent] = {plan.until, wanted_marks()};
    }
    plan.after = records_with(leases);
    write_update(plan, afresh);
    return plan;
  }

  void write_update(Plan& plan, bool afresh) const {
    wire::Update& update = plan.update;
    update.zone = names_.zone;
    const std::string instance(names_.instance.wire());
    if (plan.after.txt.empty()) {
      update.changes.push_back(wire::delete_record(names_.listing, RecordType::kPtr, instance));
    } else {
      update.changes.push_back(
          wire::add_record(names_.listing, RecordType::kPtr, terms_.ttl, instance));
    }
    const bool rewritten = afresh && plan.ours;
    put_set(update, names_.instance, RecordType::kTxt, found_.txt, plan.after.txt, rewritten, true);
    put_set(update, names_.instance, RecordType::kSrv, found_.srv, plan.after.srv, rewritten, true);
    put_set(update, names_.host, RecordType::kA, found_.a, plan.after.a, rewritten, false);
    put_set(update, names_.host, RecordType::kAaaa, found_.aaaa, plan.after.aaaa, rewritten, false);
  }

  /// Replaces a record set whole, so that its records have one TTL. `always`: what was found is a
  /// prerequisite even where nothing changes.
  void put_set(wire::Update& update, const DomainName& name, RecordType type, const Rdata& before,
               const Rdata& after, bool rewritten, bool always) const {
    const bool changes = before != after || (rewritten && !after.empty());
    if (!changes && !always) return;
    if (before.empty()) update.prerequisites.push_back(wire::has_no_set(name, type));
    for (const std::string& rdata : before) {
      update.prerequisites.push_back(wire::has_record(name, type, rdata));
    }
    if (!changes) return;
    if (!before.empty()) update.changes.push_back(wire::delete_set(name, type));
    for (const std::string& rdata : after) {
      update.changes.push_back(wire::add_record(name, type, terms_.ttl, rdata));
    }
  }

  const Names& names_;
  const Entry* wanted_;
  const Records& found_;
  const Terms& terms_;
  std::uint64_t now_;
  InstanceText text_;
};

}  // namespace

Plan plan(const Names& names, const Entry* wanted, const Records& found, const Terms& terms,
          std::uint64_t now, bool afresh) {
  return Planner(names, wanted, found, terms, now).make(afresh);
}

}  // namespace liqo::registrar
