// What glibc calls for `hosts: liqo`: names to addresses and back. A call opens the snapshot,
// reads one record and closes it; nothing is kept from one to the next, so there is nothing that
// threads could race for, that a fork could copy, or that a program could close under us.

#include <netdb.h>
#include <nss.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "nss/answer.h"
#include "nss/call.h"
#include "nss/reader.h"

namespace liqo::nss {
namespace {

constexpr std::size_t kIpv4Octets = 4;
constexpr std::size_t kIpv6Octets = 16;

/// A snapshot open for one lookup.
class OpenSnapshot {
 public:
  OpenSnapshot() : now_(boot_time()), fd_(open_snapshot(outcome_)), reader_(fd_) {
    if (fd_ >= 0) outcome_ = reader_.read_head(now_);
  }
  ~OpenSnapshot() {
    if (fd_ >= 0) ::close(fd_);
  }
  OpenSnapshot(const OpenSnapshot&) = delete;
  OpenSnapshot& operator=(const OpenSnapshot&) = delete;

  Outcome find(const Question& question, Record& record) {
    if (outcome_ != Outcome::kFound) return outcome_;
    if (question.empty() || !question.is_below(reader_.suffix())) return Outcome::kNotFound;
    return reader_.find(question.key(), now_, record);
  }

  Outcome find(View address_key, Record& record) {
    if (outcome_ != Outcome::kFound) return outcome_;
    return reader_.find(address_key, now_, record);
  }

  [[nodiscard]] std::uint64_t now() const { return now_; }

 private:
  std::uint64_t now_;
  Outcome outcome_ = Outcome::kUnavailable;
  int fd_;
  Reader reader_;
};

Outcome addresses_of(const char* name, int family, hostent& result, Buffer buffer,
                     std::int32_t* ttl, char** canonical) {
  if (family != AF_INET && family != AF_INET6) return Outcome::kNoData;
  const CallGuard guard;
  const Question question(name);
  OpenSnapshot snapshot;
  Record record;
  Outcome outcome = snapshot.find(question, record);
  if (outcome != Outcome::kFound) return outcome;
  outcome =
      write_hostent(question.canonical(), Addresses(record.value, family, false), result, buffer);
  if (outcome != Outcome::kFound) return outcome;
  if (ttl != nullptr) *ttl = time_to_live(record.end, snapshot.now());
  if (canonical != nullptr) *canonical = result.h_name;
  return outcome;
}

Outcome tuples_of(const char* name, gaih_addrtuple** list, Buffer buffer, std::int32_t* ttl) {
  const CallGuard guard;
  const Question question(name);
  OpenSnapshot snapshot;
  Record record;
  Outcome outcome = snapshot.find(question, record);
  if (outcome != Outcome::kFound) return outcome;
  outcome =
      write_tuples(question.canonical(), Addresses(record.value, AF_UNSPEC, true), list, buffer);
  if (outcome == Outcome::kFound && ttl != nullptr) {
    *ttl = time_to_live(record.end, snapshot.now());
  }
  return outcome;
}

Outcome name_of(const void* octets, std::size_t length, int family, hostent& result, Buffer buffer,
                std::int32_t* ttl) {
  const std::size_t expected = family == AF_INET ? kIpv4Octets : kIpv6Octets;
  if ((family != AF_INET && family != AF_INET6) || length != expected || octets == nullptr) {
    return Outcome::kNoData;
  }
  const CallGuard guard;
  std::uint8_t key[2 + kIpv6Octets] = {snapshot::kAddressKey};
  key[1] = family == AF_INET ? snapshot::kIpv4 : snapshot::kIpv6;
  std::memcpy(key + 2, octets, expected);
  OpenSnapshot snapshot;
  Record record;
  Outcome outcome = snapshot.find(View{key, 2 + expected}, record);
  if (outcome != Outcome::kFound) return outcome;
  if (record.value.size == 0 || record.value.size > snapshot::kMaxNameOctets) {
    return Outcome::kNotFound;
  }
  outcome = write_hostent(record.value, {family, 0, key + 2}, result, buffer);
  if (outcome == Outcome::kFound && ttl != nullptr) {
    *ttl = time_to_live(record.end, snapshot.now());
  }
  return outcome;
}

}  // namespace
}  // namespace liqo::nss

#pragma GCC visibility push(default)
extern "C" {

using liqo::nss::Buffer;
using liqo::nss::report;

nss_status _nss_liqo_gethostbyname4_r(const char* name, gaih_addrtuple** list, char* buffer,
                                      size_t size, int* errnop, int* h_errnop, int32_t* ttl) {
  return report(liqo::nss::tuples_of(name, list, {buffer, size}, ttl), errnop, h_errnop);
}

nss_status _nss_liqo_gethostbyname3_r(const char* name, int family, hostent* result, char* buffer,
                                      size_t size, int* errnop, int* h_errnop, int32_t* ttl,
                                      char** canonical) {
  return report(
      liqo::nss::addresses_of(name, family, *result, Buffer{buffer, size}, ttl, canonical), errnop,
      h_errnop);
}

nss_status _nss_liqo_gethostbyname2_r(const char* name, int family, hostent* result, char* buffer,
                                      size_t size, int* errnop, int* h_errnop) {
  return _nss_liqo_gethostbyname3_r(name, family, result, buffer, size, errnop, h_errnop, nullptr,
                                    nullptr);
}

nss_status _nss_liqo_gethostbyname_r(const char* name, hostent* result, char* buffer, size_t size,
                                     int* errnop, int* h_errnop) {
  return _nss_liqo_gethostbyname3_r(name, AF_INET, result, buffer, size, errnop, h_errnop, nullptr,
                                    nullptr);
}

nss_status _nss_liqo_gethostbyaddr2_r(const void* address, socklen_t length, int family,
                                      hostent* result, char* buffer, size_t size, int* errnop,
                                      int* h_errnop, int32_t* ttl) {
  return report(liqo::nss::name_of(address, length, family, *result, Buffer{buffer, size}, ttl),
                errnop, h_errnop);
}

nss_status _nss_liqo_gethostbyaddr_r(const void* address, socklen_t length, int family,
                                     hostent* result, char* buffer, size_t size, int* errnop,
                                     int* h_errnop) {
  return _nss_liqo_gethostbyaddr2_r(address, length, family, result, buffer, size, errnop, h_errnop,
                                    nullptr);
}

}  // extern "C"
#pragma GCC visibility pop
