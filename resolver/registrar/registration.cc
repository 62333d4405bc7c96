#include "resolver/registrar/registration.h"

#include <algorithm>
#include <utility>

namespace liqo::registrar {
namespace {

using State = RegistrationStatus::State;

std::uint64_t unix_seconds(WallTime time) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

WallTime wall_time(std::uint64_t seconds) {
  return WallTime(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

}  // namespace

std::string_view to_string(State state) {
  switch (state) {
    case State::kDone:
      return "done";
    case State::kPending:
      return "pending";
    case State::kRefused:
      return "refused";
    case State::kHeld:
      return "held";
  }
  return "pending";
}

Registration::Registration(Names names, Terms terms, Primary& primary, Clock clock, Changed changed,
                           std::function<double()> jitter)
    : names_(std::move(names)),
      terms_(terms),
      primary_(primary),
      clock_(std::move(clock)),
      changed_(std::move(changed)),
      jitter_(std::move(jitter)) {}

void Registration::want(std::optional<Entry> entry) {
  if (entry == wanted_) return;
  wanted_ = std::move(entry);
  // Past that time there is nothing of ours, whether or not the server can be told.
  if (!wanted_ && !status_.until)
    status_.until = clock_().wall + std::chrono::seconds(terms_.lease);
  settled_ = false;
  rounds_ = failures_ = 0;
  if (!wanted_ && !ours_) {
    job_.reset();
    return changed_();
  }
  step();
}

void Registration::set_terms(const Terms& terms) {
  if (terms == terms_) return;
  afresh_ = afresh_ || terms.ttl != terms_.ttl;
  terms_ = terms;
  settled_ = false;
  step();
}

void Registration::restart() {
  job_.reset();
  sent_.reset();
  found_.reset();
  settled_ = false;
  rounds_ = failures_ = 0;
  step();
}

std::optional<BootTime> Registration::next_deadline() const {
  return job_ || gone() ? std::nullopt : status_.next;
}

void Registration::advance() {
  const auto due = next_deadline();
  if (!due || *due > clock_().boot) return;
  status_.next.reset();
  settled_ = false;
  // With each renewal: an address that somebody deleted meanwhile fails no prerequisite.
  if (status_.state == State::kDone) found_.reset();
  step();
}

bool Registration::gone() const {
  if (wanted_ || job_) return false;
  return !ours_ || (status_.until && *status_.until <= clock_().wall);
}

/// One thing at a time: what is wanted meanwhile is looked at when that is over.
void Registration::step() {
  if (job_ || settled_) return;
  if (!found_) return read();
  Plan plan = registrar::plan(names_, wanted_ ? &*wanted_ : nullptr, *found_, terms_,
                              unix_seconds(clock_().wall), afresh_);
  switch (plan.kind) {
    case Plan::Kind::kSettled:
      return settle(plan);
    case Plan::Kind::kChange:
      return too_soon() ? rest() : send(std::move(plan));
    case Plan::Kind::kHeld:
      return hold(plan);
  }
}

/// Record sets are read one by one: what others write meanwhile may look like a name that is held.
/// It is when it looks the same a second time.
void Registration::hold(const Plan& plan) {
  const bool sure = suspected_ == found_;
  suspected_ = std::exchange(found_, std::nullopt);
  if (!sure) {
    status_.state = State::kPending;
    return wait(kFirstRetry);
  }
  ours_ = plan.ours;
  status_ = {.state = State::kHeld, .error = plan.why};
  if (plan.ours) status_.until = wall_time(plan.until);
  wait(kHeldRetry);
}

bool Registration::too_soon() const {
  return wanted_ && written_ && clock_().boot < *written_ + kMinInterval;
}

void Registration::rest() {
  settled_ = true;
  status_.state = State::kPending;
  status_.next = *written_ + kMinInterval;
  changed_();
}

void Registration::read() {
  status_.next.reset();
  job_ = primary_.read(names_, [this](Result<Records> found) { have_read(std::move(found)); });
  changed_();
}

void Registration::have_read(Result<Records> found) {
  job_.reset();
  if (!found) {
    return fail(State::kPending, found.error().detail, {}, kMaxSilentRetry);
  }
  found_ = *std::move(found);
  step();
}

void Registration::send(Plan plan) {
  status_.next.reset();
  ours_ = true;
  sent_ttl_ = terms_.ttl;
  sent_ = std::move(plan);
  job_ =
      primary_.send(names_, sent_->update, [this](const Outcome& outcome) { have_sent(outcome); });
  changed_();
}

void Registration::have_sent(const Outcome& outcome) {
  job_.reset();
  const Plan sent = *std::exchange(sent_, std::nullopt);
  found_.reset();
  switch (outcome.kind) {
    case Outcome::Kind::kDone:
      if (sent_ttl_ == terms_.ttl) afresh_ = false;
      written_ = clock_().boot;
      found_ = sent.after;
      return step();
    case Outcome::Kind::kChanged:
      if (++rounds_ < kMaxRounds) return step();
      rounds_ = 0;
      return fail(State::kPending, outcome.error, outcome.advice, kMaxSilentRetry);
    case Outcome::Kind::kRefused:
      return fail(State::kRefused, outcome.error, outcome.advice,
                  outcome.passes ? kMaxSilentRetry : kMaxRefusedRetry);
    case Outcome::Kind::kLost:
      return fail(State::kPending, outcome.error, outcome.advice, kMaxSilentRetry);
  }
}

void Registration::settle(const Plan& plan) {
  settled_ = true;
  rounds_ = failures_ = 0;
  ours_ = plan.ours;
  status_ = {.state = State::kDone};
  if (plan.ours) status_.until = wall_time(plan.until);
  const Now now = clock_();
  if (plan.look_again != 0) {
    status_.next = now.boot + std::max(Duration::zero(), wall_time(plan.look_again) - now.wall);
  }
  changed_();
}

void Registration::fail(State state, std::string error, std::string advice, Duration most) {
  const auto until = status_.until;
  status_ = {
      .state = state, .until = until, .error = std::move(error), .advice = std::move(advice)};
  const Duration doubled = kFirstRetry * (1U << std::min(failures_, 10U));
  ++failures_;
  wait(std::min(doubled, most));
}

/// Spread by a tenth, so that those who failed together do not ask together.
void Registration::wait(Duration time) {
  settled_ = true;
  const auto spread = static_cast<double>(time.count()) * (0.9 + 0.2 * jitter_());
  status_.next = clock_().boot + Duration(static_cast<Duration::rep>(spread));
  changed_();
}

}  // namespace liqo::registrar
