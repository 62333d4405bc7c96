#include "resolver/dns/validating_transport.h"

#include <unbound.h>

#include <algorithm>
#include <array>
#include <list>
#include <span>
#include <utility>

#include "resolver/dns/chain.h"
#include "resolver/dns/trust_anchors.h"
#include "resolver/loop/poll.h"
#include "resolver/loop/timer.h"

namespace liqo::dns {
namespace {

struct Option {
  const char* name;
  const char* value;
};
/// Small caches: each set is asked for once in its TTL, so that they serve the chain of trust
/// alone. Prefetching has a set whose time is nearly over asked for anew.
constexpr std::array kOptions = {
    Option{"module-config:", "validator iterator"},
    Option{"edns-buffer-size:", "1232"},
    Option{"msg-cache-size:", "1m"},
    Option{"rrset-cache-size:", "2m"},
    Option{"key-cache-size:", "512k"},
    Option{"neg-cache-size:", "128k"},
    Option{"msg-cache-slabs:", "1"},
    Option{"rrset-cache-slabs:", "1"},
    Option{"key-cache-slabs:", "1"},
    Option{"infra-cache-slabs:", "1"},
    Option{"infra-host-ttl:", "30"},
    Option{"prefetch:", "yes"},
    Option{"do-not-query-localhost:", "no"},
    Option{"use-syslog:", "no"},
};

struct ContextFreer {
  void operator()(ub_ctx* context) const { ub_ctx_delete(context); }
};
using Context = std::unique_ptr<ub_ctx, ContextFreer>;
struct ResultFreer {
  void operator()(ub_result* result) const { ub_resolve_free(result); }
};
using OwnedResult = std::unique_ptr<ub_result, ResultFreer>;

class ValidatingTransport;

/// What libunbound was given. Belongs to the transport; `question` is null once nobody waits.
class Question final : public Transport::Query {
 public:
  Question(ValidatingTransport& of, const wire::Question& question, Transport::Done told,
           BootTime by)
      : age(*this),
        state(*this),
        transport(&of),
        asked(question),
        done(std::move(told)),
        deadline(by) {}
  ~Question() override;

  Link<Question> age;              ///< among those that are not decided, by deadline
  Link<Question> state;            ///< where it waits for what is next
  ValidatingTransport* transport;  ///< null: it went first
  wire::Question asked;
  Transport::Done done;
  BootTime deadline;
  std::optional<int> id;  ///< in libunbound
  std::unique_ptr<Transport::Query> plain;
  Reply reply;
};

class ValidatingTransport final : public Transport {
 public:
  ValidatingTransport(loop::Loop& loop, ValidatingOptions options, std::vector<DomainName> anchors)
      : options_(std::move(options)), anchors_(std::move(anchors)), soon_(loop), deadline_(loop) {}
  ~ValidatingTransport() override;

  Result<void> start(loop::Loop& loop);

  [[nodiscard]] std::unique_ptr<Query> ask(const wire::Question& question, Done done) override;
  /// The question is not wanted any more.
  void forget(Question& question);

 private:
  static void on_result(void* question, int error, ub_result* result);

  void send_waiting();
  void take(Question& question, int error, OwnedResult result);
  void ask_plain(Question& question, std::string why);
  void leave_unbound(Question& question);
  void decide(Question& question, Result<wire::Message> message);
  void deliver();
  void watch_deadlines();
  [[nodiscard]] Dnssec status_of(const Question& question, const ub_result& result) const;

