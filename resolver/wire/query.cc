#include <sys/random.h>

#include <array>
#include <cassert>

#include "resolver/wire/class_bits.h"
#include "resolver/wire/message.h"
#include "resolver/wire/octets.h"
#include "resolver/wire/scan.h"

namespace liqo::wire {
namespace {

// RFC 1035 section 4.1.1, RFC 4035 section 3.2.2.
constexpr std::uint16_t kRecursionDesired = 1U << 8;
constexpr std::uint16_t kAuthenticData = 1U << 5;

std::uint16_t class_of(const Question& question) {
  return question.unicast_response ? question.question_class | kTopClassBit
                                   : question.question_class;
}

/// RFC 6891 section 6.1.2: the root's name, the size in the class's place, no extended rcode, no
/// flags and no options.
void put_opt(std::string& octets) {
  octets += '\0';
  put16(octets, kTypeOpt);
  put16(octets, kEdnsUdpSize);
  octets.append(6, '\0');
}

}  // namespace

std::string build_query(const Question& question, const QueryOptions& options) {
  assert(question.type != 0 && question.question_class != 0);
  constexpr std::size_t kTypeAndClass = 4;
  const std::string_view name = question.name.wire();
  std::string octets;
  octets.reserve(kHeaderOctets + name.size() + kTypeAndClass + kOptOctets);
  put16(octets, options.id);
  put16(octets, (options.recursion_desired ? kRecursionDesired : 0U) |
                    (options.authentic_data ? kAuthenticData : 0U));
  put16(octets, 1);  // question
  put16(octets, 0);
  put16(octets, 0);
  put16(octets, options.edns ? 1 : 0);
  octets += name;
  put16(octets, question.type);
  put16(octets, class_of(question));
  if (options.edns) put_opt(octets);
  return octets;
}

std::uint16_t random_id() {
  // As many as come whole by one call; only early in the boot does the kernel make it wait.
  constexpr std::size_t kMany = 128;
  thread_local std::array<std::uint16_t, kMany> ids;
  thread_local std::size_t left = 0;
  while (left == 0) {
    if (::getrandom(ids.data(), sizeof ids, 0) == sizeof ids) left = ids.size();
  }
  return ids[--left];
}

}  // namespace liqo::wire
