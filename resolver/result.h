#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace liqo {

/// Outcomes that a caller is expected to tell apart. Mistakes of our own are asserts, never Errors.
enum class Errc {
  kNotFound,      ///< asked, and it is not there
  kTimedOut,      ///< nobody answered in time
  kRefused,       ///< the other side said no
  kUnavailable,   ///< could not be asked: absent, stopped, unsupported
  kInvalid,       ///< an argument of the caller's is wrong
  kMalformed,     ///< bytes from outside do not follow their format
  kLimitReached,  ///< a named limit forbids it
  kIo,            ///< the kernel refused; detail carries strerror
};

std::string_view to_string(Errc code);

/// An outcome and one line for a person: what, where, what was expected. Bytes from the network
/// are escaped before they are put into `detail`.
struct Error {
  Errc code = Errc::kInvalid;
  std::string detail;
};

/// A value or the reason why there is none: the part of std::expected that clang 14 lacks, under
/// the same member names.
template <class T>
class [[nodiscard]] Result {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): `return value;` is the point of it
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& operator*() & { return *std::get_if<0>(&state_); }
  const T& operator*() const& { return *std::get_if<0>(&state_); }
  T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }

  [[nodiscard]] const Error& error() const { return *std::get_if<1>(&state_); }

  template <class F>
  auto and_then(F&& next) && -> decltype(next(std::declval<T>())) {
    if (!has_value()) return error();
    return std::forward<F>(next)(std::move(**this));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(Error error) : failed_(true), error_(std::move(error)) {}

  [[nodiscard]] bool has_value() const { return !failed_; }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  bool failed_ = false;
  Error error_;
};

}  // namespace liqo
