// Looks names up through glibc, as any program does, and prints what one lookup takes.
//
// usage: nss_bench_lookups FAMILY hit|miss < NAMES
//
// FAMILY is inet or unspec. Names are taken at random; every answer is checked against what is
// expected. Prints nanoseconds of wall time for one lookup: the lower quartile of many short
// batches, so that what else runs on the host disturbs few of them.

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
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

class Lookups {
 public:
  Lookups(std::vector<std::string> names, int family, bool hit)
      : names_(std::move(names)), family_(family), hit_(hit) {}

  void run(int count) {
    for (int i = 0; i < count; ++i) {
      if (look_up(names_[random_() % names_.size()], family_) != hit_) ++wrong_;
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
  int family_;
  bool hit_;
  int wrong_ = 0;
  std::minstd_rand random_{1};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::vector<std::string> names;
  for (std::string line; std::getline(std::cin, line);) names.push_back(line);
  if (names.empty()) return 2;

  Lookups lookups(std::move(names), std::string_view(argv[1]) == "inet" ? AF_INET : AF_UNSPEC,
                  std::string_view(argv[2]) == "hit");
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
