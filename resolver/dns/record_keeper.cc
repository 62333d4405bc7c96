#include "resolver/dns/record_keeper.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "resolver/dns/kept_rdata.h"

namespace liqo::dns {
namespace {

Duration seconds(std::uint32_t ttl) { return std::chrono::seconds(ttl); }

KeptSet::Value value_of(Answer::Kind kind) {
  switch (kind) {
    case Answer::Kind::kRecords:
      return KeptSet::Value::kRecords;
    case Answer::Kind::kNoData:
      return KeptSet::Value::kNoData;
    case Answer::Kind::kNxDomain:
      return KeptSet::Value::kNxDomain;
    case Answer::Kind::kAlias:
    case Answer::Kind::kFailed:
      break;
  }
  return KeptSet::Value::kUnknown;
}

bool is_denial(const Answer& answer) {
  return answer.kind == Answer::Kind::kNoData || answer.kind == Answer::Kind::kNxDomain;
}

/// Whether the answer is to be shown at most, and something better is known or would be lost by it.
bool is_of_no_use(const Answer& answer, const KeptSet& set) {
  if (answer.dnssec != Dnssec::kBogus) return false;
  return is_denial(answer) || (set.known() && set.dnssec != Dnssec::kBogus);
}

std::size_t octets_of(const OtherSet& other) {
  return other.name.wire().size() + other.rdata.octets();
}

Answer positive(OtherSet other) {
  Answer answer;
  answer.kind = Answer::Kind::kRecords;
  answer.rdata = std::move(other.rdata);
  answer.ttl = other.ttl;
  return answer;
}

}  // namespace

RecordKeeper::RecordKeeper(Transport& asks, Transport& retries, std::function<Now()> clock,
                           std::function<void()> wake, std::uint64_t seed)
    : asks_(asks),
      retries_(retries),
      clock_(std::move(clock)),
      wake_(std::move(wake)),
      random_(static_cast<std::minstd_rand::result_type>(seed)) {}

RecordKeeper::~RecordKeeper() = default;

KeptSet& RecordKeeper::keep(const DomainName& name, RecordType type) {
  const auto [kept, is_new] = sets_.try_emplace(SetKey{name, type});
  KeptSet& set = kept->second;
  if (!is_new) return set;
  set.key = &kept->first;
  octets_ += name.wire().size();
  if (auto other = others_.extract(kept->first)) {
    others_octets_ -= octets_of(other.mapped());
    put(set, positive(std::move(other.mapped())));
  } else {
    ask(set);
  }
  return set;
}

void RecordKeeper::release(KeptSet& set) {
  due_.remove(set);
  end_wait(set);
  if (set.query) --in_flight_;
  if (set.failed && --failed_ == 0) failure_.reset();
  end_refresh(set);
  if (set.changed) std::erase(changed_, &set);
  octets_ -= set.name().wire().size() + set.rdata.octets();
  sets_.erase(sets_.find(*set.key));
}

void RecordKeeper::make_due(KeptSet& set, BootTime now) {
  if (!set.query) due_.put(set, std::min(set.due, std::max(now, set.asked + kRefreshPace)));
}

void RecordKeeper::refresh_all() {
  refreshed_ = clock_().boot;
  for (auto& [key, set] : sets_) {
    if (!std::exchange(set.refreshing, true)) ++refreshing_;
    make_due(set, refreshed_);
  }
}

KeptSet* RecordKeeper::next_changed() {
  if (changed_.empty()) return nullptr;
  KeptSet* set = changed_.front();
  changed_.pop_front();
  set->changed = false;
  return set;
}

void RecordKeeper::forget_others() {
  others_.clear();
  others_octets_ = 0;
}

std::size_t RecordKeeper::advance(BootTime now, std::size_t most) {
  turn_stale(now);
  if (std::exchange(outage_over_, false)) retry_failed(now);
  std::size_t asked = 0;
  for (; asked < most && !due_.empty() && due_.first().due <= now; ++asked) ask(due_.first());
  return asked;
}

std::optional<BootTime> RecordKeeper::next_question() const {
  if (due_.empty()) return std::nullopt;
  return due_.first().due;
}

std::optional<BootTime> RecordKeeper::next_deadline() const {
  if (outage_over_) return BootTime{};  // at once
  std::optional<BootTime> next = next_question();
  if (!ending_.empty()) next = std::min(next.value_or(BootTime::max()), ending_.begin()->first);
  return next;
}

void RecordKeeper::ask(KeptSet& set) {
  due_.remove(set);
  await(set);
  ++in_flight_;
  ++counters_.questions;
  set.asked = clock_().boot;
  Transport& transport = set.failures > 0 ? retries_ : asks_;
  const wire::Question question{.name = set.name(), .type = static_cast<std::uint16_t>(set.type())};
  set.query = transport.ask(question, [this, &set](const Reply& reply) {
    on_reply(set, Chain{.name = set.name()}, reply);
  });
}

/// Asks for the next name of a chain, or for the same once more.
void RecordKeeper::ask_on(KeptSet& set, Chain chain) {
  ++counters_.questions;
  const wire::Question question{.name = chain.name, .type = static_cast<std::uint16_t>(set.type())};
  Transport& transport = set.failures > 0 ? retries_ : asks_;
  set.query = transport.ask(question, [this, &set, chain = std::move(chain)](const Reply& reply) {
    on_reply(set, chain, reply);
  });
}

void RecordKeeper::on_reply(KeptSet& set, const Chain& chain, const Reply& reply) {
  const wire::Question question{.name = chain.name, .type = static_cast<std::uint16_t>(set.type())};
  Answer answer = read_answer(question, reply);
  answer.aliases += chain.aliases;
  answer.ttl = std::min(answer.ttl, chain.ttl);
  answer.dnssec = std::max(answer.dnssec, chain.dnssec);
  for (OtherSet& other : answer.others) take_other(std::move(other), set.asked);
  if (answer.server) server_ = answer.server;
  if (answer.kind == Answer::Kind::kAlias && answer.aliases <= kMaxAliases) {
    return ask_on(set, {answer.alias, answer.aliases, answer.ttl, answer.dnssec, chain.confirming});
  }
  if (answer.kind == Answer::Kind::kAlias) {
    answer.kind = Answer::Kind::kFailed;
    answer.error = "a chain of more than 16 CNAMEs";
  }
  take(set, std::move(answer), chain.confirming);
  wake_();
}

void RecordKeeper::take(KeptSet& set, Answer answer, bool confirmed) {
  // One wrong word, of a server that just started or is not the right one, is not to empty a
  // domain.
  const bool ends = is_denial(answer) && set.value == KeptSet::Value::kRecords;
  if (ends && !confirmed && !is_of_no_use(answer, set)) {
    return ask_on(set, {.name = set.name(), .confirming = true});
  }
  set.query.reset();
  --in_flight_;
  end_refresh(set);
  if (answer.kind == Answer::Kind::kFailed || is_of_no_use(answer, set)) return fail(set, answer);
  note_success();
  const bool bogus = answer.dnssec == Dnssec::kBogus;
  const std::string why = "bogus: " + answer.error;
  put(set, std::move(answer));
  if (bogus) note_failure(set, why);  // shown, and no more than that
  touch(set);
}

void RecordKeeper::put(KeptSet& set, Answer answer) {
  recover(set);
  end_wait(set);
  set.tried = true;
  set.value = value_of(answer.kind);
  cut_to_fit(answer.rdata, set);
  octets_ = octets_ - set.rdata.octets() + answer.rdata.octets();
  set.rdata = std::move(answer.rdata);
  set.dnssec = answer.dnssec;
  const Duration most = set.denied() ? Duration(kMaxNegativeTtl) : Duration(kMaxTtl);
  const Duration ttl = std::clamp(seconds(answer.ttl), Duration(kMinTtl), most);
  const BootTime now = clock_().boot;
  set.expires = now + ttl;
  due_.put(set, now + jittered(ttl * 9 / 10));
}

/// A set that came unasked says that one which is kept has not changed; or that it may have, which
/// is asked. `asked`: the question that brought it; if that was before the refresh, so is what it
/// says.
void RecordKeeper::take_other(OtherSet other, BootTime asked) {
  const auto kept = sets_.find(SetKey{other.name, other.type});
  if (kept == sets_.end()) return hold_other(std::move(other));
  KeptSet& set = kept->second;
  if (set.query || !set.known() || (set.refreshing && asked < refreshed_)) return;
  cut_to_fit(other.rdata, set);
  if (set.rdata != other.rdata) return refresh(set);
  end_refresh(set);
  put(set, positive(std::move(other)));
  touch(set);
}

void RecordKeeper::hold_other(OtherSet other) {
  drop_unread(other.rdata, other.type);
  const std::size_t octets = octets_of(other);
  if (others_.size() >= kMaxOthers || octets > kMaxOthersOctets - others_octets_) return;
  SetKey key{other.name, other.type};
  if (others_.emplace(std::move(key), std::move(other)).second) others_octets_ += octets;
}

/// What would be kept of these records, were they the set's.
void RecordKeeper::cut_to_fit(RdataSet& rdata, const KeptSet& set) const {
  drop_unread(rdata, set.type());
  if (octets_ - set.rdata.octets() + rdata.octets() > kMaxOctets) {
    drop_all_but_least(rdata, set.type());
  }
}

void RecordKeeper::fail(KeptSet& set, const Answer& answer) {
  set.tried = true;
  if (set.failures < std::numeric_limits<std::uint8_t>::max()) ++set.failures;
  ++failures_in_row_;
  ++counters_.failures;
  note_failure(set, answer.dnssec == Dnssec::kBogus ? "bogus: " + answer.error : answer.error);
  Duration wait = kFirstRetry;
  for (unsigned i = 1; i < set.failures && wait < kMaxRetry; ++i) wait *= 2;
  due_.put(set, clock_().boot + jittered(std::min<Duration>(wait, kMaxRetry)));
  touch(set);
}

void RecordKeeper::note_failure(KeptSet& set, const std::string& error) {
  if (!std::exchange(set.failed, true)) ++failed_;
  failure_ = Failure{set.name(), error, clock_().wall};
}

void RecordKeeper::recover(KeptSet& set) {
  set.failures = 0;
  if (std::exchange(set.failed, false) && --failed_ == 0) failure_.reset();
}

/// What failed in an outage that ends by this answer is asked again at once: by advance(), for it
/// may be all there is.
void RecordKeeper::note_success() {
  const Now now = clock_();
  answered_ = now.wall;
  const BootTime before = std::exchange(succeeded_, now.boot);
  const bool outage = std::exchange(failures_in_row_, 0) >= kOutageFailures;
  if (outage && now.boot - before >= kOutageTime) outage_over_ = true;
}

void RecordKeeper::retry_failed(BootTime now) {
  for (auto& [key, set] : sets_) {
    if (set.failed && !set.query) due_.put(set, std::min(set.due, now));
  }
}

void RecordKeeper::end_refresh(KeptSet& set) {
  if (std::exchange(set.refreshing, false)) --refreshing_;
}

/// It turns stale at its end unless an answer comes.
void RecordKeeper::await(KeptSet& set) {
  if (set.known() && !set.stale) ending_.insert({set.expires, &set});
}

void RecordKeeper::end_wait(KeptSet& set) {
  ending_.erase({set.expires, &set});
  if (std::exchange(set.stale, false)) --stale_;
}

void RecordKeeper::turn_stale(BootTime now) {
  for (; !ending_.empty() && ending_.begin()->first <= now; ending_.erase(ending_.begin())) {
    ending_.begin()->second->stale = true;
    ++stale_;
  }
}

void RecordKeeper::touch(KeptSet& set) {
  if (!std::exchange(set.changed, true)) changed_.push_back(&set);
}

/// 5 % more or less, so that sets which came together do not stay together.
Duration RecordKeeper::jittered(Duration time) {
  const Duration::rep range = time.count() / 20;
  return time + Duration(std::uniform_int_distribution<Duration::rep>(-range, range)(random_));
}

}  // namespace liqo::dns
