#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace liqo::dns {

/// The rdata of a record set's records, in order, each once. In one piece: an A record takes no
/// memory of its own, and there are four sets with each cluster.
class RdataSet {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = std::string_view;
    using difference_type = std::ptrdiff_t;
    using pointer = const std::string_view*;
    using reference = std::string_view;

    Iterator() = default;
    explicit Iterator(const char* at) : at_(at) {}
    std::string_view operator*() const { return {at_ + kLength, length()}; }
    Iterator& operator++() {
      at_ += kLength + length();
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    [[nodiscard]] std::size_t length() const {
      return static_cast<std::size_t>(static_cast<unsigned char>(at_[0])) << 8U |
             static_cast<unsigned char>(at_[1]);
    }

    const char* at_ = nullptr;
  };

  RdataSet() = default;
  /// In any order, and any number of times. Views of octets, 65,535 at most (RFC 1035
  /// section 3.2.1).
  explicit RdataSet(std::vector<std::string_view> rdata);

  [[nodiscard]] bool empty() const { return packed_.empty(); }
  [[nodiscard]] std::size_t size() const;
  /// Leaves the first so many.
  void cut(std::size_t most);
  /// What it takes.
  [[nodiscard]] std::size_t octets() const { return packed_.size(); }
  /// Of one that is not empty.
  [[nodiscard]] std::string_view front() const { return *begin(); }
  [[nodiscard]] Iterator begin() const { return Iterator(packed_.data()); }
  [[nodiscard]] Iterator end() const { return Iterator(packed_.data() + packed_.size()); }

  friend bool operator==(const RdataSet&, const RdataSet&) = default;

 private:
  static constexpr std::size_t kLength = 2;  ///< octets before each rdata: its length

  std::string packed_;
};

}  // namespace liqo::dns
