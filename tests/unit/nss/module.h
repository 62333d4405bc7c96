#pragma once

#include <netdb.h>
#include <nss.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace liqo::test {

/// The module as glibc sees it: loaded with dlopen(), called through its symbols.
struct Module {
  nss_status (*gethostbyname)(const char*, hostent*, char*, size_t, int*, int*);
  nss_status (*gethostbyname2)(const char*, int, hostent*, char*, size_t, int*, int*);
  nss_status (*gethostbyname3)(const char*, int, hostent*, char*, size_t, int*, int*, int32_t*,
                               char**);
  nss_status (*gethostbyname4)(const char*, gaih_addrtuple**, char*, size_t, int*, int*, int32_t*);
  nss_status (*gethostbyaddr)(const void*, socklen_t, int, hostent*, char*, size_t, int*, int*);
  nss_status (*gethostbyaddr2)(const void*, socklen_t, int, hostent*, char*, size_t, int*, int*,
                               int32_t*);
  nss_status (*sethostent)(int);
  nss_status (*gethostent)(hostent*, char*, size_t, int*, int*);
  nss_status (*endhostent)();

  static const Module& get();
};

/// All that a call came to.
struct Reply {
  nss_status status = NSS_STATUS_UNAVAIL;
  int error = 0;     ///< *errnop, a variable beside errno
  int h_error = -2;  ///< *h_errnop
  int errno_after = 0;
  std::int32_t ttl = 0;
  std::string name;
  std::vector<std::string> addresses;  ///< "10.0.0.1", "fe80::1%2"
  [[nodiscard]] bool found() const { return status == NSS_STATUS_SUCCESS; }
};

/// What errno is before each call.
inline constexpr int kErrnoBefore = 4242;

/// gethostbyname4_r: every address.
Reply look_up(const std::string& name);
/// gethostbyname3_r.
Reply look_up(const std::string& name, int family);
/// gethostbyaddr2_r of an address as text.
Reply look_up_address(const std::string& address);
/// sethostent, gethostent_r until it ends, endhostent: "address name" each. The last reply, the
/// one that ended it, goes to `last` where there is one.
std::vector<std::string> enumerate(Reply* last = nullptr);

/// The text of an entry of hostent::h_addr_list.
std::string address_text(int family, const void* octets, std::uint32_t zone = 0);

}  // namespace liqo::test
