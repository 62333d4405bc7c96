#include "resolver/dns/kept_rdata.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "resolver/dnssd/sighting.h"
#include "resolver/dnssd/txt_record.h"

namespace liqo::dns {
namespace {

struct Offer {
  SrvData srv;
  std::string_view rdata;  ///< of the set
};

std::vector<Offer> preferred(const RdataSet& set, std::size_t most) {
  std::vector<Offer> offers;
  for (const std::string_view rdata : set) {
    auto srv = parse_srv(as_octets(rdata));
    if (!srv || srv->target.is_root() || srv->port == 0) continue;
    offers.push_back({std::move(*srv), rdata});
  }
  std::sort(offers.begin(), offers.end(), [](const Offer& x, const Offer& y) {
    const SrvData& a = x.srv;
    const SrvData& b = y.srv;
    return std::tie(a.priority, b.weight, a.target, a.port) <
           std::tie(b.priority, a.weight, b.target, b.port);
  });
  if (offers.size() > most) offers.resize(most);
  return offers;
}

void keep_preferred(RdataSet& set, std::size_t most) {
  if (set.size() <= most) return;
  std::vector<std::string_view> kept;
  for (const Offer& offer : preferred(set, most)) kept.push_back(offer.rdata);
  // Where none is of use, one says that there are records.
  if (kept.empty()) return set.cut(1);
  set = RdataSet(std::move(kept));
}

/// One item too many, each as short as can be.
constexpr std::size_t kTruncatedItems = TxtRecord::kMaxItems + 1;
constexpr std::size_t kTruncatedOctets = 2 * kTruncatedItems;

std::string truncated_txt() {
  std::string rdata;
  for (std::size_t i = 0; i < kTruncatedItems; ++i) rdata += "\1-";
  return rdata;
}

void keep_txt(RdataSet& set, std::size_t max_octets) {
  if (set.empty()) return;
  set.cut(1);
  if (set.front().size() > max_octets) set = RdataSet({truncated_txt()});
}

}  // namespace

std::vector<SrvData> offers(const RdataSet& set) {
  std::vector<SrvData> offers;
  for (Offer& offer : preferred(set, kMaxOffers)) offers.push_back(std::move(offer.srv));
  return offers;
}

void drop_unread(RdataSet& set, RecordType type) {
  if (type == RecordType::kSrv) keep_preferred(set, kMaxOffers);
  if (type == RecordType::kTxt) keep_txt(set, TxtRecord::kMaxOctets);
  if (type == RecordType::kA || type == RecordType::kAaaa) set.cut(Sighting::kMaxAddresses);
}

void drop_all_but_least(RdataSet& set, RecordType type) {
  if (type == RecordType::kSrv) keep_preferred(set, 1);
  if (type == RecordType::kTxt) keep_txt(set, kTruncatedOctets);
  if (type == RecordType::kA || type == RecordType::kAaaa) set.cut(1);
}

}  // namespace liqo::dns
