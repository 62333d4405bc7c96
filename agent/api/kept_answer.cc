#include "agent/api/kept_answer.h"

#include <utility>

#include "agent/api/errors.h"
#include "agent/varlink/call.h"

namespace liqo::api {

KeptAnswer::KeptAnswer(Render render, std::function<void()> wake)
    : render_(std::move(render)),
      state_(std::make_shared<State>(State{std::nullopt, std::move(wake)})) {}

Done KeptAnswer::done() {
  return [answer = std::weak_ptr(state_)](const Result<void>& outcome) {
    const auto state = answer.lock();
    if (!state) return;
    state->outcome = outcome;
    state->wake();
  };
}

varlink::Answer::Step KeptAnswer::produce(std::string& out) {
  if (!state_->outcome) return Step::kWait;
  if (!*state_->outcome) return storage_failed(state_->outcome->error().detail)->produce(out);
  varlink::append_reply(out, render_());
  return Step::kDone;
}

}  // namespace liqo::api
