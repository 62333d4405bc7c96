// Messages between the agent and its LAN helper, of any octets. The first octet chooses who reads.
#include "resolver/lan/messages.h"
#include "tests/fuzz/fuzz.h"

namespace {

/// There is one way to write a message: what could be read is written again octet for octet.
template <class Message>
void check(const liqo::Result<Message>& message, std::string_view packet) {
  if (message) FUZZ_CHECK(liqo::lan::encode(*message) == packet);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view packet(reinterpret_cast<const char*>(octets) + 1, size - 1);
  if (octets[0] % 2 == 0) {
    check(liqo::lan::decode_to_helper(packet), packet);
  } else {
    check(liqo::lan::decode_from_helper(packet), packet);
  }
  return 0;
}
