// `getent hosts` without a name: every name in sorted order, an entry for each address. The one
// case in which something is kept between calls: the snapshot's descriptor, from sethostent to
// endhostent, so that a whole enumeration is of one snapshot.

#include <netdb.h>
#include <nss.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

#include "nss/answer.h"
#include "nss/call.h"
#include "nss/reader.h"

namespace liqo::nss {
namespace {

/// glibc has one enumeration in a process and a lock around it. A program that calls us without
/// that lock is told to try again while another thread is inside: it never waits, not even in the
/// child of a fork that found the flag set.
std::atomic_flag busy = ATOMIC_FLAG_INIT;

class Turn {
 public:
  Turn() : mine_(!busy.test_and_set(std::memory_order_acquire)) {}
  ~Turn() {
    if (mine_) busy.clear(std::memory_order_release);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  explicit operator bool() const { return mine_; }

 private:
  bool mine_;
};

/// The enumeration under way. Plain data: it needs no construction when the module is loaded.
struct Enumeration {
  int fd;  ///< good when `open`
  bool open;
  dev_t device;  ///< which file it was: a program may have closed the descriptor and be using
  ino_t inode;   ///< its number for something else
  std::uint32_t position;
  std::uint32_t end;
  std::size_t address;  ///< of the record at `position`, the next one to tell
};
Enumeration enumeration;

bool still_ours() {
  struct stat status {};
  return enumeration.open && ::fstat(enumeration.fd, &status) == 0 &&
         status.st_dev == enumeration.device && status.st_ino == enumeration.inode;
}

void finish() {
  if (still_ours()) ::close(enumeration.fd);
  enumeration = {};
}

Outcome start() {
  finish();
  Outcome outcome = Outcome::kUnavailable;
  const int fd = open_snapshot(outcome);
  if (fd < 0) return outcome;
  Reader reader(fd);
  struct stat status {};
  outcome = reader.read_head(boot_time());
  if (outcome != Outcome::kFound || ::fstat(fd, &status) != 0) {
    ::close(fd);
    return Outcome::kUnavailable;
  }
  enumeration = {.fd = fd,
                 .open = true,
                 .device = status.st_dev,
                 .inode = status.st_ino,
                 .position = reader.first_record(),
                 .end = reader.records_end(),
                 .address = 0};
  return Outcome::kFound;
}

/// The name of a record that may be told: one below the suffix, as every name that is looked up.
bool name_in(const Record& record, View suffix, View& name) {
  if (record.key.size < 2 || record.key.data[0] != snapshot::kNameKey) return false;
  name = {record.key.data + 1, record.key.size - 1};
  if (name.size > snapshot::kMaxNameOctets || name.size < suffix.size + 2) return false;
  const std::uint8_t* dot = name.data + name.size - suffix.size - 1;
  return *dot == '.' && std::memcmp(dot + 1, suffix.data, suffix.size) == 0;
}

/// Ends with the first record that is no name: those come before all others.
Outcome next(hostent& result, Buffer buffer) {
  if (!enumeration.open) {
    const Outcome outcome = start();
    if (outcome != Outcome::kFound) return outcome;
  }
  const std::uint64_t now = boot_time();
  Reader reader(still_ours() ? enumeration.fd : -1);
  if (reader.read_head(now) != Outcome::kFound) return Outcome::kNotFound;
  std::uint8_t suffix[snapshot::kMaxNameOctets];
  const std::size_t suffix_octets = reader.suffix().size;
  std::memcpy(suffix, reader.suffix().data, suffix_octets);

  Record record;
  View name;
  while (enumeration.position < enumeration.end) {
    if (!reader.read_record(enumeration.position, record) || record.next <= enumeration.position) {
      return Outcome::kUnavailable;
    }
    if (!name_in(record, {suffix, suffix_octets}, name)) break;
    const Addresses addresses(record.value, AF_UNSPEC, false);
    std::size_t cursor = enumeration.address;
    Addresses::Address address;
    if (now < record.end && addresses.next(cursor, address)) {
      const Outcome outcome = write_hostent(name, address, result, buffer);
      if (outcome == Outcome::kFound) enumeration.address = cursor;
      return outcome;
    }
    enumeration.position = record.next;
    enumeration.address = 0;
  }
  enumeration.position = enumeration.end;
  return Outcome::kNotFound;
}

}  // namespace
}  // namespace liqo::nss

#pragma GCC visibility push(default)
extern "C" {

nss_status _nss_liqo_sethostent(int) {
  const liqo::nss::CallGuard guard;
  const liqo::nss::Turn turn;
  if (!turn) return NSS_STATUS_TRYAGAIN;
  int unused = 0;
  return liqo::nss::report(liqo::nss::start(), &unused, &unused);
}

nss_status _nss_liqo_gethostent_r(hostent* result, char* buffer, size_t size, int* errnop,
                                  int* h_errnop) {
  liqo::nss::Outcome outcome = liqo::nss::Outcome::kTryAgain;
  {
    const liqo::nss::CallGuard guard;
    const liqo::nss::Turn turn;
    if (turn) outcome = liqo::nss::next(*result, {buffer, size});
  }
  return liqo::nss::report(outcome, errnop, h_errnop);
}

nss_status _nss_liqo_endhostent() {
  const liqo::nss::CallGuard guard;
  const liqo::nss::Turn turn;
  if (!turn) return NSS_STATUS_TRYAGAIN;
  liqo::nss::finish();
  return NSS_STATUS_SUCCESS;
}

}  // extern "C"
#pragma GCC visibility pop
