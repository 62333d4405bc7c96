#include "resolver/memory.h"

#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "agent/memory_trimmer.h"
#include "tests/support/catch.h"
#include "tests/support/until.h"

namespace liqo {
namespace {

constexpr Duration kSoon = std::chrono::milliseconds(10);
constexpr std::size_t kBlock = 16 * 1024;

std::size_t own_memory() { return rss_anon(::getpid()); }

/// Memory that is free, so many octets of it, below some that is not.
class Hole {
 public:
  explicit Hole(std::size_t size) {
    std::vector<std::unique_ptr<std::string>> blocks;
    for (std::size_t octets = 0; octets < size; octets += kBlock) {
      blocks.push_back(std::make_unique<std::string>(kBlock, 'x'));
    }
    above_ = std::make_unique<std::string>(kBlock, 'x');
  }

 private:
  std::unique_ptr<std::string> above_;
};

TEST_CASE("Memory: what the kernel tells of this process, and of none") {
  CHECK(own_memory() > 100'000);
  CHECK(rss_anon(0) == 0);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // their malloc is another

TEST_CASE("Memory: what is free goes back to the kernel a while after a change, and only then") {
  loop::Loop loop;
  MemoryTrimmer trimmer(loop, kSoon);
  const Hole hole(8 << 20);
  const std::size_t before = own_memory();
  test::run_for(loop, 5 * kSoon);
  CHECK(own_memory() + (1 << 20) > before);
  trimmer.changed();
  CHECK(test::run_until(loop, [&] { return own_memory() + (6 << 20) < before; }));
}

TEST_CASE("Memory: a large process keeps it, for to give it back takes long") {
  loop::Loop loop;
  MemoryTrimmer trimmer(loop, kSoon);
  const std::string large(kLargestToTrim, 'x');
  const Hole hole(8 << 20);
  const std::size_t before = own_memory();
  trimmer.changed();
  test::run_for(loop, 5 * kSoon);
  CHECK(own_memory() + (1 << 20) > before);
}

#endif

}  // namespace
}  // namespace liqo
