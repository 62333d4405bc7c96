#include "resolver/dns/validating_transport.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "resolver/dns/chain.h"
#include "resolver/dns/judgement.h"
#include "resolver/dns/unbound_context.h"
#include "resolver/loop/timer.h"

namespace liqo::dns {
namespace {

// RFC 1035 section 4.1.1.
constexpr int kNoError = 0;
constexpr int kNxDomain = 3;

/// libunbound's reasons name a few names and addresses.
constexpr std::size_t kMaxReasonOctets = 1'024;

class ValidatingTransport;
class Question;

/// A place for a question in libunbound, which knows it by its address. Taken until libunbound has
/// answered, whether or not anybody still waits for it.
struct Slot {
  ValidatingTransport* transport = nullptr;
  Question* question = nullptr;
};

/// One question. Belongs to who asked, and may outlive the transport.
class Question final : public Transport::Query {
 public:
  Question(const wire::Question& question, Transport::Done told, BootTime by)
      : age(*this), state(*this), asked(question), done(std::move(told)), deadline(by) {}
  ~Question() override { leave_slot(); }
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

  void leave_slot() {
    if (slot != nullptr) std::exchange(slot, nullptr)->question = nullptr;
  }

  Link<Question> age;    ///< among those that are not decided, by deadline
  Link<Question> state;  ///< where it waits for a slot, or to be told
  wire::Question asked;
  Transport::Done done;
  BootTime deadline;
  Slot* slot = nullptr;
  Reply reply;
};

/// Printable ASCII as it is, so that it can be shown anywhere.
std::string to_printable(std::string_view text) {
  std::string printable(text.substr(0, kMaxReasonOctets));
  std::replace_if(
      printable.begin(), printable.end(), [](char octet) { return octet < ' ' || octet > '~'; },
      '?');
  return printable;
}

std::string describe(const std::vector<NameServer>& servers) {
  if (servers.empty()) return "iterating";
  std::string text;
  for (const NameServer& server : servers) {
    if (!text.empty()) text += ", ";
    text += to_string(server);
  }
  return text;
}

/// libunbound compresses no more than 120 names of a message that it hands over (the cure for
/// CVE-2024-8508), so that one of 64 KiB may not fit into 64 KiB any more: some 800 instances do.
bool is_truncated(std::span<const std::uint8_t> packet) {
  constexpr std::uint8_t kTruncated = 0x02;  // RFC 1035 section 4.1.1, the third octet
  return packet.size() > 2 && (packet[2] & kTruncated) != 0;
}

class ValidatingTransport final : public Transport {
 public:
  ValidatingTransport(loop::Loop& loop, const ValidatingOptions& options);
  ~ValidatingTransport() override;

  /// Before the first question.
  void adopt(std::unique_ptr<UnboundContext> context) { context_ = std::move(context); }
  /// After libunbound has answered some.
  void settle();

  [[nodiscard]] std::unique_ptr<Query> ask(const wire::Question& question, Done done) override;

 private:
  static void on_answer(void* slot, int status, ub_result* result);
  /// Gives libunbound what waits, as far as there are slots.
  void fill_slots();
  void decide(Question& question);
  [[nodiscard]] Reply read(const wire::Question& asked, int status, const ub_result* result) const;
  [[nodiscard]] Error failure(Errc code, const std::string& what) const;
  [[nodiscard]] Dnssec unsigned_status(const wire::Question& asked,
                                       const wire::Message& message) const;
  [[nodiscard]] bool is_anchored(const DomainName& name) const;

  void expire();
  void tell();
  void set_timer();

