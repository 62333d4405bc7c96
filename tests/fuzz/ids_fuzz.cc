// Answers to /ids of any octets.
#include "agent/probe/ids.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const auto ids = liqo::probe::parse_ids({reinterpret_cast<const char*>(octets), size});
  if (!ids) {
    FUZZ_CHECK(ids.error().code == liqo::Errc::kMalformed && !ids.error().detail.empty());
    return 0;
  }
  FUZZ_CHECK(liqo::is_rfc1123_label(ids->id));
  FUZZ_CHECK(ids->name.size() <= liqo::probe::kMaxIdsName);
  return 0;
}
