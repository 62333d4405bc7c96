// Stands in for the LAN helper: speaks messages.h on descriptor 3, well or badly, as the first
// argument says.
//
//   serve      knows one instance, c1, and says that every group is established
//   die        ends with status 3 at the first message
//   hang       reads one message, and then does nothing for ever
//   garbage    sends what is no message
//   huge       sends more than any message may have
//   flood      tells one record, again and again, as fast as it is read
//   deaf       never reads
//   farewell   as serve; at the end of input it takes 100 ms and makes the file named by the second
//              argument
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "resolver/lan/messages.h"

namespace liqo::lan {
namespace {

constexpr int kSocket = 3;

DomainName name(const char* text) { return *DomainName::parse(text); }

bool send_all(const std::string& packet) {
  while (::send(kSocket, packet.data(), packet.size(), MSG_NOSIGNAL) < 0) {
    if (errno != EAGAIN) return false;
    pollfd ready{kSocket, POLLOUT, 0};
    ::poll(&ready, 1, -1);
  }
  return true;
}

bool tell(const FromHelper& message) { return send_all(encode(message)); }

std::string rdata_of(const Watch& watch) {
  const DomainName c1 = name("c1._liqo_auth._tcp.local");
  if (watch.name == c1.parent()) return std::string(c1.wire());
  if (watch.type == RecordType::kA) return std::string("\x0a\0\0\x01", 4);
  if (watch.type == RecordType::kTxt && watch.name == c1) return std::string("\x05id=c1");
  if (watch.type != RecordType::kSrv || watch.name != c1) return {};
  return to_rdata({.priority = 0, .weight = 0, .port = 443, .target = name("node1.local")});
}

void answer(const ToHelper& message) {
  if (std::holds_alternative<Configure>(message)) {
    tell(BackendReport{Backend::kEmbedded, BackendState::kRunning, name("me.local"), "fake 1.0"});
  } else if (const auto* watch = std::get_if<Watch>(&message)) {
    const std::string rdata = rdata_of(*watch);
    if (!rdata.empty()) tell(RecordReport{watch->id, true, 2, Family::kIpv4, false, rdata});
    tell(WatchReport{watch->id, WatchEvent::kCacheExhausted, {}});
    tell(WatchReport{watch->id, WatchEvent::kAllForNow, {}});
  } else if (const auto* group = std::get_if<Publish>(&message)) {
    tell(GroupReport{group->id, GroupState::kEstablished, {}});
  }
}

/// "end" when the other side has closed.
std::string receive() {
  std::vector<char> buffer(kMaxMessage);
  pollfd ready{kSocket, POLLIN, 0};
  ::poll(&ready, 1, -1);
  const ssize_t size = ::recv(kSocket, buffer.data(), buffer.size(), 0);
  return size <= 0 ? "end" : std::string(buffer.data(), static_cast<std::size_t>(size));
}

void serve() {
  for (;;) {
    const std::string packet = receive();
    if (packet == "end") return;
    if (const auto message = decode_to_helper(packet)) {
      answer(*message);
    }
  }
}

int play(const std::string& part, const char* file) {
  if (part == "die") return receive(), 3;
  if (part == "garbage") send_all("this is no message");
  if (part == "huge") send_all(std::string(kMaxMessage + 1, 'x'));
  if (part == "flood") {
    while (tell(RecordReport{1, true, 2, Family::kIpv4, false, std::string(5, '\1')})) {
    }
  }
  if (part == "deaf" || part == "hang" || part == "garbage" || part == "huge") {
    for (;;) ::pause();
  }
  serve();
  if (part == "farewell") {
    ::usleep(100'000);
    ::close(::open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  }
  return 0;
}

}  // namespace
}  // namespace liqo::lan

int main(int argc, char** argv) {
  return liqo::lan::play(argc > 1 ? argv[1] : "serve", argc > 2 ? argv[2] : "");
}
