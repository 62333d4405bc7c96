#pragma once

namespace liqo::dns {

template <class T>
class Chain;

/// A member by which an object stands in at most one Chain; it leaves when it is destroyed. Costs
/// two pointers and no allocation, which counts where thousands of questions wait.
template <class T>
class Link {
 public:
  explicit Link(T& owner) : owner_(&owner) {}
  ~Link() { leave(); }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  [[nodiscard]] bool linked() const { return after_ != this; }
  void leave() {
    before_->after_ = after_;
    after_->before_ = before_;
    before_ = after_ = this;
  }

 private:
  friend class Chain<T>;
  Link() = default;

  Link* before_ = this;
  Link* after_ = this;
  T* owner_ = nullptr;
};

/// Objects in the order in which they were put here; owns none of them. May be destroyed before
/// them.
template <class T>
class Chain {
 public:
  Chain() = default;
  ~Chain() {
    while (!empty()) head_.after_->leave();
  }
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  [[nodiscard]] bool empty() const { return head_.after_ == &head_; }
  /// Null where there is none.
  [[nodiscard]] T* front() const { return head_.after_->owner_; }
  /// Takes out the first; null where there is none.
  T* take_front() {
    T* first = front();
    if (first != nullptr) head_.after_->leave();
    return first;
  }
  /// Takes it out of the chain that it was in.
  void push_back(Link<T>& link) {
    link.leave();
    link.before_ = head_.before_;
    link.after_ = &head_;
    head_.before_->after_ = &link;
    head_.before_ = &link;
  }
  /// Moves all of `other` to the end of this one.
  void take(Chain& other) {
    if (other.empty()) return;
    other.head_.after_->before_ = head_.before_;
    other.head_.before_->after_ = &head_;
    head_.before_->after_ = other.head_.after_;
    head_.before_ = other.head_.before_;
    other.head_.before_ = other.head_.after_ = &other.head_;
  }

 private:
  Link<T> head_;
};

}  // namespace liqo::dns
