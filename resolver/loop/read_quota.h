#pragma once

#include <uv.h>

#include <cstddef>

#include "resolver/loop/handle.h"

namespace liqo::loop {

/// What may be read in one turn of a loop by all sockets that take from it (the DNS transports'),
/// shared out evenly among who was ready in the turn before: neither many that are ready at once
/// nor one that is flooded hold up the others on the loop. Part of the Loop.
class ReadQuota {
 public:
  /// Messages. Some 50 us are needed to read an answer and to act upon it: 3 ms a turn.
  static constexpr std::size_t kPerTurn = 64;

  explicit ReadQuota(uv_loop_t* loop);
  ReadQuota(const ReadQuota&) = delete;
  ReadQuota& operator=(const ReadQuota&) = delete;

  /// For who is ready to read, once in a turn: how many times it may. Never none, so that nobody
  /// is kept waiting by the others.
  [[nodiscard]] std::size_t take();
  /// Of these, those that were not needed: others may have them in this turn.
  void give_back(std::size_t reads) { left_ += reads; }

 private:
  void end_turn();

  std::size_t left_ = kPerTurn;
  std::size_t ready_ = 0;     ///< took a share in this turn
  std::size_t expected_ = 1;  ///< will take one, by the turn before
  Handle<uv_check_t> turns_;
};

}  // namespace liqo::loop
