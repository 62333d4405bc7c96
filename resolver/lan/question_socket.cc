#include "resolver/lan/question_socket.h"

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

constexpr std::size_t kMaxDatagram = 9'000;  // RFC 6762 section 17

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
  auto multicast = MulticastSocket::create(interface, family);
  if (!multicast) return multicast.error();
  std::unique_ptr<QuestionSocket> socket(
      new QuestionSocket(std::move(*multicast), std::move(answered)));
  auto poll = loop::Poll::create(loop, socket->socket_.fd(), loop::Interest::kRead,
                                 [raw = socket.get()](bool, bool) { raw->read(); });
  if (!poll) return poll.error();
  socket->poll_ = std::move(*poll);
  return socket;
}

QuestionSocket::QuestionSocket(MulticastSocket socket, Answered answered)
    : socket_(std::move(socket)), answered_(std::move(answered)) {}

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
  socket_.send(wire::build_query(
      {.name = question->second, .type = static_cast<std::uint16_t>(RecordType::kSrv)},
      {.id = id}));
}

void QuestionSocket::read() {
  std::array<std::uint8_t, kMaxDatagram> buffer;
  std::vector<std::uint16_t> answered;
  for (int count = 0; count < kReadsPerTurn; ++count) {
    sockaddr_storage sender{};
    socklen_t size = sizeof sender;
    const ssize_t octets = ::recvfrom(socket_.fd(), buffer.data(), buffer.size(), 0,
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