  Duration query_time_;
  std::vector<DomainName> anchored_;  ///< zones with a trust anchor
  std::string servers_;               ///< for errors
  std::optional<NameServer> server_;  ///< where there is one alone
  std::vector<Slot> slots_;
  std::vector<Slot*> free_slots_;
  Chain<Question> open_;     ///< by deadline: each has the same time
  Chain<Question> waiting_;  ///< for a slot
  Chain<Question> decided_;
  loop::Timer timer_;
  std::optional<BootTime> wakes_at_;
  std::unique_ptr<UnboundContext> context_;
};

ValidatingTransport::ValidatingTransport(loop::Loop& loop, const ValidatingOptions& options)
    : query_time_(options.query_time),
      servers_(describe(options.servers)),
      slots_(std::clamp(options.max_queries, std::size_t{1}, UnboundContext::kMaxQuestions)),
      timer_(loop) {
  for (const TrustAnchor& anchor : options.trust_anchors) anchored_.push_back(anchor.zone);
  if (options.servers.size() == 1) server_ = options.servers.front();
  for (Slot& slot : slots_) {
    slot.transport = this;
    free_slots_.push_back(&slot);
  }
}

ValidatingTransport::~ValidatingTransport() {
  for (const Slot& slot : slots_) {
    if (slot.question != nullptr) slot.question->leave_slot();
  }
}

std::unique_ptr<Transport::Query> ValidatingTransport::ask(const wire::Question& question,
                                                           Done done) {
  auto asked =
      std::make_unique<Question>(question, std::move(done), BootClock::now() + query_time_);
  open_.push_back(asked->age);
  waiting_.push_back(asked->state);
  fill_slots();
  set_timer();
  return asked;
}

void ValidatingTransport::fill_slots() {
  while (!free_slots_.empty() && !waiting_.empty()) {
    Question& question = *waiting_.front();
    question.state.leave();
    Slot& slot = *free_slots_.back();
    const auto taken = context_->ask(question.asked, &slot, on_answer);
    if (!taken) {
      question.reply.message = taken.error();
      decide(question);
      continue;
    }
    free_slots_.pop_back();
    slot.question = &question;
    question.slot = &slot;
  }
}

void ValidatingTransport::on_answer(void* cell, int status, ub_result* result) {
  const UnboundResult owned(result);
  Slot& slot = *static_cast<Slot*>(cell);
  ValidatingTransport& self = *slot.transport;
  self.free_slots_.push_back(&slot);
  Question* question = slot.question;
  if (question == nullptr) return;
  question->leave_slot();
  question->reply = self.read(question->asked, status, result);
  self.decide(*question);
}

void ValidatingTransport::decide(Question& question) {
  question.age.leave();
  decided_.push_back(question.state);
}

Reply ValidatingTransport::read(const wire::Question& asked, int status,
                                const ub_result* result) const {
  Reply reply{.server = server_};
  if (status != UB_NOERROR) {
    reply.message = failure(Errc::kUnavailable, std::string("libunbound: ") + ub_strerror(status));
    return reply;
  }
  if (result->bogus != 0) {
    reply.dnssec = Dnssec::kBogus;
    reply.why_bogus = to_printable(result->why_bogus != nullptr ? result->why_bogus : "bogus");
  }
  if (result->rcode != kNoError && result->rcode != kNxDomain) {
    // Silence, refusals and nonsense are all one to libunbound.
    reply.message = failure(Errc::kUnavailable, "no answer that could be used");
    return reply;
  }
  const std::span packet(static_cast<const std::uint8_t*>(result->answer_packet),
                         static_cast<std::size_t>(result->answer_len));
  if (is_truncated(packet)) {
    reply.message = failure(Errc::kLimitReached, "an answer too large for libunbound");
    return reply;
  }
  auto judged = judge_answer(packet, asked);
  if (!judged.message) {
    reply.message = failure(judged.message.error().code, judged.message.error().detail);
    return reply;
  }
  if (result->secure != 0) reply.dnssec = Dnssec::kSecure;
  if (!reply.dnssec) reply.dnssec = unsigned_status(asked, *judged.message);
  // What came along was not judged with the answer: libunbound 1.22 leaves what is bogus in it.
  judged.message->additionals.clear();
  reply.message = std::move(judged.message);
  return reply;
}

Error ValidatingTransport::failure(Errc code, const std::string& what) const {
  return {code, servers_ + ": " + what};
}

Dnssec ValidatingTransport::unsigned_status(const wire::Question& asked,
                                            const wire::Message& message) const {
  // Aliases may lead out of what the anchors are for.
  const bool anchored =
      is_anchored(asked.name) &&
      std::all_of(message.answers.begin(), message.answers.end(),
                  [this](const wire::Record& record) { return is_anchored(record.name); });
  return anchored ? Dnssec::kInsecure : Dnssec::kIndeterminate;
}

bool ValidatingTransport::is_anchored(const DomainName& name) const {
  return std::any_of(anchored_.begin(), anchored_.end(),
                     [&](const DomainName& zone) { return name.is_below(zone); });
}

void ValidatingTransport::settle() {
  fill_slots();
  tell();
  set_timer();
}

void ValidatingTransport::tell() {
  Chain<Question> told;  // who is decided meanwhile has its turn
  told.take(decided_);
  while (Question* question = told.front()) {
    question->state.leave();
    const Done done = std::move(question->done);
    done(std::move(question->reply));  // may destroy the question
  }
}

void ValidatingTransport::expire() {
  wakes_at_.reset();
  const BootTime now = BootClock::now();
  while (Question* question = open_.front()) {
    if (question->deadline > now) break;
    const char* what = question->slot != nullptr ? "no validated answer in time"
                                                 : "earlier questions took all the time";
    question->reply = Reply{.message = failure(Errc::kTimedOut, what), .server = server_};
    question->leave_slot();
    decide(*question);
  }
  settle();
}

void ValidatingTransport::set_timer() {
  std::optional<BootTime> next;
  if (const Question* first = open_.front()) next = first->deadline;
  if (!decided_.empty()) next = BootClock::now();  // never told inside ask()
  if (!next || (wakes_at_ && *wakes_at_ <= *next)) return;
  wakes_at_ = next;
  timer_.arm_at(next, [this] { expire(); });
}

}  // namespace

Result<std::unique_ptr<Transport>> create_validating_transport(loop::Loop& loop,
                                                               ValidatingOptions options) {
  auto transport = std::make_unique<ValidatingTransport>(loop, options);
  auto context = UnboundContext::create(loop, options.trust_anchors, options.servers,
                                        [self = transport.get()] { self->settle(); });
  if (!context) return context.error();
  transport->adopt(std::move(*context));
  return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace liqo::dns
