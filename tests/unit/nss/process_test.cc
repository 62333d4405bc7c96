#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include "tests/support/catch.h"
#include "tests/unit/nss/module.h"
#include "tests/unit/nss/snapshot_builder.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define LIQO_OWN_MALLOC 1
#endif

#ifdef LIQO_OWN_MALLOC
// Counts what the module, and libc on its behalf, ask of the heap. The sanitizers have this seat.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
}
namespace {
std::atomic<unsigned> allocations{0};
}
extern "C" void* malloc(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(size);
}
extern "C" void* calloc(std::size_t count, std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_calloc(count, size);
}
extern "C" void* realloc(void* old, std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_realloc(old, size);
}
#endif

using namespace liqo::test;
using List = std::vector<std::string>;

namespace {

SnapshotBuilder cluster(const char* address = "10.0.0.1") {
  SnapshotBuilder builder;
  builder.name("milan.liqo.internal", {{address, 0}}).reverse(address, "milan.liqo.internal");
  return builder;
}

/// Each entry point once, with nothing around it that allocates.
struct Calls {
  alignas(16) std::array<char, 1024> buffer;
  hostent result;
  gaih_addrtuple* list = nullptr;
  int error = 0;
  int h_error = 0;
  int found = 0;

  void count(nss_status status) { found += status == NSS_STATUS_SUCCESS ? 1 : 0; }

