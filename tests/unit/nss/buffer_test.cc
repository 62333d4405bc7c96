#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <functional>

#include "tests/support/catch.h"
#include "tests/unit/nss/module.h"
#include "tests/unit/nss/snapshot_builder.h"

using namespace liqo::test;

namespace {

constexpr std::size_t kLargest = 2048;
constexpr std::size_t kGuard = 64;
constexpr char kMark = '\x5a';

/// A buffer of any size and alignment with marked octets on both sides.
class GuardedBuffer {
 public:
  GuardedBuffer(std::size_t size, std::size_t misaligned)
      : size_(size), start_(octets_.data() + kGuard + misaligned) {
    octets_.fill(kMark);
  }
  char* data() { return start_; }
  [[nodiscard]] bool intact() const {
    const auto marked = [](const char* from, const char* to) {
      return std::all_of(from, to, [](char octet) { return octet == kMark; });
    };
    return marked(octets_.data(), start_) &&
           marked(start_ + size_, octets_.data() + octets_.size());
  }
  [[nodiscard]] bool holds(const void* from, std::size_t octets) const {
    const auto* at = static_cast<const char*>(from);
    return at >= start_ && at + octets <= start_ + size_;
  }

 private:
  alignas(16) std::array<char, kGuard + 16 + kLargest + kGuard> octets_{};
  std::size_t size_;
  char* start_;
};

bool aligned(const void* pointer, std::size_t to) {
  return reinterpret_cast<std::uintptr_t>(pointer) % to == 0;
}

bool hostent_is_sound(const GuardedBuffer& buffer, const hostent& result, std::size_t addresses) {
  bool sound = aligned(result.h_addr_list, alignof(char*)) &&
               aligned(result.h_aliases, alignof(char*)) && *result.h_aliases == nullptr &&
               buffer.holds(result.h_name, std::strlen(result.h_name) + 1) &&
               buffer.holds(result.h_addr_list, (addresses + 1) * sizeof(char*)) &&
               result.h_addr_list[addresses] == nullptr;
  for (std::size_t i = 0; sound && i < addresses; ++i) {
    const auto length = static_cast<std::size_t>(result.h_length);
    sound = buffer.holds(result.h_addr_list[i], length) && aligned(result.h_addr_list[i], 4);
  }
  return sound;
}

struct Case {
  std::string entry_point;
  std::size_t needed;  ///< octets of an aligned buffer, counted from the structures
  std::function<nss_status(char*, std::size_t, int*, int*)> call;
  std::function<bool(const GuardedBuffer&)> sound;
};

/// The least size that succeeds must be what is needed, at every alignment; below it, nothing but
/// TRYAGAIN, ERANGE and NETDB_INTERNAL, with the buffer and its surroundings untouched.
void check_every_size(const Case& test) {
  CAPTURE(test.entry_point);
  for (std::size_t misaligned = 0; misaligned < 8; ++misaligned) {
    const std::size_t needed = test.needed + (8 - misaligned) % 8;
    CAPTURE(misaligned, needed);
    std::size_t wrong = 0;
    for (std::size_t size = 0; size <= kLargest; ++size) {
      GuardedBuffer buffer(size, misaligned);
      int h_error = -2;
      errno = kErrnoBefore;  // errnop is errno itself, as glibc has it
      const nss_status status = test.call(buffer.data(), size, &errno, &h_error);
      const int error = errno;
      const bool success = status == NSS_STATUS_SUCCESS && error == kErrnoBefore && h_error == 0 &&
                           test.sound(buffer);
      const bool too_small =
          status == NSS_STATUS_TRYAGAIN && error == ERANGE && h_error == NETDB_INTERNAL;
      if (!(size >= needed ? success : too_small) || !buffer.intact()) ++wrong;
    }
    CHECK(wrong == 0);
  }
}

constexpr const char* kName = "gateway.milan.liqo.internal";
const std::size_t kNameOctets = std::strlen(kName) + 1;

SnapshotBuilder cluster() {
  SnapshotBuilder builder;
  builder
      .name(kName, {{"10.0.0.1", 0},
                    {"10.0.0.2", 0},
                    {"10.0.0.3", 0},
                    {"2001:db8::1", 0},
                    {"2001:db8::2", 0},
                    {"fe80::1", 2}})
      .reverse("10.0.0.1", kName);
  return builder;
}

}  // namespace

