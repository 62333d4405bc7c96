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

std::size_t RdataSet::size() const {
  return static_cast<std::size_t>(std::distance(begin(), end()));
}

}  // namespace liqo::dns
