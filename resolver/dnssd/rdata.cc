#include "resolver/dnssd/rdata.h"

namespace liqo {
namespace {

constexpr std::size_t kSrvFixed = 6;  // RFC 2782: priority, weight, port

std::uint16_t load16(std::span<const std::uint8_t> octets, std::size_t at) {
  return static_cast<std::uint16_t>(octets[at] << 8 | octets[at + 1]);
}

void append16(std::string& octets, std::uint16_t value) {
  octets += static_cast<char>(value >> 8);
  octets += static_cast<char>(value & 0xFF);
}

}  // namespace

Result<SrvData> parse_srv(std::span<const std::uint8_t> rdata) {
  if (rdata.size() < kSrvFixed) return Error{Errc::kMalformed, "SRV: rdata is too short"};
  auto target = DomainName::from_wire(rdata.subspan(kSrvFixed));
  if (!target) return Error{Errc::kMalformed, "SRV target: " + target.error().detail};
  return SrvData{load16(rdata, 0), load16(rdata, 2), load16(rdata, 4), std::move(*target)};
}

std::string to_rdata(const SrvData& srv) {
  std::string rdata;
  append16(rdata, srv.priority);
  append16(rdata, srv.weight);
  append16(rdata, srv.port);
  return rdata.append(srv.target.wire());
}

}  // namespace liqo
