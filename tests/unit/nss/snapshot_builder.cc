#include "tests/unit/nss/snapshot_builder.h"

#include <arpa/inet.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <stdexcept>

#include "nss/snapshot.h"

namespace liqo::test {
namespace {

std::uint64_t boot_milliseconds() {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1000 +
         static_cast<std::uint64_t>(time.tv_nsec) / 1'000'000;
}

std::uint64_t from_now(std::int64_t milliseconds) {
  return boot_milliseconds() + static_cast<std::uint64_t>(milliseconds);
}

void put(std::string& out, std::uint64_t value, int octets) {
  for (int i = 0; i < octets; ++i) out += static_cast<char>(value >> (8 * i));
}

/// The family's octet and the address.
std::string family_and_octets(const std::string& address) {
  std::array<char, 16> octets{};
  if (inet_pton(AF_INET, address.c_str(), octets.data()) == 1) {
    return '\4' + std::string(octets.data(), 4);
  }
  if (inet_pton(AF_INET6, address.c_str(), octets.data()) == 1) {
    return '\6' + std::string(octets.data(), 16);
  }
  throw std::invalid_argument(address);
}

std::string name_value(const std::vector<Entry>& addresses, std::uint64_t end) {
  std::string value;
  put(value, end, 8);
  for (const Entry& entry : addresses) {
    std::string octets = family_and_octets(entry.address);
    value += octets[0];
    value.append(3, '\0');
    put(value, entry.zone, 4);
    octets.erase(0, 1);
    octets.resize(16);
    value += octets;
  }
  return value;
}

std::uint32_t hash(const std::string& key) {
  std::uint32_t value = 5381;
  for (const char c : key) value = (value * 33) ^ static_cast<std::uint8_t>(c);
  return value;
}

struct Slot {
  std::uint32_t hash = 0;
  std::uint32_t position = 0;
};

}  // namespace

SnapshotBuilder::SnapshotBuilder(std::string_view suffix)
    : suffix_(suffix), magic_("liqohst\1"), lease_end_(from_now(snapshot::kLease)) {}

SnapshotBuilder& SnapshotBuilder::lease(std::int64_t milliseconds) {
  lease_end_ = from_now(milliseconds);
  return *this;
}

SnapshotBuilder& SnapshotBuilder::magic(std::string_view magic) {
  magic_ = magic;
  return *this;
}

SnapshotBuilder& SnapshotBuilder::name(std::string_view name, const std::vector<Entry>& addresses) {
  return record("N" + std::string(name), name_value(addresses, ~std::uint64_t{0}));
}

SnapshotBuilder& SnapshotBuilder::name(std::string_view name, const std::vector<Entry>& addresses,
                                       std::int64_t end) {
  return record("N" + std::string(name), name_value(addresses, from_now(end)));
}

SnapshotBuilder& SnapshotBuilder::reverse(std::string_view address, std::string_view name) {
  std::string value;
  put(value, ~std::uint64_t{0}, 8);
  return record("A" + family_and_octets(std::string(address)), value + std::string(name));
}

SnapshotBuilder& SnapshotBuilder::record(std::string key, std::string value) {
  records_.push_back({std::move(key), std::move(value)});
  return *this;
}

std::string SnapshotBuilder::bytes() const {
  std::string header = magic_;
  put(header, lease_end_, 8);
  std::vector<Record> all = {{"H", header + suffix_}};
  all.insert(all.end(), records_.begin(), records_.end());

  std::string body;
  std::array<std::vector<Slot>, 256> tables;
  for (const Record& record : all) {
    const auto position = static_cast<std::uint32_t>(2048 + body.size());
    tables[hash(record.key) % 256].push_back({hash(record.key), position});
    put(body, record.key.size(), 4);
    put(body, record.value.size(), 4);
    body += record.key + record.value;
  }
  std::string toc;
  for (const std::vector<Slot>& entries : tables) {
    std::vector<Slot> slots(entries.size() * 2);
    put(toc, 2048 + body.size(), 4);
    put(toc, slots.size(), 4);
    for (const Slot& entry : entries) {
      std::size_t at = (entry.hash / 256) % slots.size();
      while (slots[at].position != 0) at = (at + 1) % slots.size();
      slots[at] = entry;
    }
    for (const Slot& slot : slots) {
      put(body, slot.hash, 4);
      put(body, slot.position, 4);
    }
  }
  return toc + body;
}

SnapshotFile::SnapshotFile() {
  std::string pattern = "/tmp/liqo-nss-test.XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
  directory_ = pattern;
  path_ = directory_ + "/hosts.cdb";
  setenv("LIQO_DISCOVERY_HOSTS", path_.c_str(), 1);
}

SnapshotFile::~SnapshotFile() {
  remove();
  rmdir(directory_.c_str());
}

void SnapshotFile::replace(std::string_view bytes) {
  const std::string fresh = path_ + ".new";
  FILE* file = std::fopen(fresh.c_str(), "we");
  if (file == nullptr) throw std::runtime_error(fresh);
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  if (std::fclose(file) != 0 || !written) throw std::runtime_error(fresh);
  if (std::rename(fresh.c_str(), path_.c_str()) != 0) throw std::runtime_error(path_);
}

void SnapshotFile::remove() {
  if (unlink(path_.c_str()) != 0) rmdir(path_.c_str());
}

}  // namespace liqo::test