  ValidatingOptions options_;
  std::vector<DomainName> anchors_;
  Chain<Question> by_age_;
  Chain<Question> waiting_;
  Chain<Question> decided_;
  Chain<Question> under_way_;
  std::size_t in_unbound_ = 0;
  loop::Timer soon_;
  loop::Timer deadline_;
  Context context_;
  std::unique_ptr<loop::Poll> poll_;  // gone before the context: declared after it
};

Question::~Question() {
  if (transport != nullptr) transport->forget(*this);
}

ValidatingTransport::~ValidatingTransport() {
  poll_.reset();
  for (Chain<Question>* chain : {&waiting_, &decided_, &under_way_}) {
    while (Question* question = chain->front()) {
      question->state.leave();
      question->plain.reset();
      question->transport = nullptr;
    }
  }
}

Result<void> ValidatingTransport::start(loop::Loop& loop) {
  context_.reset(ub_ctx_create());
  if (!context_) return Error{Errc::kIo, "libunbound: no memory"};
  const auto check = [](int status, const std::string& what) -> Result<void> {
    if (status == 0) return {};
    return Error{Errc::kInvalid, "libunbound: " + what + ": " + ub_strerror(status)};
  };
  for (const Option& option : kOptions) {
    const int status = ub_ctx_set_option(context_.get(), option.name, option.value);
    if (auto set = check(status, option.name); !set) return set;
  }
  for (const std::string& file : options_.trust_anchor_files) {
    if (auto added = check(ub_ctx_add_ta_file(context_.get(), file.c_str()), file); !added) {
      return added;
    }
  }
  for (const NameServer& server : options_.servers) {
    const std::string text = server.address.to_string() + '@' + std::to_string(server.port);
    if (auto set = check(ub_ctx_set_fwd(context_.get(), text.c_str()), text); !set) return set;
  }
  // A thread, not a process: what it sends and keeps is this agent's.
  if (auto set = check(ub_ctx_async(context_.get(), 1), "thread"); !set) return set;
  auto poll =
      loop::Poll::create(loop, ub_fd(context_.get()), loop::Interest::kRead, [this](bool, bool) {
        ub_process(context_.get());
        deliver();
      });
  if (!poll) return poll.error();
  poll_ = std::move(*poll);
  return {};
}

std::unique_ptr<Transport::Query> ValidatingTransport::ask(const wire::Question& question,
                                                           Done done) {
  auto asked =
      std::make_unique<Question>(*this, question, std::move(done), BootClock::now() + kQueryTime);
  by_age_.push_back(asked->age);
  waiting_.push_back(asked->state);
  send_waiting();
  if (!deadline_.armed()) watch_deadlines();
  return asked;
}

void ValidatingTransport::forget(Question& question) {
  question.state.leave();
  leave_unbound(question);
  send_waiting();
}

void ValidatingTransport::send_waiting() {
  while (in_unbound_ < options_.max_queries && !waiting_.empty()) {
    Question& question = *waiting_.front();
    under_way_.push_back(question.state);
    int id = 0;
    const int status = ub_resolve_async(context_.get(), question.asked.name.to_string().c_str(),
                                        question.asked.type, question.asked.question_class,
                                        &question, &on_result, &id);
    if (status != 0) {
      decide(question,
             Error{Errc::kUnavailable, std::string("libunbound: ") + ub_strerror(status)});
      continue;
    }
    question.id = id;
    ++in_unbound_;
  }
}

void ValidatingTransport::leave_unbound(Question& question) {
  if (!question.id) return;
  ub_cancel(context_.get(), *question.id);
  question.id.reset();
  --in_unbound_;
}

/// Called inside ub_process(), in this thread; never for what was cancelled.
void ValidatingTransport::on_result(void* question, int error, ub_result* result) {
  auto& asked = *static_cast<Question*>(question);
  asked.id.reset();
  --asked.transport->in_unbound_;
  asked.transport->take(asked, error, OwnedResult(result));
}

void ValidatingTransport::take(Question& question, int error, OwnedResult result) {
  if (error != 0 || !result) {
    return decide(question,
                  Error{Errc::kUnavailable, std::string("libunbound: ") + ub_strerror(error)});
  }
  question.reply.dnssec = status_of(question, *result);
  if (result->bogus != 0) {
    return ask_plain(question, result->why_bogus != nullptr ? result->why_bogus : "bogus");
  }
  constexpr int kNxDomain = 3;  // RFC 1035 section 4.1.1
  if (result->rcode != 0 && result->rcode != kNxDomain) {
    const bool silence = result->rcode == 2;  // libunbound's own word when nobody answers
    return decide(question, Error{silence ? Errc::kTimedOut : Errc::kRefused,
                                  "libunbound: rcode " + std::to_string(result->rcode)});
  }
  const auto* octets = static_cast<const std::uint8_t*>(result->answer_packet);
  const auto size = static_cast<std::size_t>(std::max(result->answer_len, 0));
  decide(question, wire::read_message({octets, octets != nullptr ? size : 0}));
}

Dnssec ValidatingTransport::status_of(const Question& question, const ub_result& result) const {
  if (result.bogus != 0) return Dnssec::kBogus;
  if (result.secure != 0) return Dnssec::kSecure;
  const bool anchored = std::any_of(
      anchors_.begin(), anchors_.end(),
      [&question](const DomainName& anchor) { return question.asked.name.is_below(anchor); });
  return anchored ? Dnssec::kInsecure : Dnssec::kIndeterminate;
}

/// The data of a bogus answer is shown, but libunbound withholds it.
void ValidatingTransport::ask_plain(Question& question, std::string why) {
  question.reply.why_bogus = label_to_text(why);
  const auto failed = [&question] {
    return Error{Errc::kRefused, "bogus: " + question.reply.why_bogus};
  };
  if (options_.plain == nullptr) return decide(question, failed());
  question.plain = options_.plain->ask(question.asked, [this, &question, failed](Reply reply) {
    question.reply.server = reply.server;
    if (reply.message) {
      decide(question, std::move(reply.message));
    } else {
      decide(question, failed());
    }
  });
}

void ValidatingTransport::decide(Question& question, Result<wire::Message> message) {
  question.reply.message = std::move(message);
  question.age.leave();
  decided_.push_back(question.state);
  if (!soon_.armed()) soon_.arm(Duration::zero(), [this] { deliver(); });
}

void ValidatingTransport::deliver() {
  send_waiting();
  Chain<Question> decided;  // what is decided meanwhile is told in the next turn
  decided.take(decided_);
  while (Question* question = decided.front()) {
    question->state.leave();
    question->transport = nullptr;
    // On the stack: whoever is told may destroy the question.
    const Done done = std::move(question->done);
    Reply reply = std::move(question->reply);
    question->plain.reset();
    done(std::move(reply));
  }
}

void ValidatingTransport::watch_deadlines() {
  const BootTime now = BootClock::now();
  while (!by_age_.empty() && by_age_.front()->deadline <= now) {
    Question& question = *by_age_.front();
    leave_unbound(question);
    question.plain.reset();
    const bool bogus = !question.reply.why_bogus.empty();
    decide(question, Error{Errc::kTimedOut, bogus ? "bogus: " + question.reply.why_bogus
                                                  : "libunbound: no answer in time"});
  }
  if (by_age_.empty()) return deadline_.cancel();
  deadline_.arm_at(by_age_.front()->deadline, [this] { watch_deadlines(); });
}

}  // namespace

Result<std::unique_ptr<Transport>> create_validating_transport(loop::Loop& loop,
                                                               ValidatingOptions options) {
  std::vector<DomainName> anchors;
  for (const std::string& file : options.trust_anchor_files) {
    auto owners = read_trust_anchors(file);
    if (!owners) return owners.error();
    anchors.insert(anchors.end(), owners->begin(), owners->end());
  }
  auto transport =
      std::make_unique<ValidatingTransport>(loop, std::move(options), std::move(anchors));
  if (auto started = transport->start(loop); !started) return started.error();
  return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace liqo::dns
