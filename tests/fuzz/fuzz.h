#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// What libFuzzer calls, and the tests that replay a corpus: reads `octets` as what its file is
/// about, and aborts where what was read cannot be.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size);

/// An assertion that every build has.
#define FUZZ_CHECK(condition)                                                      \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                \
    }                                                                              \
  } while (false)
