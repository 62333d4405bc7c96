#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "resolver/time.h"

namespace liqo::dns {

struct KeptSet;

/// The record sets that are to be asked for, the first due first: a heap whose members know their
/// place, with a pointer for each where a tree has a node.
class DueQueue {
 public:
  static constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();

  /// Files the set under that time, wherever it was.
  void put(KeptSet& set, BootTime due);
  /// One that is not in it is left alone.
  void remove(KeptSet& set);

  [[nodiscard]] bool empty() const { return heap_.empty(); }
  /// Of a queue that is not empty.
  [[nodiscard]] KeptSet& first() const { return *heap_.front(); }

 private:
  void place(KeptSet& set, std::size_t at);
  void rise(KeptSet& set, std::size_t at);
  void sink(KeptSet& set, std::size_t at);

  std::vector<KeptSet*> heap_;
};

}  // namespace liqo::dns
