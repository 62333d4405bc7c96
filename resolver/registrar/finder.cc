#include "resolver/registrar/finder.h"

#include <algorithm>
#include <utility>

#include "resolver/dns/answer.h"
#include "resolver/dnssd/rdata.h"

namespace liqo::registrar {
namespace {

constexpr std::uint16_t kTypeSoa = 6;  // RFC 1035 section 3.2.2

/// MNAME is the first field of an SOA record (RFC 1035 section 3.3.13).
Result<DomainName> first_name(std::string_view rdata) {
  std::size_t end = 0;
  while (end < rdata.size() && rdata[end] != '\0') {
    end += 1U + static_cast<unsigned char>(rdata[end]);
  }
  if (end >= rdata.size()) return Error{Errc::kMalformed, "an SOA record without MNAME"};
  return DomainName::from_wire(as_octets(rdata.substr(0, end + 1)));
}

const wire::Record* soa_of(const wire::Message& message, const DomainName& zone) {
  const auto soa = std::find_if(
      message.answers.begin(), message.answers.end(),
      [&zone](const auto& record) { return record.type == kTypeSoa && record.name == zone; });
  return soa == message.answers.end() ? nullptr : &*soa;
}

wire::Question question(const DomainName& name, std::uint16_t type) {
  wire::Question asked;
  asked.name = name;
  asked.type = type;
  return asked;
}

}  // namespace

Finder::Finder(std::shared_ptr<dns::Transport> transport, DomainName zone, Found found)
    : transport_(std::move(transport)), zone_(std::move(zone)), found_(std::move(found)) {
  queries_.push_back(transport_->ask(question(zone_, kTypeSoa),
                                     [this](const dns::Reply& reply) { have_soa(reply); }));
}

void Finder::have_soa(const dns::Reply& reply) {
  if (!reply.message) return finish(reply.message.error());
  const wire::Record* soa = soa_of(*reply.message, zone_);
  if (soa == nullptr) {
    return finish(
        Error{Errc::kNotFound, zone_.to_string() + " is not a zone: it has no SOA record"});
  }
  auto host = first_name(soa->rdata);
  if (!host) return finish(host.error());
  ask_addresses(*host);
}

void Finder::ask_addresses(const DomainName& host) {
  host_ = host;
  pending_ = 2;
  for (const RecordType type : {RecordType::kA, RecordType::kAaaa}) {
    queries_.push_back(
        transport_->ask(question(host, static_cast<std::uint16_t>(type)),
                        [this, type](const dns::Reply& reply) { have_addresses(type, reply); }));
  }
}

void Finder::have_addresses(RecordType type, const dns::Reply& reply) {
  const auto answer = dns::read_answer(question(host_, static_cast<std::uint16_t>(type)), reply);
  for (const std::string_view rdata : answer.rdata) {
    if (auto address = IpAddress::from_octets(as_octets(rdata))) servers_.push_back({*address});
  }
  if (answer.kind == dns::Answer::Kind::kFailed) error_ = answer.error;
  if (--pending_ > 0) return;
  if (!servers_.empty()) return finish(std::move(servers_));
  finish(Error{Errc::kNotFound, "the primary server " + host_.to_string() + " has no address" +
                                    (error_.empty() ? "" : ": " + error_)});
}

void Finder::finish(Result<std::vector<dns::NameServer>> servers) {
  // On the stack: it may destroy this.
  const Found found = std::move(found_);
  found(std::move(servers));
}

}  // namespace liqo::registrar
