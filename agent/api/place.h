#pragma once

#include <cstddef>

namespace liqo::api {

/// A place among the answers of one kind that may be under way at once; given back when it is
/// destroyed.
class Place {
 public:
  /// `taken` must outlive it.
  explicit Place(std::size_t& taken) : taken_(taken) { ++taken_; }
  ~Place() { --taken_; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::size_t& taken_;
};

}  // namespace liqo::api
