#include <cdb.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "agent/names/files.h"
#include "agent/names/replaced_file.h"
#include "nss/snapshot.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::names {
namespace {

using namespace snapshot;

std::uint64_t milliseconds(BootTime time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

/// A record's key or value as it is put together; no record is larger.
class Octets {
 public:
  void clear() { size_ = 0; }
  [[nodiscard]] const std::uint8_t* data() const { return octets_.data(); }
  [[nodiscard]] unsigned size() const { return static_cast<unsigned>(size_); }

  void add(std::uint8_t octet) { octets_[size_++] = octet; }
  void add(std::string_view text) { add(text.data(), text.size()); }
  void add(std::span<const std::uint8_t> octets) { add(octets.data(), octets.size()); }
  void add_end(std::optional<BootTime> end) { add64(end ? milliseconds(*end) : kNoOwnEnd); }
  void add64(std::uint64_t value) {
    store64(octets_.data() + size_, value);
    size_ += sizeof value;
  }
  void add_entry(const IpAddress& address) {
    std::uint8_t* at = octets_.data() + size_;
    std::fill_n(at, kAddressOctets, std::uint8_t{0});
    at[0] = address.family() == Family::kIpv4 ? kIpv4 : kIpv6;
    store32(at + kAddressZoneAt, address.zone_index());
    std::ranges::copy(address.octets(), at + kAddressOctetsAt);
    size_ += kAddressOctets;
  }

 private:
  void add(const void* data, std::size_t size) {
    std::memcpy(octets_.data() + size_, data, size);
    size_ += size;
  }

  std::array<std::uint8_t, kMaxRecordOctets> octets_;
  std::size_t size_ = 0;
};

/// tinycdb's maker. It must be finished to give its memory back, even when it failed.
class CdbMaker {
 public:
  explicit CdbMaker(int fd) { check(cdb_make_start(&maker_, fd)); }
  ~CdbMaker() {
    if (!finished_) cdb_make_finish(&maker_);
  }
  CdbMaker(const CdbMaker&) = delete;
  CdbMaker& operator=(const CdbMaker&) = delete;

  void add(const Octets& key, const Octets& value) {
    if (error_ == 0) {
      check(cdb_make_add(&maker_, key.data(), key.size(), value.data(), value.size()));
    }
  }
  /// Writes the tables. The errno of the first failure, 0 where there was none.
  int finish() {
    finished_ = true;
    check(cdb_make_finish(&maker_));
    return error_;
  }

 private:
  void check(int status) {
    if (status != 0 && error_ == 0) error_ = errno;
  }

  cdb_make maker_{};
  int error_ = 0;
  bool finished_ = false;
};

void add_header(CdbMaker& maker, std::string_view suffix, BootTime now) {
  Octets key;
  Octets value;
  key.add(kHeaderKey);
  value.add(std::string_view(kMagic, kMagicOctets));
  value.add64(milliseconds(now) + kLease);
  value.add(suffix);
  maker.add(key, value);
}

/// Without an address that no program could use: link-local IPv6 of an unknown zone.
void add_name(CdbMaker& maker, const NameRecord& record) {
  Octets key;
  Octets value;
  key.add(kNameKey);
  key.add(record.name);
  value.add_end(record.end);
  std::size_t count = 0;
  for (const IpAddress& address : *record.addresses) {
    const bool zone_missing = address.family() == Family::kIpv6 && address.is_link_local() &&
                              !address.is_mapped() && address.zone_index() == 0;
    if (zone_missing) continue;
    if (++count > kMaxAddresses) break;
    value.add_entry(address);
  }
  maker.add(key, value);
}

void add_address(CdbMaker& maker, const AddressRecord& record) {
  Octets key;
  Octets value;
  key.add(kAddressKey);
  key.add(record.address.family() == Family::kIpv4 ? kIpv4 : kIpv6);
  key.add(record.address.octets());
  value.add_end(record.end);
  value.add(record.name);
  maker.add(key, value);
}

}  // namespace

Result<void> write_snapshot(const std::string& directory, const NameTable& table,
                            std::string_view suffix, BootTime now, const std::stop_token& stop) {
  Result<ReplacedFile> file = ReplacedFile::create(directory, kSnapshotFile);
  if (!file) return file.error();
  CdbMaker maker(file->fd());
  add_header(maker, suffix, now);
  for (const NameRecord& record : table.names) {
    if (stop.stop_requested()) return {};
    add_name(maker, record);
  }
  for (const AddressRecord& record : table.addresses) add_address(maker, record);
  if (const int error = maker.finish(); error != 0) return io_error(file->path(), error);
  return file->commit();
}

bool snapshot_holds(const std::string& directory, BootTime now) {
  const std::string path = directory + '/' + std::string(kSnapshotFile);
  const loop::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  constexpr std::size_t kAt = kTocOctets + kRecordHeadOctets + 1;
  std::array<std::uint8_t, kMagicOctets + kEndOctets> header;
  return ::pread(fd.get(), header.data(), header.size(), kAt) == ssize_t{header.size()} &&
         std::memcmp(header.data(), kMagic, kMagicOctets) == 0 &&
         lease_holds(load64(header.data() + kMagicOctets), milliseconds(now));
}

}  // namespace liqo::names
