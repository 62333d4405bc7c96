#include "resolver/lan/helper/rights.h"

#include <grp.h>
#include <linux/close_range.h>
#include <pwd.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace liqo::lan::helper {
namespace {

constexpr const char* kUser = "liqo-discovery";
constexpr uid_t kNobody = 65534;  // Debian policy 9.2.2

// Avahi's cache is bounded by records, 65,536 an interface and family, and a record by the 9,000
// octets of an mDNS message: 300 octets each in earnest, 20 MB an interface; a flood of the largest
// ends here, and a new helper begins with an empty cache.
constexpr rlim_t kMaxData = rlim_t{256} << 20;
// A connection to the bus for each thousand watches, two sockets of Avahi's own, and netlink's.
constexpr rlim_t kMaxDescriptors = 256;

// Sanitizers map memory without measure, and look at their own process.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

void check(int status, const char* what) {
  if (status != 0) spdlog::warn("LAN helper: {}: {}", what, std::strerror(errno));
}

void close_range_or_warn(unsigned first, unsigned last) {
  if (first > last) return;
  check(static_cast<int>(::syscall(SYS_close_range, first, last, 0U)), "close_range");
}

void close_all_but(int fd) {
  constexpr unsigned kFirst = STDERR_FILENO + 1;
  const auto kept = static_cast<unsigned>(fd);
  if (kept < kFirst) return close_range_or_warn(kFirst, ~0U);
  close_range_or_warn(kFirst, kept - 1);
  close_range_or_warn(kept + 1, ~0U);
}

void leave_root() {
  if (::geteuid() != 0) return;
  const passwd* user = ::getpwnam(kUser);
  const uid_t uid = user != nullptr ? user->pw_uid : kNobody;
  const gid_t gid = user != nullptr ? user->pw_gid : kNobody;
  // Fails as a whole in a user namespace that maps root alone, where root is nobody outside.
  if (::setgroups(0, nullptr) != 0 || ::setresgid(gid, gid, gid) != 0 ||
      ::setresuid(uid, uid, uid) != 0) {
    spdlog::warn("LAN helper: stays root: {}", std::strerror(errno));
  }
}

void limit(int resource, rlim_t most, const char* what) {
  rlimit bound{};
  check(::getrlimit(static_cast<__rlimit_resource_t>(resource), &bound), what);
  if (bound.rlim_max != RLIM_INFINITY && bound.rlim_max < most) most = bound.rlim_max;
  bound = {most, most};
  check(::setrlimit(static_cast<__rlimit_resource_t>(resource), &bound), what);
}

}  // namespace

void give_up_rights(int fd) {
  for (const int ignored : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) std::signal(ignored, SIG_IGN);
  close_all_but(fd);
  leave_root();
  check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
  // After the change of user, which clears it.
  check(::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "PR_SET_PDEATHSIG");
  limit(RLIMIT_CORE, 0, "RLIMIT_CORE");
  limit(RLIMIT_NOFILE, kMaxDescriptors, "RLIMIT_NOFILE");
  if (kSanitized) return;
  check(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "PR_SET_DUMPABLE");
  limit(RLIMIT_DATA, kMaxData, "RLIMIT_DATA");
}

}  // namespace liqo::lan::helper
