#include "agent/varlink/session.h"

#include <utility>

namespace liqo::varlink {

Session::Session(const Service& service, Caller caller, SessionOptions options)
    : service_(service),
      caller_(std::move(caller)),
      options_(std::move(options)),
      framer_(options_.max_message) {}

void Session::receive(std::string_view octets) {
  if (broken_) return;
  if (!framer_.feed(octets)) {
    // Between two messages only: half an answer with an error behind it is no message.
    if (answer_ == nullptr) farewell_ = options_.too_long;
    give_up();
    return;
  }
  if (!next_) fetch();
}

void Session::produce(std::string& out) {
  out += std::exchange(farewell_, {});
  for (int answers = 0; answers < kAnswersAtOnce && has_work(); ++answers) {
    if (answer_ == nullptr) begin_next();
    if (answer_ == nullptr) continue;  // it was one way, or no call at all
    switch (answer_->produce(out)) {
      case Answer::Step::kDone:
        answer_.reset();
        break;
      case Answer::Step::kWait:
        waiting_ = true;
        break;
      case Answer::Step::kMore:
        return;
    }
    if (out.size() >= Answer::kPiece) return;
  }
}

bool Session::has_work() const {
  if (!farewell_.empty()) return true;
  if (broken_) return false;
  return answer_ != nullptr ? !waiting_ : next_.has_value();
}

void Session::fetch() {
  next_ = framer_.next();
  if (!next_) return;
  ++received_;
  if (endless()) give_up();
}

void Session::begin_next() {
  auto call = parse_call(*std::exchange(next_, std::nullopt));
  if (!call) return give_up();
  waiting_ = false;
  answer_ = service_.answer(*call, caller_);
  // What an action does is done by now; the rest of the answer would be for nobody.
  if (call->oneway) answer_.reset();
  fetch();
}

void Session::give_up() {
  broken_ = true;
  answer_.reset();
  next_.reset();
}

}  // namespace liqo::varlink
