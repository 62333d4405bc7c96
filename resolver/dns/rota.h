#pragma once

#include "resolver/dns/chain.h"

namespace liqo::dns {

/// Who waits for a turn, in the order in which they came: whoever wants a turn each time, and takes
/// long, keeps nobody from his.
template <class T>
class Rota {
 public:
  /// Who waits already keeps his place.
  void join(Link<T>& link) {
    if (!link.linked()) waiting_.push_back(link);
  }
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

  /// Gives a turn to each that waits, one at least, until `over` says so after one of them: the
  /// others are the first of the next round. Who joins meanwhile comes behind them.
  template <class Give, class Over>
  void go_round(Give&& give, Over&& over) {
    Chain<T> round;
    round.take(waiting_);
    while (T* next = round.take_front()) {
      give(*next);
      if (over()) break;
    }
    round.take(waiting_);
    waiting_.take(round);
  }

 private:
  Chain<T> waiting_;
};

}  // namespace liqo::dns
