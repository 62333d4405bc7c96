#pragma once

#include <cstddef>
#include <cstdint>

#include "nss/snapshot.h"

namespace liqo::nss {

/// What a lookup comes to; hosts.cc says how the C library is told.
enum class Outcome {
  kFound,
  kNotFound,     ///< the snapshot is good, the name or address is not in it
  kNoData,       ///< the name is, with no address of the family asked for
  kTooSmall,     ///< the caller's buffer cannot hold the answer
  kUnavailable,  ///< no snapshot that is to be believed: missing, past its lease, damaged
  kTryAgain,     ///< the process or the host is out of descriptors or memory
};

/// Octets that somebody else owns.
struct View {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
};

/// A name as it was asked for, and as the snapshot would have it: case folded, without a dot at
/// the end. Empty when it is longer than a name can be.
class Question {
 public:
  explicit Question(const char* name);

  [[nodiscard]] bool empty() const { return length_ == 0; }
  /// Whether it is a name below `suffix`; the suffix itself is not.
  [[nodiscard]] bool is_below(View suffix) const;
  /// Its record's key.
  [[nodiscard]] View key() const { return {key_, 1 + length_}; }
  /// As asked for, without the dot at the end. Not terminated.
  [[nodiscard]] View canonical() const {
    return {reinterpret_cast<const std::uint8_t*>(name_), length_};
  }

 private:
  const char* name_;
  std::size_t length_;
  std::uint8_t key_[1 + snapshot::kMaxNameOctets];
};

/// One record. The views are of the reader's buffer, good until it reads again.
struct Record {
  View key;
  View value;              ///< without the record's end
  std::uint64_t end = 0;   ///< of the record or of the lease, whichever is first; CLOCK_BOOTTIME
  std::uint32_t next = 0;  ///< position of the record after it
};

/// Reads one snapshot with pread(2) alone: no mapping, no allocation, no file position, nothing
/// kept. Believes no length or position of the file. Some 2.4 KiB, made to live on the stack.
class Reader {
 public:
  /// Borrows `fd`, or none (-1), which reads as unavailable.
  explicit Reader(int fd) : fd_(fd) {}

  /// Reads the head: kFound, or kUnavailable when the file is not to be believed at `now`.
  Outcome read_head(std::uint64_t now);
  /// After read_head(), until the next read.
  [[nodiscard]] View suffix() const { return suffix_; }
  /// After read_head(), until the next read: where the records end.
  [[nodiscard]] std::uint32_t records_end() const { return snapshot::load32(buffer_); }
  [[nodiscard]] std::uint32_t first_record() const { return first_record_; }
  [[nodiscard]] std::uint64_t lease_end() const { return lease_end_; }

  /// After read_head(), once: the record of `key`. kFound, kNotFound, or
  /// kUnavailable where the file is damaged.
  Outcome find(View key, std::uint64_t now, Record& record);
  /// The record at `position`; false when no whole record is there.
  bool read_record(std::uint32_t position, Record& record);

 private:
  std::size_t read(std::uint8_t* into, std::size_t octets, std::uint64_t position) const;

  static constexpr std::size_t kSlotsAtOnce = 16;
  static constexpr std::size_t kSlotBlock = kSlotsAtOnce * snapshot::kSlotOctets;
  static constexpr std::size_t kBufferOctets = snapshot::kMaxHeadOctets;
  static_assert(kSlotBlock + snapshot::kMaxRecordOctets <= kBufferOctets);

  int fd_;
  std::uint32_t first_record_ = 0;
  std::uint64_t lease_end_ = 0;
  View suffix_;
  std::uint8_t buffer_[kBufferOctets];  // the head; later a block of slots, then a record
};

/// Now, in milliseconds of CLOCK_BOOTTIME.
std::uint64_t boot_time();

/// Opens the snapshot: a descriptor, or -1 and why not in `outcome`. Never waits, whatever is at
/// its path: a FIFO or a device opens at once, and pread() refuses it or finds no magic in it.
int open_snapshot(Outcome& outcome);

}  // namespace liqo::nss
