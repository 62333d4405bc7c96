#pragma once

#include "resolver/result.h"

namespace liqo::cli {

/// What the process returns; scripts branch on it, so a number never changes its meaning.
enum class Exit : int {
  kDone = 0,
  kFailed = 1,         ///< the reason is on standard error, in one line
  kUsage = 2,          ///< wrong usage
  kNoSuchCluster = 3,  ///< no such cluster, or several (they are named)
  kUnreachable = 4,    ///< the agent cannot be reached, or does not answer
  kWaitRanOut = 5,     ///< `--wait` ran out; what is known was printed
};

/// How an error of the client ends the process.
constexpr Exit exit_of(const Error& error) {
  switch (error.code) {
    case Errc::kNotFound:
      return Exit::kNoSuchCluster;
    case Errc::kInvalid:
      return Exit::kUsage;
    case Errc::kUnavailable:
    case Errc::kTimedOut:
      return Exit::kUnreachable;
    case Errc::kRefused:
    case Errc::kMalformed:
    case Errc::kLimitReached:
    case Errc::kIo:
      break;
  }
  return Exit::kFailed;
}

}  // namespace liqo::cli
