#pragma once

#include <list>
#include <memory>

#include "resolver/dns/transport.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/timer.h"

namespace liqo::dns {

/// Fails every question for one reason: what a domain has whose own transport cannot be made.
class FailingTransport final : public Transport {
 public:
  /// `loop` must outlive it.
  FailingTransport(loop::Loop& loop, Error why);

  [[nodiscard]] std::unique_ptr<Query> ask(const wire::Question& question, Done done) override;

 private:
  struct Refused;

  void tell();

  Error why_;
  std::list<Refused*> refused_;  ///< to be told in the next turn of the loop
  loop::Timer timer_;
};

}  // namespace liqo::dns
