#include "tests/unit/dns/zone_world.h"

#include <algorithm>
#include <sstream>

namespace liqo::dns::test {
namespace {

constexpr std::uint16_t kSoa = 6;
const WallTime kEpoch{std::chrono::hours(24 * 365 * 50)};

std::string rdata_of(RecordType type, const std::string& text) {
  std::istringstream words(text);
  switch (type) {
    case RecordType::kPtr:
    case RecordType::kCname:
      return std::string(name(text).wire());
    case RecordType::kSrv: {
      SrvData srv;
      std::string target;
      words >> srv.priority >> srv.weight >> srv.port >> target;
      srv.target = name(target);
      return to_rdata(srv);
    }
    case RecordType::kTxt: {
      std::string rdata;
      for (std::string word; words >> word;) {
        rdata += static_cast<char>(word.size());
        rdata += word;
      }
      return rdata;
    }
    default:
      return std::string(as_text(IpAddress::parse(text)->octets()));
  }
}

std::string soa_rdata(std::uint32_t minimum) {
  std::string rdata(name("ns.example.com").wire());
  rdata += name("admin.example.com").wire();
  rdata.append(16, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) {
    rdata += static_cast<char>(minimum >> static_cast<unsigned>(shift) & 0xFFU);
  }
  return rdata;
}

std::string label_of(const SightingKey& key) {
  return key.instance + ' ' + std::string(endpoint_name(key.service));
}

}  // namespace

DomainName name(std::string_view text) { return *DomainName::parse(text); }

void Zone::set(std::string_view owner, RecordType type, std::vector<std::string> rdata,
               std::uint32_t ttl) {
  Set& set = sets_[{name(owner), type}];
  set.ttl = ttl;
  set.rdata.clear();
  for (const std::string& text : rdata) set.rdata.push_back(rdata_of(type, text));
}

void Zone::erase(std::string_view owner, RecordType type) { sets_.erase({name(owner), type}); }

void Zone::add_service(const std::string& id, Service service, const std::string& srv,
                       const std::string& txt) {
  const std::string listing = std::string(service_type(service)) + ".example.com";
  const std::string instance = id + "." + listing;
  sets_[{name(listing), RecordType::kPtr}].rdata.push_back(rdata_of(RecordType::kPtr, instance));
  set(instance, RecordType::kSrv, {srv});
  set(instance, RecordType::kTxt, {txt});
}

Zone::Manner Zone::manner_of(const DomainName& owner) const {
  const auto own = manners.find(owner.to_string());
  return own == manners.end() ? manner : own->second;
}

const Zone::Set* Zone::find(const DomainName& owner, RecordType type) const {
  const auto found = sets_.find({owner, type});
  return found == sets_.end() || found->second.rdata.empty() ? nullptr : &found->second;
}

void Zone::answer(wire::Message& message, DomainName owner, RecordType type) const {
  const auto append = [&message](const DomainName& of, RecordType as, const Set& set) {
    for (const std::string& rdata : set.rdata) {
      wire::Record record;
      record.name = of;
      record.type = static_cast<std::uint16_t>(as);
      record.ttl = set.ttl;
      record.rdata = rdata;
      message.answers.push_back(std::move(record));
    }
  };
  for (int links = 0; links < 20; ++links) {
    const Set* cname = find(owner, RecordType::kCname);
    if (cname == nullptr || find(owner, type) != nullptr) break;
    append(owner, RecordType::kCname, *cname);
    owner = *DomainName::from_wire(as_octets(cname->rdata.front()));
  }
  if (const Set* set = find(owner, type)) return append(owner, type, *set);
  const bool exists = std::any_of(sets_.begin(), sets_.end(), [&owner](const auto& entry) {
    return !entry.second.rdata.empty() && entry.first.first.is_below(owner);
  });
  message.header.rcode = exists ? 0 : 3;
  if (manner_of(owner) == Manner::kWithoutSoa || !owner.is_below(name("example.com"))) {
    if (!owner.is_below(name("example.com"))) message.header.rcode = 0;
    return;
  }
  wire::Record soa;
  soa.name = name("example.com");
  soa.type = kSoa;
  soa.ttl = negative_ttl;
  soa.rdata = soa_rdata(negative_ttl);
  message.authorities.push_back(std::move(soa));
}

Reply Zone::reply(const wire::Question& question) const {
  Reply reply;
  reply.server = NameServer{*IpAddress::parse("192.0.2.53"), 53};
  const bool type_refused = refused == static_cast<RecordType>(question.type);
  if (type_refused || manner_of(question.name) == Manner::kRefusing) {
    reply.message = Error{Errc::kRefused, "192.0.2.53: SERVFAIL"};
    return reply;
  }
  wire::Message message;
  message.header.response = true;
  message.questions.push_back(question);
  const auto type = static_cast<RecordType>(question.type);
  answer(message, question.name, type);
  if (additionals && type == RecordType::kSrv) {
    for (const wire::Record& record : std::vector(message.answers)) {
      const auto srv = parse_srv(as_octets(record.rdata));
      for (const RecordType other : {RecordType::kA, RecordType::kAaaa, RecordType::kTxt}) {
        const Set* set = find(srv->target, other);
        if (set == nullptr) continue;
        for (const std::string& rdata : set->rdata) {
          wire::Record more;
          more.name = srv->target;
          more.type = static_cast<std::uint16_t>(other);
          more.ttl = set->ttl;
          more.rdata = rdata;
          message.additionals.push_back(std::move(more));
        }
      }
    }
  }
  reply.message = std::move(message);
  const auto own = validity.find(question.name.to_string());
  reply.dnssec = own == validity.end() ? dnssec : own->second;
  if (reply.dnssec == Dnssec::kBogus) reply.why_bogus = "signature expired";
  return reply;
}

struct ScriptedTransport::Pending final : Transport::Query {
  Pending(ScriptedTransport& owner, wire::Question about, Done then, BootTime at)
      : transport(owner), question(std::move(about)), done(std::move(then)), due(at) {}
  ~Pending() override {
    if (waits) std::erase(transport.pending_, this);
  }
  ScriptedTransport& transport;
  wire::Question question;
  Done done;
  BootTime due;
  bool waits = true;
};

std::unique_ptr<Transport::Query> ScriptedTransport::ask(const wire::Question& question,
                                                         Done done) {
  static const std::map<std::uint16_t, std::string> kTypes = {
      {1, "A"}, {12, "PTR"}, {16, "TXT"}, {28, "AAAA"}, {33, "SRV"}};
  asked.push_back(question.name.to_string() + ' ' + kTypes.at(question.type));
  const auto own = zone_.manners.find(question.name.to_string());
  const auto manner = own == zone_.manners.end() ? zone_.manner : own->second;
  const Duration wait = manner == Zone::Manner::kSilent ? Duration(kQueryTime) : delay;
  auto pending = std::make_unique<Pending>(*this, question, std::move(done), clock_() + wait);
  pending_.push_back(pending.get());
  return pending;
}

std::optional<BootTime> ScriptedTransport::next() const {
  std::optional<BootTime> next;
  for (const Pending* pending : pending_)
    next = next ? std::min(*next, pending->due) : pending->due;
  return next;
}

void ScriptedTransport::deliver(BootTime now) {
  while (true) {
    const auto due = std::find_if(pending_.begin(), pending_.end(),
                                  [now](const Pending* pending) { return pending->due <= now; });
    if (due == pending_.end()) return;
    Pending* pending = *due;
    pending_.erase(due);
    pending->waits = false;
    const auto own = zone_.manners.find(pending->question.name.to_string());
    const auto manner = own == zone_.manners.end() ? zone_.manner : own->second;
    Reply reply = zone_.reply(pending->question);
    if (manner == Zone::Manner::kSilent) {
      reply.message = Error{Errc::kTimedOut, "192.0.2.53: no answer in time"};
    }
    const Done done = std::move(pending->done);
    done(std::move(reply));
  }
}

World::World(DomainOptions options)
    : transport(zone, [this] { return now_; }), retries(zone, [this] { return now_; }) {
  domain = std::make_unique<Domain>(
      std::move(options), Domain::Parts{.asks = transport,
                                        .retries = retries,
                                        .sink = *this,
                                        .clock =
                                            [this] {
                                              return Now{now_, kEpoch + now_.time_since_epoch()};
                                            },
                                        .wake = [this] { awake_ = true; },
                                        .seed = 1});
}

void World::run(Duration time) {
  const BootTime end = now_ + time;
  while (true) {
    transport.deliver(now_);
    retries.deliver(now_);
    domain->advance(now_);
    while (flushes < most_flushes && std::exchange(awake_, false)) {
      ++flushes;
      domain->flush();
    }
    BootTime next = end;
    for (const auto& due : {transport.next(), retries.next(), domain->next_deadline()}) {
      if (due) next = std::min(next, std::max(*due, now_));
    }
    if (next >= end) break;
    now_ = next;
  }
  now_ = end;
}

void World::sync() {
  for (int i = 0; i < 600 && !domain->synced(); ++i) run(std::chrono::milliseconds(100));
}

std::vector<std::string> World::news() { return std::exchange(events, {}); }

bool World::invariant() const {
  const DomainStatus status = domain->status();
  return status.in_flight == transport.under_way() + retries.under_way() &&
         (status.in_flight > 0 || status.refresh.has_value());
}

void World::seen(Sighting sighting, EvidenceMethod) {
  ++told;
  const std::string line = label_of(sighting.key) + ' ' + sighting.target_host.to_string() + ':' +
                           std::to_string(sighting.port);
  const auto [place, fresh] = seen_now.insert_or_assign(line, std::move(sighting));
  if (fresh) events.push_back("seen " + line);
}

void World::unseen(const SightingKey& key, Gone reason) {
  for (auto it = seen_now.begin(); it != seen_now.end(); ++it) {
    if (it->second.key != key) continue;
    events.push_back("unseen " + it->first + ' ' + std::string(to_string(reason)));
    seen_now.erase(it);
    return;
  }
  events.push_back("unseen nothing");
}

void World::domain_listed(liqo::Source, const DomainName& listed, Service service) {
  events.push_back("listed " + listed.to_string() + ' ' + std::string(endpoint_name(service)));
}

void add_milan(World& world) {
  world.zone.add_service("milan", Service::kAuth, "0 0 443 h.example.com", "id=milan name=m");
  world.zone.set("h.example.com", RecordType::kA, {"192.0.2.1", "192.0.2.2"});
  world.zone.set("h.example.com", RecordType::kAaaa, {"2001:db8::1"});
}

std::size_t count(const std::vector<std::string>& asked, const std::string& what) {
  return static_cast<std::size_t>(std::count(asked.begin(), asked.end(), what));
}

}  // namespace liqo::dns::test
