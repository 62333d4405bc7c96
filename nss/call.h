#pragma once

#include <netdb.h>
#include <nss.h>
#include <pthread.h>

#include <cerrno>

#include "nss/reader.h"

namespace liqo::nss {

/// For the time of a call: errno is the caller's, whatever the kernel told us, and a cancellation
/// of the thread waits, so that it cannot take us between open() and close().
class CallGuard {
 public:
  CallGuard() : errno_(errno) { pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state_); }
  ~CallGuard() {
    pthread_setcancelstate(cancel_state_, nullptr);
    errno = errno_;
  }
  CallGuard(const CallGuard&) = delete;
  CallGuard& operator=(const CallGuard&) = delete;

 private:
  int errno_;
  int cancel_state_ = PTHREAD_CANCEL_ENABLE;
};

/// Tells the C library what a call came to. Measured with glibc 2.36, as the last service:
///
///     kNotFound     EAI_NONAME, HOST_NOT_FOUND
///     kNoData       EAI_NODATA, NO_DATA
///     kTooSmall     the only case with NETDB_INTERNAL and with errno written: the caller comes
///                   again with twice the buffer
///     kUnavailable  EAI_NONAME, NO_RECOVERY. UNAVAIL, so that `[NOTFOUND=return]` does not stop
///                   at a service that knew nothing; NO_RECOVERY, since NETDB_INTERNAL would
///                   become EAI_SYSTEM with a meaningless errno, and TRY_AGAIN would have programs
///                   wait for an agent that may not even be there
///     kTryAgain     EAI_AGAIN, TRY_AGAIN: the caller's own want, and it may pass
///
/// With another service after ours each of these but kTooSmall goes on to it.
inline nss_status report(Outcome outcome, int* errnop, int* h_errnop) {
  switch (outcome) {
    case Outcome::kFound:
      *h_errnop = NETDB_SUCCESS;
      return NSS_STATUS_SUCCESS;
    case Outcome::kNotFound:
      *h_errnop = HOST_NOT_FOUND;
      return NSS_STATUS_NOTFOUND;
    case Outcome::kNoData:
      *h_errnop = NO_DATA;
      return NSS_STATUS_NOTFOUND;
    case Outcome::kTooSmall:
      *errnop = ERANGE;
      *h_errnop = NETDB_INTERNAL;
      return NSS_STATUS_TRYAGAIN;
    case Outcome::kUnavailable:
      *h_errnop = NO_RECOVERY;
      return NSS_STATUS_UNAVAIL;
    case Outcome::kTryAgain:
      *h_errnop = TRY_AGAIN;
      return NSS_STATUS_TRYAGAIN;
  }
  *h_errnop = NO_RECOVERY;
  return NSS_STATUS_UNAVAIL;
}

}  // namespace liqo::nss
