#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/dnssd/ip_address.h"

namespace liqo::lan {

/// Where a record was received.
struct Place {
  std::uint32_t interface = 0;
  Family family = Family::kIpv4;
  friend auto operator<=>(const Place&, const Place&) = default;
};

/// When something was told: `order` counts every record, `epoch` every time that a watch was made
/// anew, so that what its predecessor told and it does not can be told apart.
struct Stamp {
  std::uint64_t order = 0;
  std::uint32_t epoch = 0;
};

/// The records that one watch has told, each with the places where it is present. A value.
class RecordSet {
 public:
  /// Interfaces times families of a large host; what is told beyond is left out.
  static constexpr std::size_t kMaxPlaces = 64;

  enum class Overflow {
    kDropOldest,  ///< the newest records count
    kRefuse,      ///< the first ones count
  };
  RecordSet(std::size_t max_records, Overflow overflow)
      : max_records_(max_records), overflow_(overflow) {}

  struct Presence {
    Place place;
    Stamp stamp;
  };
  struct Record {
    std::string rdata;       ///< or, when oversized, a digest
    bool oversized = false;  ///< too large to be kept
    std::vector<Presence> places;
    [[nodiscard]] bool on(std::uint32_t interface) const;
  };

  /// True when the record was not known at this place. With `keep` false only its digest is stored.
  bool add(Place place, std::string_view rdata, bool keep, Stamp stamp);
  /// True when it was known there.
  bool remove(Place place, std::string_view rdata);
  /// Removes what was told before `epoch` and not since; true when there was any.
  bool remove_before(std::uint32_t epoch);

  /// In the order in which they came.
  [[nodiscard]] const std::vector<Record>& records() const { return records_; }
  /// What came last of all that is present on the interface, in either family; null for nothing.
  /// RFC 6763 section 6.8 and RFC 6762 section 10.2: a unique record replaces its predecessor.
  [[nodiscard]] const Record* newest_on(std::uint32_t interface) const;
  [[nodiscard]] bool empty() const { return records_.empty(); }
  /// Octets of rdata that are stored.
  [[nodiscard]] std::size_t octets() const { return octets_; }

 private:
  std::vector<Record>::iterator find(std::string_view rdata);
  bool make_room();
  void drop_empty();

  std::vector<Record> records_;
  std::size_t max_records_;
  Overflow overflow_;
  std::size_t octets_ = 0;
};

}  // namespace liqo::lan