TEST_CASE("Buffer: every size and alignment through the gethostbyname entries") {
  const SnapshotFile file(cluster().bytes());
  const Module& module = Module::get();
  hostent result{};
  const std::size_t v4 = 4 * sizeof(char*) + 3 * 4 + kNameOctets;
  const std::size_t v6 = 3 * sizeof(char*) + 2 * 16 + kNameOctets;
  check_every_size({"gethostbyname_r", v4,
                    [&](char* data, std::size_t size, int* error, int* h_error) {
                      return module.gethostbyname(kName, &result, data, size, error, h_error);
                    },
                    [&](const GuardedBuffer& b) { return hostent_is_sound(b, result, 3); }});
  check_every_size({"gethostbyname2_r", v6,
                    [&](char* data, std::size_t size, int* error, int* h_error) {
                      return module.gethostbyname2(kName, AF_INET6, &result, data, size, error,
                                                   h_error);
                    },
                    [&](const GuardedBuffer& b) { return hostent_is_sound(b, result, 2); }});
  std::int32_t ttl = 0;
  char* canonical = nullptr;
  check_every_size({"gethostbyname3_r", v4,
                    [&](char* data, std::size_t size, int* error, int* h_error) {
                      return module.gethostbyname3(kName, AF_INET, &result, data, size, error,
                                                   h_error, &ttl, &canonical);
                    },
                    [&](const GuardedBuffer& b) {
                      return hostent_is_sound(b, result, 3) && canonical == result.h_name;
                    }});
}

TEST_CASE("Buffer: every size and alignment through gethostbyname4_r") {
  const SnapshotFile file(cluster().bytes());
  const Module& module = Module::get();
  const std::size_t own_tuples = GENERATE(0, 1);
  gaih_addrtuple own{};
  gaih_addrtuple* list = nullptr;
  const auto sound = [&](const GuardedBuffer& buffer) {
    std::size_t count = 0;
    for (const gaih_addrtuple* at = list; at != nullptr; at = at->next, ++count) {
      const bool in_place = at == &own || (buffer.holds(at, sizeof *at) && aligned(at, 8));
      if (!in_place || !buffer.holds(at->name, kNameOctets)) return false;
    }
    return count == 6;
  };
  check_every_size({"gethostbyname4_r", (6 - own_tuples) * sizeof(gaih_addrtuple) + kNameOctets,
                    [&](char* data, std::size_t size, int* error, int* h_error) {
                      list = own_tuples == 1 ? &own : nullptr;
                      return module.gethostbyname4(kName, &list, data, size, error, h_error,
                                                   nullptr);
                    },
                    sound});
}

TEST_CASE("Buffer: every size and alignment through the gethostbyaddr entries") {
  const SnapshotFile file(cluster().bytes());
  const Module& module = Module::get();
  const std::array<char, 4> octets{10, 0, 0, 1};
  hostent result{};
  const std::size_t needed = 2 * sizeof(char*) + 4 + kNameOctets;
  const auto sound = [&](const GuardedBuffer& buffer) {
    return hostent_is_sound(buffer, result, 1);
  };
  check_every_size({"gethostbyaddr_r", needed,
                    [&](char* data, std::size_t size, int* error, int* h_error) {
                      return module.gethostbyaddr(octets.data(), 4, AF_INET, &result, data, size,
                                                  error, h_error);
                    },
                    sound});
  check_every_size({"gethostbyaddr2_r", needed,
                    [&](char* data, std::size_t size, int* error, int* h_error) {
                      return module.gethostbyaddr2(octets.data(), 4, AF_INET, &result, data, size,
                                                   error, h_error, nullptr);
                    },
                    sound});
}

TEST_CASE("Buffer: every size and alignment through gethostent_r") {
  const SnapshotFile file(SnapshotBuilder().name(kName, {{"10.0.0.1", 0}}).bytes());
  const Module& module = Module::get();
  hostent result{};
  check_every_size({"gethostent_r", 2 * sizeof(char*) + 4 + kNameOctets,
                    [&](char* data, std::size_t size, int* error, int* h_error) {
                      module.sethostent(0);
                      return module.gethostent(&result, data, size, error, h_error);
                    },
                    [&](const GuardedBuffer& b) { return hostent_is_sound(b, result, 1); }});
  module.endhostent();
}

TEST_CASE("Buffer: a name with the most addresses is answered whole, one with more is cut") {
  std::vector<Entry> addresses;
  for (int i = 0; i < 64; ++i) addresses.push_back({"10.0.1." + std::to_string(i), 0});
  const SnapshotFile file(SnapshotBuilder().name("full.liqo.internal", addresses).bytes());
  CHECK(look_up("full.liqo.internal").addresses.size() == 64);
  CHECK(look_up("full.liqo.internal", AF_INET).addresses.size() == 64);
}
