#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "resolver/dnssd/domain_name.h"
#include "resolver/result.h"

/// DNS messages (RFC 1035 section 4), unicast and multicast: questions are built, answers read.
namespace liqo::wire {

/// UDP payload that an OPT record offers: what passes every path unfragmented (DNS flag day 2020,
/// RFC 9715).
inline constexpr std::uint16_t kEdnsUdpSize = 1'232;
/// An OPT record without options; c-ares cuts off exactly this much when a server refuses EDNS.
inline constexpr std::size_t kOptOctets = 11;

/// The type and class numbers that are not RecordType's, as far as they are named here.
inline constexpr std::uint16_t kClassIn = 1;
inline constexpr std::uint16_t kTypeOpt = 41;  // RFC 6891

/// RFC 1035 section 4.1.1, RFC 4035 section 3.
struct Header {
  std::uint16_t id = 0;
  std::uint8_t opcode = 0;
  std::uint8_t rcode = 0;  ///< the low four bits; OPT may extend them
  bool response = false;
  bool authoritative = false;
  bool truncated = false;
  bool recursion_desired = false;
  bool recursion_available = false;
  bool authentic_data = false;
  bool checking_disabled = false;
  friend bool operator==(const Header&, const Header&) = default;
};

struct Question {
  DomainName name;
  std::uint16_t type = 0;
  std::uint16_t question_class = kClassIn;
  bool unicast_response = false;  ///< RFC 6762 section 5.4: the class's top bit
  friend bool operator==(const Question&, const Question&) = default;
};

struct Record {
  DomainName name;
  std::uint16_t type = 0;
  std::uint16_t record_class = kClassIn;  ///< of OPT: the UDP payload size (RFC 6891)
  bool cache_flush = false;  ///< RFC 6762 section 10.2: the class's top bit; never of OPT
  std::uint32_t ttl = 0;     ///< seconds; 0 is a goodbye (RFC 6762 section 10.1)
  /// May have no octets at all. Names are written out in NS, CNAME, SOA, PTR, MX, SRV and DNAME;
  /// of every other type these are the octets that were sent.
  std::string rdata;
  friend bool operator==(const Record&, const Record&) = default;
};

struct Message {
  Header header;
  std::vector<Question> questions;
  std::vector<Record> answers;
  std::vector<Record> authorities;
  std::vector<Record> additionals;
};

struct QueryOptions {
  std::uint16_t id = 0;  ///< random_id() towards a server; any in mDNS
  bool recursion_desired = false;
  bool authentic_data = false;  ///< the answer's AD bit is wanted (RFC 6840 section 5.7)
  bool edns = false;            ///< adds an OPT of kOptOctets offering kEdnsUdpSize
};

/// A query of one question. Cannot fail: every DomainName fits. Type and class are not 0, which is
/// reserved (RFC 6895).
std::string build_query(const Question& question, const QueryOptions& options);

/// An id that nobody can guess, from getrandom(2).
std::uint16_t random_id();

/// Reads a message of any origin. kMalformed, with the reason, where a count, a name or a length
/// cannot be true; never a crash, and work at most proportional to the octets times
/// kMaxPointers. What follows the last record is ignored.
Result<Message> read_message(std::span<const std::uint8_t> packet);

}  // namespace liqo::wire
