#include "resolver/dns/rdata_set.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace liqo::dns {

RdataSet::RdataSet(std::vector<std::string_view> rdata) {
  std::sort(rdata.begin(), rdata.end());
  rdata.erase(std::unique(rdata.begin(), rdata.end()), rdata.end());
  packed_.reserve(std::accumulate(
      rdata.begin(), rdata.end(), std::size_t{0},
      [](std::size_t octets, std::string_view each) { return octets + kLength + each.size(); }));
  for (const std::string_view each : rdata) {
    assert(each.size() <= 0xFFFF);
    packed_ += static_cast<char>(each.size() >> 8U);
    packed_ += static_cast<char>(each.size() & 0xFFU);
    packed_ += each;
  }
}

void RdataSet::cut(std::size_t most) {
  std::size_t left = 0;
  for (const std::string_view each : *this) {
    if (most-- == 0) break;
    left += kLength + each.size();
  }
  // A copy: the string would keep its room.
  if (left < packed_.size()) packed_ = packed_.substr(0, left);
}

std::size_t RdataSet::size() const {
  return static_cast<std::size_t>(std::distance(begin(), end()));
}

}  // namespace liqo::dns
