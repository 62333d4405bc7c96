#include "resolver/dns/ares_transport.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "resolver/dns/ares_lane.h"
#include "resolver/dns/ares_question.h"
#include "resolver/dns/chain.h"
#include "resolver/dns/judgement.h"
#include "resolver/loop/timer.h"

namespace liqo::dns {
namespace {

/// A question is put to one server no more often (RFC 9520 section 3.1).
constexpr std::uint8_t kTriesPerServer = 3;

/// What is over inside ask() is told so much later: who asks again at once leaves the loop time for
/// others.
constexpr Duration kSoon = std::chrono::milliseconds(1);

/// A timer so late means that this process stood still, and answers may have come meanwhile.
constexpr Duration kStall = std::chrono::milliseconds(20);

}  // namespace

class AresTransport final : public Transport, public AresChannel::Owner {
 public:
  AresTransport(loop::Loop& loop, AresOptions options);

  std::unique_ptr<Query> ask(const wire::Question& question, Done done) override;

 private:
  static void on_answer(void* attempt, int status, int timeouts, unsigned char* octets, int size);
  void processed() override;

  /// Sends the question to the next server that it may be put to; else it is decided.
  void attempt(AresQuestion& question);
  /// The lane that comes first among those that failed this question least; none where each has
  /// had its tries: one, when there is an answer already that only another could better.
  [[nodiscard]] std::optional<std::size_t> choose(const AresQuestion& question) const;
  void answered(const AresAttempt& attempt, int status, std::span<const std::uint8_t> given);
  void take(AresQuestion& question, const NameServer& server, wire::Message message) const;
  void failed(AresQuestion& question, std::size_t lane, const Error& why, bool again);
  void pass_over(AresQuestion& question, std::size_t lane, bool again);
  void decide(AresQuestion& question);

  void on_deadline();
  void expire();
  void give_up(AresAttempt& attempt);
  /// Does what the callbacks of c-ares left to be done, then tells what is decided.
  void settle();
  void tell();
  void watch_deadlines();

