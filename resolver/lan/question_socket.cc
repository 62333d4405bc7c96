#include "resolver/lan/question_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "resolver/dnssd/rdata.h"
#include "resolver/wire/message.h"

namespace liqo::lan {
namespace {

constexpr std::uint16_t kMdnsPort = 5353;  // RFC 6762 section 3
constexpr const char* kGroupV4 = "224.0.0.251";
constexpr const char* kGroupV6 = "ff02::fb";
constexpr int kTtl = 255;                    // RFC 6762 section 11
constexpr std::size_t kMaxDatagram = 9'000;  // RFC 6762 section 17

template <class T>
bool set(int fd, int level, int option, const T& value) {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

/// Multicast is looped back: the cluster may be published by another program on this host.
bool prepare(int fd, std::uint32_t interface, Family family) {
  if (family == Family::kIpv4) {
    ip_mreqn multicast{};
    multicast.imr_ifindex = static_cast<int>(interface);
    return set(fd, IPPROTO_IP, IP_MULTICAST_IF, multicast) &&
           set(fd, IPPROTO_IP, IP_MULTICAST_TTL, kTtl);
  }
  return set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) &&
         set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, static_cast<int>(interface)) &&
         set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, kTtl);
}

socklen_t group_address(std::uint32_t interface, Family family, sockaddr_storage& storage) {
  storage = {};
  if (family == Family::kIpv4) {
    auto& address = reinterpret_cast<sockaddr_in&>(storage);
    address.sin_family = AF_INET;
    address.sin_port = htons(kMdnsPort);
    inet_pton(AF_INET, kGroupV4, &address.sin_addr);
    return sizeof address;
  }
  auto& address = reinterpret_cast<sockaddr_in6&>(storage);
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(kMdnsPort);
  address.sin6_scope_id = interface;
  inet_pton(AF_INET6, kGroupV6, &address.sin6_addr);
  return sizeof address;
}

/// RFC 6762 section 6: every response comes from port 5353.
bool is_from_responder(const sockaddr_storage& sender) {
  const in_port_t port = sender.ss_family == AF_INET
                             ? reinterpret_cast<const sockaddr_in&>(sender).sin_port
                             : reinterpret_cast<const sockaddr_in6&>(sender).sin6_port;
  return ntohs(port) == kMdnsPort;
}

/// A record that offers the service; a goodbye and a target of "." do not.
bool is_offer(const wire::Record& record, const DomainName& name) {
  if (record.type != static_cast<std::uint16_t>(RecordType::kSrv) || record.ttl == 0) return false;
  if (record.record_class != wire::kClassIn || record.name != name) return false;
  const auto srv = parse_srv(as_octets(record.rdata));
  return srv && srv->port != 0 && !srv->target.is_root();
}

}  // namespace

Result<std::unique_ptr<QuestionSocket>> QuestionSocket::create(loop::Loop& loop,
                                                               std::uint32_t interface,
                                                               Family family, Answered answered) {
  const int domain = family == Family::kIpv4 ? AF_INET : AF_INET6;
  loop::UniqueFd fd(::socket(domain, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd || !prepare(fd.get(), interface, family)) {
    return Error{Errc::kIo, std::string("a socket for questions: ") + std::strerror(errno)};
  }
  std::unique_ptr<QuestionSocket> socket(
      new QuestionSocket(std::move(fd), interface, family, std::move(answered)));
  auto poll = loop::Poll::create(loop, socket->socket_.get(), loop::Interest::kRead,
                                 [raw = socket.get()](bool, bool) { raw->read(); });
  if (!poll) return poll.error();
  socket->poll_ = std::move(*poll);
  return socket;
}

QuestionSocket::QuestionSocket(loop::UniqueFd socket, std::uint32_t interface, Family family,
                               Answered answered)
    : socket_(std::move(socket)),
      interface_(interface),
      family_(family),
      answered_(std::move(answered)) {}

std::uint16_t QuestionSocket::open(const DomainName& instance) {
  std::uint16_t id = 0;
  do {
    id = wire::random_id();
  } while (questions_.contains(id));
  questions_.emplace(id, instance);
  return id;
}

void QuestionSocket::ask(std::uint16_t id) {
  const auto question = questions_.find(id);
  if (question == questions_.end()) return;
  const std::string packet = wire::build_query(
      {.name = question->second, .type = static_cast<std::uint16_t>(RecordType::kSrv)}, {.id = id});
  sockaddr_storage group;
  const socklen_t size = group_address(interface_, family_, group);
  ::sendto(socket_.get(), packet.data(), packet.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&group), size);
}

void QuestionSocket::read() {
  std::array<std::uint8_t, kMaxDatagram> buffer;
  std::vector<std::uint16_t> answered;
  for (int count = 0; count < kReadsPerTurn; ++count) {
    sockaddr_storage sender{};
    socklen_t size = sizeof sender;
    const ssize_t octets = ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0,
                                      reinterpret_cast<sockaddr*>(&sender), &size);
    // An error that an earlier datagram left behind is read and gone.
    if (octets < 0 && errno != EAGAIN) continue;
    if (octets < 0) break;
    if (!is_from_responder(sender)) continue;
    const auto id = match({buffer.data(), static_cast<std::size_t>(octets)});
    if (id) answered.push_back(*id);
  }
  // Copied: the last of these may destroy this socket.
  const Answered tell = answered_;
  for (const std::uint16_t id : answered) tell(id);
}

std::optional<std::uint16_t> QuestionSocket::match(std::span<const std::uint8_t> packet) const {
  // Most of what a flood brings fails here, unread.
  if (packet.size() < 2) return std::nullopt;
  const auto id = static_cast<std::uint16_t>(packet[0] << 8 | packet[1]);
  const auto question = questions_.find(id);
  if (question == questions_.end()) return std::nullopt;
  const auto message = wire::read_message(packet);
  if (!message || !message->header.response) return std::nullopt;
  const auto offers = [&](const wire::Record& record) {
    return is_offer(record, question->second);
  };
  const auto has_offer = [&](const std::vector<wire::Record>& section) {
    return std::any_of(section.begin(), section.end(), offers);
  };
  if (!has_offer(message->answers) && !has_offer(message->additionals)) return std::nullopt;
  return id;
}

}  // namespace liqo::lan