  void all(const Module& module, const char* name) {
    const std::array<unsigned char, 4> address{10, 0, 0, 1};
    char* const data = buffer.data();
    const std::size_t size = buffer.size();
    list = nullptr;
    count(module.gethostbyname4(name, &list, data, size, &error, &h_error, nullptr));
    count(module.gethostbyname(name, &result, data, size, &error, &h_error));
    count(module.gethostbyname2(name, AF_INET6, &result, data, size, &error, &h_error));
    count(module.gethostbyname3(name, AF_INET, &result, data, size, &error, &h_error, nullptr,
                                nullptr));
    count(module.gethostbyaddr(address.data(), 4, AF_INET, &result, data, size, &error, &h_error));
    count(module.gethostbyaddr2(address.data(), 4, AF_INET, &result, data, size, &error, &h_error,
                                nullptr));
    count(module.sethostent(0));
    count(module.gethostent(&result, data, size, &error, &h_error));
    count(module.endhostent());
  }
};
constexpr int kFoundOfAll = 8;  // all but the IPv6 one

int open_descriptors() {
  DIR* directory = opendir("/proc/self/fd");
  int count = 0;
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

}  // namespace

TEST_CASE("Process: no call leaves a descriptor behind, and the enumeration's goes with its end") {
  const SnapshotFile file(cluster().bytes());
  const Module& module = Module::get();
  Calls calls;
  const int before = open_descriptors();
  for (int i = 0; i < 100; ++i) calls.all(module, "milan.liqo.internal");
  CHECK(calls.found == 100 * kFoundOfAll);
  CHECK(open_descriptors() == before);
  for (int i = 0; i < 10; ++i) module.sethostent(0);
  CHECK(open_descriptors() == before + 1);
  module.endhostent();
  CHECK(open_descriptors() == before);
}

#ifdef LIQO_OWN_MALLOC
TEST_CASE("Process: no call asks for memory") {
  const SnapshotFile file(cluster().bytes());
  const Module& module = Module::get();
  Calls calls;
  const unsigned before = allocations.load();
  calls.all(module, "milan.liqo.internal");
  calls.all(module, "turin.liqo.internal");
  const unsigned after = allocations.load();
  CHECK(after == before);
  CHECK(calls.found > 0);
}

TEST_CASE("Process: no call takes more than 4 KiB of stack") {
  const SnapshotFile file(cluster().bytes());
  constexpr std::size_t kStack = 64 * 1024;
  constexpr unsigned char kPaint = 0xa5;
  auto* stack = static_cast<unsigned char*>(
      mmap(nullptr, kStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  REQUIRE(stack != MAP_FAILED);

  struct Shared {
    const Module& module;
    unsigned char* stack;
    Calls calls;
    std::size_t used;
  } shared{Module::get(), stack, {}, 0};
  const auto body = [](void* argument) -> void* {
    auto& mine = *static_cast<Shared*>(argument);
    auto* here = reinterpret_cast<unsigned char*>(__builtin_frame_address(0)) - 512;
    std::memset(mine.stack, kPaint, static_cast<std::size_t>(here - mine.stack));
    mine.calls.all(mine.module, "milan.liqo.internal");
    unsigned char* lowest = mine.stack;
    while (lowest < here && *lowest == kPaint) ++lowest;
    mine.used = static_cast<std::size_t>(here - lowest);
    return nullptr;
  };
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  REQUIRE(pthread_attr_setstack(&attributes, stack, kStack) == 0);
  pthread_t thread{};
  REQUIRE(pthread_create(&thread, &attributes, body, &shared) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  munmap(stack, kStack);
  CHECK(shared.calls.found == kFoundOfAll);
  CHECK(shared.used > 1024);  // the paint was seen at all
  CHECK(shared.used <= 4096);
}
#endif

TEST_CASE("Process: out of descriptors is TRY_AGAIN, and passes") {
  const SnapshotFile file(cluster().bytes());
  const Module& module = Module::get();  // loaded while it can be
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const int lowest = open("/dev/null", O_RDONLY | O_CLOEXEC);
  close(lowest);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(lowest);
  setrlimit(RLIMIT_NOFILE, &none);
  const Reply by_name = look_up("milan.liqo.internal");
  const Reply by_address = look_up_address("10.0.0.1");
  const nss_status enumeration = module.sethostent(0);
  setrlimit(RLIMIT_NOFILE, &before);

  CHECK(by_name.status == NSS_STATUS_TRYAGAIN);
  CHECK(by_name.h_error == TRY_AGAIN);
  CHECK(by_name.error == 0);
  CHECK(by_name.errno_after == kErrnoBefore);
  CHECK(by_address.h_error == TRY_AGAIN);
  CHECK(enumeration == NSS_STATUS_TRYAGAIN);
  CHECK(look_up("milan.liqo.internal").found());
}

TEST_CASE("Process: 64 threads look up while the file is replaced under them") {
  SnapshotFile file(cluster("10.0.0.1").bytes());
  const std::string one = cluster("10.0.0.1").bytes();
  const std::string two = cluster("10.0.0.2").bytes();
  const Module& module = Module::get();
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  threads.reserve(64);
  for (int i = 0; i < 64; ++i) {
    threads.emplace_back([&] {
      Calls calls;
      for (int round = 0; round < 50; ++round) {
        const nss_status status = module.gethostbyname3(
            "milan.liqo.internal", AF_INET, &calls.result, calls.buffer.data(), calls.buffer.size(),
            &calls.error, &calls.h_error, nullptr, nullptr);
        const bool right =
            status == NSS_STATUS_SUCCESS && calls.result.h_addr_list[0][0] == 10 &&
            (calls.result.h_addr_list[0][3] == 1 || calls.result.h_addr_list[0][3] == 2);
        if (!right) ++wrong;
        module.sethostent(0);
        module.gethostent(&calls.result, calls.buffer.data(), calls.buffer.size(), &calls.error,
                          &calls.h_error);
        module.endhostent();
      }
    });
  }
  for (int round = 0; round < 50; ++round) file.replace(round % 2 == 0 ? two : one);
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  module.endhostent();
}

TEST_CASE("Process: a fork in the middle of lookups and of an enumeration is harmless") {
  const SnapshotFile file(cluster().bytes());
  const Module& module = Module::get();
  std::atomic<bool> stop{false};
  std::thread busy([&] {
    Calls calls;
    while (!stop) calls.all(module, "milan.liqo.internal");
  });
  int failed = 0;
  for (int i = 0; i < 50; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(10);  // a child that waits is killed, and so counted
      Calls calls;
      calls.list = nullptr;
      const nss_status status =
          module.gethostbyname4("milan.liqo.internal", &calls.list, calls.buffer.data(),
                                calls.buffer.size(), &calls.error, &calls.h_error, nullptr);
      module.sethostent(0);
      module.gethostent(&calls.result, calls.buffer.data(), calls.buffer.size(), &calls.error,
                        &calls.h_error);
      _exit(status == NSS_STATUS_SUCCESS ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) ++failed;
  }
  stop = true;
  busy.join();
  CHECK(failed == 0);
}

// AddressSanitizer leaves the stack of a cancelled thread poisoned and then trips over it.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("Process: a thread that is cancelled leaves no descriptor behind") {
  const SnapshotFile file(cluster().bytes());
  Module::get();
  const int before = open_descriptors();
  for (int i = 0; i < 50; ++i) {
    pthread_t thread{};
    REQUIRE(pthread_create(
                &thread, nullptr,
                [](void*) -> void* {
                  Calls calls;
                  for (;;) {
                    calls.all(Module::get(), "milan.liqo.internal");
                    pthread_testcancel();
                  }
                },
                nullptr) == 0);
    pthread_cancel(thread);
    pthread_join(thread, nullptr);
  }
  CHECK(open_descriptors() == before);
}
#endif

TEST_CASE("Process: a storm of signals changes nothing") {
  const SnapshotFile file(cluster().bytes());
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = [](int) {};
  sigaction(SIGALRM, &action, &before);
  itimerval storm{};
  storm.it_interval.tv_usec = 100;
  storm.it_value.tv_usec = 100;
  setitimer(ITIMER_REAL, &storm, nullptr);
  int missed = 0;
  for (int i = 0; i < 20'000; ++i) {
    if (!look_up("milan.liqo.internal").found()) ++missed;
  }
  storm = {};
  setitimer(ITIMER_REAL, &storm, nullptr);
  sigaction(SIGALRM, &before, nullptr);
  CHECK(missed == 0);
}
