#include "resolver/dns/failing_transport.h"

#include <utility>

namespace liqo::dns {

struct FailingTransport::Refused final : Query {
  Refused(FailingTransport& owner, Done then) : transport(owner), done(std::move(then)) {}
  ~Refused() override {
    if (waits) transport.refused_.erase(place);
  }

  FailingTransport& transport;
  Done done;
  bool waits = true;
  std::list<Refused*>::iterator place;
};

FailingTransport::FailingTransport(loop::Loop& loop, Error why)
    : why_(std::move(why)), timer_(loop) {}

std::unique_ptr<Transport::Query> FailingTransport::ask(const wire::Question&, Done done) {
  auto refused = std::make_unique<Refused>(*this, std::move(done));
  refused->place = refused_.insert(refused_.end(), refused.get());
  if (!timer_.armed()) timer_.arm(Duration::zero(), [this] { tell(); });
  return refused;
}

void FailingTransport::tell() {
  // What is asked meanwhile is told in the next turn.
  for (std::size_t count = refused_.size(); count > 0 && !refused_.empty(); --count) {
    Refused* first = refused_.front();
    refused_.pop_front();
    first->waits = false;
    const Done done = std::move(first->done);
    done(Reply{.message = why_});
  }
  if (!refused_.empty()) timer_.arm(Duration::zero(), [this] { tell(); });
}

}  // namespace liqo::dns
