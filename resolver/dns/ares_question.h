#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "resolver/dns/ares_lane.h"
#include "resolver/dns/chain.h"
#include "resolver/dns/transport.h"
#include "resolver/time.h"
#include "resolver/wire/message.h"

namespace liqo::dns {

class AresTransport;
class AresQuestion;

/// A message that c-ares was given. Belongs to c-ares, which gives it back once, in its callback.
struct AresAttempt {
  AresAttempt(AresTransport& of, AresQuestion& asked, std::size_t over, LaneChannel& through,
              BootTime end)
      : link(*this),
        transport(of),
        question(&asked),
        lane(over),
        channel(&through),
        edns(through.edns),
        ends(end) {}

  Link<AresAttempt> link;
  AresTransport& transport;
  AresQuestion* question;  ///< null: nobody waits for it any more
  std::size_t lane;
  LaneChannel* channel;  ///< null: it was given up
  bool edns;
  BootTime ends;
};

/// One question. Belongs to who asked, and may outlive the transport.
class AresQuestion final : public Transport::Query {
 public:
  AresQuestion(const wire::Question& question, Transport::Done told, BootTime by)
      : age(*this), state(*this), asked(question), done(std::move(told)), deadline(by) {}
  ~AresQuestion() override { forget_attempt(); }
  AresQuestion(const AresQuestion&) = delete;
  AresQuestion& operator=(const AresQuestion&) = delete;

  void forget_attempt() {
    if (attempt != nullptr) std::exchange(attempt, nullptr)->question = nullptr;
  }

  Link<AresQuestion> age;    ///< among those that are not decided, by deadline
  Link<AresQuestion> state;  ///< where it waits for what is next: another attempt, or to be told
  wire::Question asked;
  Transport::Done done;
  BootTime deadline;
  AresAttempt* attempt = nullptr;
  Reply reply;
  std::vector<std::uint8_t> tries;  ///< a lane; empty before the first failure
};

}  // namespace liqo::dns
