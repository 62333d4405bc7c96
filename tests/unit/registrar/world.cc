#include "tests/unit/registrar/world.h"

#include <algorithm>
#include <sstream>

#include "resolver/dnssd/rdata.h"
#include "tests/support/catch.h"

namespace liqo::registrar::test {
namespace {

constexpr std::uint16_t kClassNone = 254;
constexpr std::uint16_t kClassAny = 255;

std::vector<std::string>* set_of(Records& records, std::uint16_t type) {
  switch (static_cast<RecordType>(type)) {
    case RecordType::kSrv:
      return &records.srv;
    case RecordType::kTxt:
      return &records.txt;
    case RecordType::kA:
      return &records.a;
    case RecordType::kAaaa:
      return &records.aaaa;
    default:
      return nullptr;
  }
}

}  // namespace

DomainName name(const std::string& text) { return *DomainName::parse(text); }
IpAddress ip(const std::string& text) { return *IpAddress::parse(text); }
Names auth_names() { return *Names::of(name("example.com"), Service::kAuth, "milan-1"); }

Entry entry(const std::vector<std::string>& places, const ClusterId& via) {
  Entry made{.service = Service::kAuth, .id = "milan-1", .via = via};
  made.txt.add("txtvers", "1");
  made.txt.add("id", "milan-1");
  for (const std::string& place : places) {
    std::istringstream words(place);
    std::uint16_t port = 0;
    std::string target;
    words >> port >> target;
    const auto address = IpAddress::parse(target);
    if (address) {
      made.holdings.push_back({port, *address});
    } else {
      made.holdings.push_back({port, name(target)});
    }
  }
  return made;
}

std::string srv(std::uint16_t port, const std::string& target) {
  return to_rdata(SrvData{.port = port, .target = name(target)});
}

std::string a(const std::string& address) { return std::string(as_text(ip(address).octets())); }

std::string txt(std::initializer_list<std::string> items) {
  std::string rdata;
  for (const std::string& item : items) {
    rdata += static_cast<char>(item.size());
    rdata += item;
  }
  return rdata;
}

std::vector<std::string> items(const Records& records) {
  REQUIRE(records.txt.size() == 1);
  std::vector<std::string> texts;
  const auto record = TxtRecord::from_rdata(as_octets(records.txt.front()));
  REQUIRE(record.has_value());
  for (const auto& item : record->items()) {
    texts.push_back(item.key + "=" + item.value.value_or(""));
  }
  return texts;
}

/// Forgets what was begun with it, unless something else was since.
struct FakePrimary::Ticket final : Primary::Job {
  Ticket(FakePrimary& primary, std::uint64_t begun) : owner(primary), number(begun) {}
  ~Ticket() override {
    if (owner.pending_ && owner.pending_->number == number) owner.pending_.reset();
  }
  FakePrimary& owner;
  std::uint64_t number;
};

std::unique_ptr<Primary::Job> FakePrimary::read(const Names&, HaveRead done) {
  REQUIRE_FALSE(pending_);
  asked.emplace_back("read");
  pending_ = std::make_unique<Pending>(Pending{std::move(done), {}, {}, ++number_});
  return std::make_unique<Ticket>(*this, number_);
}

std::unique_ptr<Primary::Job> FakePrimary::send(const Names&, const wire::Update& update,
                                                HaveSent done) {
  REQUIRE_FALSE(pending_);
  asked.emplace_back("send");
  pending_ = std::make_unique<Pending>(Pending{{}, std::move(done), update, ++number_});
  return std::make_unique<Ticket>(*this, number_);
}

FakePrimary::Pending FakePrimary::take() {
  REQUIRE(pending_);
  Pending taken = std::move(*pending_);
  pending_.reset();
  return taken;
}

bool FakePrimary::answer() {
  if (!pending_) return false;
  const Pending now = take();
  if (now.have_read) {
    now.have_read(records);
  } else {
    now.have_sent({.kind = apply(now.update) ? Outcome::Kind::kDone : Outcome::Kind::kChanged});
  }
  return true;
}

void FakePrimary::fail(bool applied) {
  const Pending now = take();
  if (now.have_read) return now.have_read(Error{Errc::kTimedOut, "silent"});
  if (applied) REQUIRE(apply(now.update));
  now.have_sent({.kind = Outcome::Kind::kLost, .error = "silent"});
}

void FakePrimary::refuse(Outcome outcome) { take().have_sent(std::move(outcome)); }

std::vector<std::string> FakePrimary::take_asked() {
  std::vector<std::string> taken(asked.begin(), asked.end());
  asked.clear();
  return taken;
}

bool FakePrimary::apply(const wire::Update& update) {
  std::map<std::uint16_t, std::vector<std::string>> wanted;
  for (const wire::Record& each : update.prerequisites) {
    auto& set = wanted[each.type];
    if (each.record_class != kClassNone) set.push_back(each.rdata);
  }
  for (auto& [type, set] : wanted) {
    std::sort(set.begin(), set.end());
    if (*set_of(records, type) != set) return false;
  }
  for (const wire::Record& each : update.changes) {
    auto* set = set_of(records, each.type);
    if (set == nullptr) {
      listed = each.record_class != kClassNone;
      continue;
    }
    if (each.record_class == kClassAny) {
      set->clear();
    } else if (each.record_class == kClassNone) {
      std::erase(*set, each.rdata);
    } else {
      ttl = each.ttl;
      set->push_back(each.rdata);
      std::sort(set->begin(), set->end());
    }
  }
  return true;
}

World::World(Terms terms) : own_(std::make_unique<FakePrimary>()), server_(own_.get()) {
  registration_ = std::make_unique<Registration>(
      auth_names(), terms, *server_, [this] { return now_; }, [] {}, [] { return 0.5; });
}

World::World(FakePrimary& shared, Terms terms) : server_(&shared) {
  registration_ = std::make_unique<Registration>(
      auth_names(), terms, *server_, [this] { return now_; }, [] {}, [] { return 0.5; });
}

void World::at(Duration when) {
  const BootTime end{when};
  for (;;) {
    server_->answer_all();
    const auto due = registration_->next_deadline();
    if (!due || *due > end) break;
    next();
  }
  now_.wall += end - now_.boot;
  now_.boot = end;
}

void World::next() {
  const auto due = registration_->next_deadline();
  REQUIRE(due.has_value());
  const BootTime then = std::max(*due, now_.boot);
  now_.wall += then - now_.boot;
  now_.boot = then;
  registration_->advance();
}

}  // namespace liqo::registrar::test
