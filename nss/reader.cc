#include "nss/reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace liqo::nss {
namespace {

using namespace snapshot;

constexpr const char* kPath = LIQO_RUNTIME_DIR "/hosts.cdb";
constexpr const char* kPathVariable = "LIQO_DISCOVERY_HOSTS";

// Tables are at most half full, and no table holds more than every record there can be.
constexpr std::uint32_t kMaxSlots = 2 * 2 * kMaxNames;

std::uint32_t cdb_hash(View key) {
  std::uint32_t hash = 5381;
  for (std::size_t i = 0; i < key.size; ++i) hash = (hash + (hash << 5)) ^ key.data[i];
  return hash;
}

bool equal(View a, View b) { return a.size == b.size && std::memcmp(a.data, b.data, a.size) == 0; }

}  // namespace

Question::Question(const char* name)
    : name_(name), length_(name == nullptr ? 0 : strnlen(name, kMaxNameOctets + 2)) {
  if (length_ > 0 && name_[length_ - 1] == '.') --length_;
  if (length_ > kMaxNameOctets) length_ = 0;
  key_[0] = kNameKey;
  for (std::size_t i = 0; i < length_; ++i) {
    const auto octet = static_cast<std::uint8_t>(name_[i]);
    const bool upper = octet >= 'A' && octet <= 'Z';
    key_[1 + i] = upper ? static_cast<std::uint8_t>(octet + ('a' - 'A')) : octet;
  }
}

bool Question::is_below(View suffix) const {
  if (length_ < suffix.size + 2) return false;
  const std::uint8_t* dot = key_ + length_ - suffix.size;
  return *dot == '.' && std::memcmp(dot + 1, suffix.data, suffix.size) == 0;
}

std::size_t Reader::read(std::uint8_t* into, std::size_t octets, std::uint64_t position) const {
  const ssize_t got = ::pread(fd_, into, octets, static_cast<off_t>(position));
  return got < 0 ? 0 : static_cast<std::size_t>(got);
}

Outcome Reader::read_head(std::uint64_t now) {
  constexpr std::size_t kValueAt = kTocOctets + kRecordHeadOctets + 1;
  constexpr std::size_t kSuffixAt = kValueAt + kMagicOctets + kEndOctets;
  const std::size_t got = read(buffer_, sizeof buffer_, 0);
  if (got <= kSuffixAt) return Outcome::kUnavailable;

  const std::uint8_t* record = buffer_ + kTocOctets;
  const std::size_t value_octets = load32(record + 4);
  if (load32(record) != 1 || value_octets > got - kValueAt ||
      value_octets <= kMagicOctets + kEndOctets || record[kRecordHeadOctets] != kHeaderKey ||
      std::memcmp(buffer_ + kValueAt, kMagic, kMagicOctets) != 0) {
    return Outcome::kUnavailable;
  }
  lease_end_ = load64(buffer_ + kValueAt + kMagicOctets);
  if (!lease_holds(lease_end_, now)) return Outcome::kUnavailable;
  suffix_ = {buffer_ + kSuffixAt, value_octets - kMagicOctets - kEndOctets};
  first_record_ = static_cast<std::uint32_t>(kValueAt + value_octets);
  return Outcome::kFound;
}

Outcome Reader::find(View key, std::uint64_t now, Record& record) {
  const std::uint32_t hash = cdb_hash(key);
  const std::uint8_t* reference = buffer_ + (hash % kTableCount) * kTableReferenceOctets;
  const std::uint64_t table = load32(reference);
  const std::uint32_t slots = load32(reference + 4);
  if (slots == 0) return Outcome::kNotFound;
  if (slots > kMaxSlots) return Outcome::kUnavailable;

  std::uint32_t slot = (hash / kTableCount) % slots;
  for (std::uint32_t probed = 0; probed < slots;) {
    const std::size_t ahead = slots - slot < kSlotsAtOnce ? slots - slot : kSlotsAtOnce;
    const std::size_t got = read(buffer_, ahead * kSlotOctets, table + slot * kSlotOctets);
    if (got != ahead * kSlotOctets) return Outcome::kUnavailable;
    for (std::size_t i = 0; i < ahead && probed < slots; ++i, ++probed) {
      const std::uint32_t position = load32(buffer_ + i * kSlotOctets + 4);
      if (position == 0) return Outcome::kNotFound;
      if (load32(buffer_ + i * kSlotOctets) != hash) continue;
      if (!read_record(position, record)) return Outcome::kUnavailable;
      if (!equal(record.key, key)) continue;
      return now < record.end ? Outcome::kFound : Outcome::kNotFound;
    }
    slot = (slot + static_cast<std::uint32_t>(ahead)) % slots;
  }
  return Outcome::kNotFound;
}

bool Reader::read_record(std::uint32_t position, Record& record) {
  std::uint8_t* at = buffer_ + kSlotBlock;
  const std::size_t got = read(at, kMaxRecordOctets, position);
  if (got < kRecordHeadOctets) return false;
  const std::size_t key_octets = load32(at);
  const std::size_t value_octets = load32(at + 4);
  const std::size_t rest = got - kRecordHeadOctets;
  if (key_octets > rest || value_octets > rest - key_octets || value_octets < kEndOctets) {
    return false;
  }
  record.key = {at + kRecordHeadOctets, key_octets};
  const std::uint8_t* value = record.key.data + key_octets;
  const std::uint64_t own_end = load64(value);
  record.end = own_end < lease_end_ ? own_end : lease_end_;
  record.value = {value + kEndOctets, value_octets - kEndOctets};
  record.next =
      position + static_cast<std::uint32_t>(kRecordHeadOctets + key_octets + value_octets);
  return true;
}

std::uint64_t boot_time() {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1000 +
         static_cast<std::uint64_t>(time.tv_nsec) / 1'000'000;
}

int open_snapshot(Outcome& outcome) {
  const char* path = secure_getenv(kPathVariable);
  const int fd =
      ::open(path == nullptr ? kPath : path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) {
    const bool exhausted = errno == EMFILE || errno == ENFILE || errno == ENOMEM;
    outcome = exhausted ? Outcome::kTryAgain : Outcome::kUnavailable;
  }
  return fd;
}

}  // namespace liqo::nss
