// Looks names up through glibc, as any program does, and prints what one lookup takes.
//
// usage: nss_bench_lookups FAMILY hit|miss < NAMES
//
// FAMILY is inet or unspec; or file: no lookup, but what our module asks of the kernel for one, of
// the snapshot that LIQO_DISCOVERY_HOSTS names. Names are taken at random; every answer is checked
// against what is expected. Prints nanoseconds of wall time for one lookup: the lower quartile of
// many short batches, so that what else runs on the host disturbs few of them.

#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kBatch = std::chrono::milliseconds(1);
constexpr std::size_t kBatches = 201;
constexpr int kBetweenClocks = 16;  // a look at the clock costs a tenth of the quickest lookup
constexpr int kWarmUp = 200;

bool look_up(const std::string& name, int family) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* result = nullptr;
  if (getaddrinfo(name.c_str(), nullptr, &hints, &result) != 0) return false;
  freeaddrinfo(result);
  return true;
}

/// Head, slots and record, as in nss/reader.h.
bool read_file(const char* path) {
  static std::array<char, 2400> buffer;
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  const bool good = pread(fd, buffer.data(), 2326, 0) > 0 &&
                    pread(fd, buffer.data(), 128, 8000) > 0 &&
                    pread(fd, buffer.data(), 1806, 4000) > 0;
  close(fd);
  return good;
}

class Lookups {
 public:
  using LookUp = std::function<bool(const std::string& name)>;

  Lookups(std::vector<std::string> names, LookUp look_up, bool hit)
      : names_(std::move(names)), look_up_(std::move(look_up)), hit_(hit) {}

  void run(int count) {
    for (int i = 0; i < count; ++i) {
      if (look_up_(names_[random_() % names_.size()]) != hit_) ++wrong_;
    }
  }

  double batch() {
    const Clock::time_point start = Clock::now();
    Clock::time_point now = start;
    int count = 0;
    for (; now - start < kBatch; now = Clock::now(), count += kBetweenClocks) run(kBetweenClocks);
    return std::chrono::duration<double, std::nano>(now - start).count() / count;
  }

  [[nodiscard]] int wrong() const { return wrong_; }

 private:
  std::vector<std::string> names_;
  LookUp look_up_;
  bool hit_;
  int wrong_ = 0;
  std::minstd_rand random_{1};
};

Lookups::LookUp look_up_of(std::string_view family) {
  if (family == "file") {
    const char* path = std::getenv("LIQO_DISCOVERY_HOSTS");
    return [path](const std::string&) { return path != nullptr && read_file(path); };
  }
  const int number = family == "inet" ? AF_INET : AF_UNSPEC;
  return [number](const std::string& name) { return look_up(name, number); };
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::vector<std::string> names;
  for (std::string line; std::getline(std::cin, line);) names.push_back(line);
  if (names.empty()) return 2;

  Lookups lookups(std::move(names), look_up_of(argv[1]), std::string_view(argv[2]) == "hit");
  lookups.run(kWarmUp);
  std::array<double, kBatches> batches{};
  for (double& batch : batches) batch = lookups.batch();
  std::nth_element(batches.begin(), batches.begin() + kBatches / 4, batches.end());
  if (lookups.wrong() != 0) {
    std::fprintf(stderr, "%d lookups did not come to what was expected\n", lookups.wrong());
    return 1;
  }
  std::printf("%.0f\n", batches[kBatches / 4]);
}
