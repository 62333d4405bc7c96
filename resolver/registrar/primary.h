#pragma once

#include <functional>
#include <memory>
#include <string>

#include "resolver/registrar/plan.h"

namespace liqo::registrar {

/// What became of an update.
struct Outcome {
  enum class Kind : std::uint8_t {
    kDone,
    kChanged,  ///< a prerequisite does not hold: somebody else was there meanwhile
    kRefused,  ///< the server said no: `error` has its words, `advice` what to change
    kLost,     ///< nobody knows whether it happened: to be read back
  };
  Kind kind = Kind::kLost;
  std::string error{};   ///< one line
  std::string advice{};  ///< one line, may be empty
  bool passes = false;   ///< a refusal that may end without a change at the server: a clock's
};

/// The primary server of a zone, as registrations want it.
class Primary {
 public:
  /// Something under way. Destroying it forgets it: its callback is never called then.
  class Job {
   public:
    virtual ~Job() = default;
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

   protected:
    Job() = default;
  };

  using HaveRead = std::function<void(Result<Records> found)>;
  using HaveSent = std::function<void(Outcome outcome)>;

  virtual ~Primary() = default;
  Primary(const Primary&) = delete;
  Primary& operator=(const Primary&) = delete;

  /// Callbacks come once, from the loop, never inside these calls. May destroy their own job and
  /// begin others.
  virtual std::unique_ptr<Job> read(const Names& names, HaveRead done) = 0;
  virtual std::unique_ptr<Job> send(const Names& names, const wire::Update& update,
                                    HaveSent done) = 0;

 protected:
  Primary() = default;
};

}  // namespace liqo::registrar