  loop::Loop& loop_;
  AresOptions options_;
  std::vector<std::size_t> order_;  ///< of lanes, the best first
  Chain<AresAttempt> attempts_;     ///< by end: each has the same time
  Chain<AresQuestion> open_;        ///< by deadline, likewise
  Chain<AresQuestion> returned_;    ///< their attempt is over, without an answer
  Chain<AresQuestion> decided_;
  loop::Timer wake_;
  BootTime wakes_at_{};
  loop::Timer soon_;
  std::vector<std::unique_ptr<AresLane>> lanes_;  // gone first: c-ares calls back until then
};

AresTransport::AresTransport(loop::Loop& loop, AresOptions options)
    : loop_(loop), options_(std::move(options)), wake_(loop), soon_(loop) {
  for (const NameServer& server : options_.servers) {
    order_.push_back(lanes_.size());
    lanes_.push_back(std::make_unique<AresLane>(loop_, server, options_, *this));
  }
}

std::unique_ptr<Transport::Query> AresTransport::ask(const wire::Question& question, Done done) {
  auto asked = std::make_unique<AresQuestion>(question, std::move(done),
                                              BootClock::now() + options_.query_time);
  if (lanes_.empty()) {
    asked->reply.message = Error{Errc::kUnavailable, "no DNS server is known"};
  }
  open_.push_back(asked->age);
  attempt(*asked);
  if (!returned_.empty() || !decided_.empty()) soon_.arm(kSoon, [this] { settle(); });
  watch_deadlines();
  return asked;
}

std::optional<std::size_t> AresTransport::choose(const AresQuestion& question) const {
  if (order_.empty()) return std::nullopt;
  if (question.tries.empty()) return order_.front();
  const std::size_t best = *std::min_element(
      order_.begin(), order_.end(),
      [&](std::size_t a, std::size_t b) { return question.tries[a] < question.tries[b]; });
  const std::uint8_t most = question.reply.message ? 1 : kTriesPerServer;
  if (question.tries[best] >= most) return std::nullopt;
  return best;
}

void AresTransport::attempt(AresQuestion& question) {
  const std::optional<std::size_t> chosen = choose(question);
  if (!chosen) return decide(question);
  const BootTime now = BootClock::now();
  LaneChannel* channel = lanes_[*chosen]->next(now);
  if (channel == nullptr) {
    failed(question, *chosen, Error{Errc::kIo, "no memory for c-ares"}, /*again=*/false);
    returned_.push_back(question.state);
    return;
  }
  const std::string message = wire::build_query(question.asked, {.id = wire::random_id(),
                                                                 .recursion_desired = true,
                                                                 .authentic_data = options_.want_ad,
                                                                 .edns = channel->edns});
  question.attempt =
      new AresAttempt(*this, question, *chosen, *channel, now + options_.attempt_time);
  attempts_.push_back(question.attempt->link);
  ++channel->waiting;
  channel->ares->send(message, on_answer, question.attempt);  // may call back, and free it
}

void AresTransport::on_answer(void* argument, int status, int /*timeouts*/, unsigned char* octets,
                              int size) {
  const std::unique_ptr<AresAttempt> attempt(static_cast<AresAttempt*>(argument));
  if (attempt->channel != nullptr) --attempt->channel->waiting;
  if (attempt->question == nullptr) return;
  attempt->question->attempt = nullptr;
  if (status == ARES_EDESTRUCTION) return;  // with the transport
  attempt->transport.answered(*attempt, status, {octets, static_cast<std::size_t>(size)});
}

/// Inside c-ares: nothing is asked, told or destroyed here.
void AresTransport::answered(const AresAttempt& attempt, int status,
                             std::span<const std::uint8_t> given) {
  AresLane& lane = *lanes_[attempt.lane];
  AresQuestion& question = *attempt.question;
  if (status == ARES_EBADNAME || status == ARES_EBADQUERY) {  // no server has heard of it
    question.reply.message = Error{Errc::kInvalid, std::string("c-ares: ") + ares_strerror(status)};
    return decide(question);
  }
  if (status != ARES_SUCCESS) {
    const bool broken = status == ARES_ECONNREFUSED;
    failed(question, attempt.lane,
           Error{Errc::kUnavailable,
                 broken ? attempt.channel->ares->failure() : ares_strerror(status)},
           /*again=*/true);
    returned_.push_back(question.state);
    return;
  }
  Judgement judged = judge_answer(attempt.channel->ares->whole(given), question.asked);
  if (judged.message) {
    if (attempt.edns) lane.saw_answer(*attempt.channel, judged.has_opt);
    take(question, lane.server(), *std::move(judged.message));
    if (!judged.unproven) return decide(question);
    pass_over(question, attempt.lane, /*again=*/false);
    returned_.push_back(question.state);
    return;
  }
  const bool plainly = judged.format_error && attempt.edns;
  if (plainly) lane.refused_edns(BootClock::now());
  failed(question, attempt.lane, judged.message.error(), /*again=*/plainly);
  returned_.push_back(question.state);
}

void AresTransport::take(AresQuestion& question, const NameServer& server,
                         wire::Message message) const {
  Reply& reply = question.reply;
  reply.message = std::move(message);
  reply.server = server;
  if (!options_.want_ad) return;
  const bool believed = options_.trusted || server.address.is_loopback();
  const bool authentic = reply.message->header.authentic_data;
  reply.dnssec = believed && authentic ? Dnssec::kSecure : Dnssec::kInsecure;
}

void AresTransport::failed(AresQuestion& question, std::size_t lane, const Error& why, bool again) {
  if (!question.reply.message) {  // an unproven answer says more than a failure
    question.reply.message = Error{why.code, lanes_[lane]->name() + ": " + why.detail};
    question.reply.server = lanes_[lane]->server();
  }
  pass_over(question, lane, again);
}

void AresTransport::pass_over(AresQuestion& question, std::size_t lane, bool again) {
  question.tries.resize(lanes_.size());
  question.tries[lane] =
      again ? static_cast<std::uint8_t>(question.tries[lane] + 1) : kTriesPerServer;
  const auto place = std::find(order_.begin(), order_.end(), lane);
  std::rotate(place, place + 1, order_.end());
}

void AresTransport::decide(AresQuestion& question) {
  question.age.leave();
  decided_.push_back(question.state);
}

void AresTransport::processed() {
  settle();
  for (const auto& lane : lanes_) lane->sweep();
}

void AresTransport::settle() {
  while (AresQuestion* question = returned_.front()) {
    question->state.leave();
    attempt(*question);
  }
  tell();
  watch_deadlines();
}

void AresTransport::tell() {
  Chain<AresQuestion> told;  // who is decided meanwhile has its turn
  told.take(decided_);
  while (AresQuestion* question = told.front()) {
    question->state.leave();
    const Done done = std::move(question->done);
    done(std::move(question->reply));  // may destroy the question
  }
}

/// Timers run before sockets are read: what came during a stall is read first.
void AresTransport::on_deadline() {
  if (BootClock::now() - wakes_at_ < kStall) return expire();
  wake_.arm(kSoon, [this] { expire(); });
}

void AresTransport::expire() {
  const BootTime now = BootClock::now();
  while (AresAttempt* attempt = attempts_.front()) {
    if (attempt->ends > now) break;
    give_up(*attempt);
  }
  while (AresQuestion* question = open_.front()) {
    if (question->deadline > now) break;
    if (question->attempt != nullptr) {
      failed(*question, question->attempt->lane, Error{Errc::kTimedOut, "no answer in time"},
             /*again=*/false);
      question->forget_attempt();
    }
    decide(*question);
  }
  settle();
}

/// c-ares does not forget a single query: it is left to it until the channel is destroyed, which is
/// soon, for after a silence a channel is retired. Its ports, or its TCP connection, may be why.
void AresTransport::give_up(AresAttempt& attempt) {
  AresLane& lane = *lanes_[attempt.lane];
  attempt.link.leave();
  if (AresQuestion* question = std::exchange(attempt.question, nullptr)) {
    question->attempt = nullptr;
    failed(*question, attempt.lane, Error{Errc::kTimedOut, "no answer in time"}, /*again=*/true);
    returned_.push_back(question->state);
  }
  LaneChannel* channel = std::exchange(attempt.channel, nullptr);
  --channel->waiting;
  lane.retire(*channel);
}

void AresTransport::watch_deadlines() {
  const AresAttempt* attempt = attempts_.front();
  const AresQuestion* question = open_.front();
  if (attempt == nullptr && question == nullptr) return;
  BootTime next = BootTime::max();
  if (attempt != nullptr) next = attempt->ends;
  if (question != nullptr) next = std::min(next, question->deadline);
  if (wake_.armed() && wakes_at_ <= next) return;
  wakes_at_ = next;
  wake_.arm_at(next, [this] { on_deadline(); });
}

std::unique_ptr<Transport> create_ares_transport(loop::Loop& loop, AresOptions options) {
  return std::make_unique<AresTransport>(loop, std::move(options));
}

}  // namespace liqo::dns
