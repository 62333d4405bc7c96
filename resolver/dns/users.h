#pragma once

#include <algorithm>
#include <memory>
#include <vector>

namespace liqo::dns {

struct Instance;

/// The instances that use a record set, in no order. Nearly every set has one, which takes no
/// memory of its own; hosts may have thousands.
class Users {
 public:
  void add(Instance& user) {
    if (first_ == nullptr) {
      first_ = &user;
      return;
    }
    if (others_ == nullptr) others_ = std::make_unique<std::vector<Instance*>>();
    others_->push_back(&user);
  }

  /// Of one that was added.
  void remove(Instance& user) {
    if (others_ == nullptr) {
      first_ = nullptr;
      return;
    }
    Instance*& place =
        first_ == &user ? first_ : *std::find(others_->begin(), others_->end(), &user);
    place = others_->back();
    others_->pop_back();
    if (others_->empty()) others_.reset();
  }

  [[nodiscard]] bool empty() const { return first_ == nullptr; }

  template <class Each>
  void each(Each&& each) const {
    if (first_ != nullptr) each(*first_);
    if (others_ == nullptr) return;
    for (Instance* user : *others_) each(*user);
  }

 private:
  Instance* first_ = nullptr;
  std::unique_ptr<std::vector<Instance*>> others_;  ///< null where there are none
};

}  // namespace liqo::dns
