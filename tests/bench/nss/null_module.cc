// libnss_liqonull.so.2: every name is 10.0.0.1. The floor of any NSS module: what is left is glibc.

#include <netdb.h>
#include <nss.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace {

struct Answer {
  char* list[2];
  std::uint32_t address;
  char name[256];
};

nss_status fill(const char* name, hostent* result, char* buffer, size_t size, int* errnop,
                int* h_errnop) {
  if (size < sizeof(Answer)) {
    *errnop = ERANGE;
    *h_errnop = NETDB_INTERNAL;
    return NSS_STATUS_TRYAGAIN;
  }
  auto* answer = reinterpret_cast<Answer*>(buffer);
  answer->address = 0x0100000a;
  std::strncpy(answer->name, name, sizeof answer->name - 1);
  answer->list[0] = reinterpret_cast<char*>(&answer->address);
  answer->list[1] = nullptr;
  *result = {answer->name, answer->list + 1, AF_INET, 4, answer->list};
  return NSS_STATUS_SUCCESS;
}

}  // namespace

extern "C" {

nss_status _nss_liqonull_gethostbyname3_r(const char* name, int, hostent* result, char* buffer,
                                          size_t size, int* errnop, int* h_errnop, int32_t*,
                                          char** canonical) {
  const nss_status status = fill(name, result, buffer, size, errnop, h_errnop);
  if (status == NSS_STATUS_SUCCESS && canonical != nullptr) *canonical = result->h_name;
  return status;
}

nss_status _nss_liqonull_gethostbyname2_r(const char* name, int, hostent* result, char* buffer,
                                          size_t size, int* errnop, int* h_errnop) {
  return fill(name, result, buffer, size, errnop, h_errnop);
}

nss_status _nss_liqonull_gethostbyname4_r(const char* name, gaih_addrtuple** list, char* buffer,
                                          size_t size, int* errnop, int* h_errnop, int32_t*) {
  hostent result{};
  const auto padding = static_cast<size_t>(-reinterpret_cast<std::intptr_t>(buffer) & 15);
  if (size < padding + sizeof(gaih_addrtuple)) size = padding + sizeof(gaih_addrtuple);
  auto* tuple = reinterpret_cast<gaih_addrtuple*>(buffer + padding);
  const nss_status status = fill(name, &result, buffer + padding + sizeof *tuple,
                                 size - padding - sizeof *tuple, errnop, h_errnop);
  if (status != NSS_STATUS_SUCCESS) return status;
  *tuple = {nullptr, result.h_name, AF_INET, {0x0100000a}, 0};
  *list = tuple;
  return status;
}

}  // extern "C"
