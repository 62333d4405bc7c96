#include "resolver/dns/ares_channel.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "resolver/wire/message.h"

namespace liqo::dns {
namespace {

/// c-ares' own timers must never end a query: each has a deadline here. New ones begin with 250 ms
/// towards a server that was fast before, and double: four of them pass it.
constexpr int kTries = kNewAres ? 4 : 1;

/// New versions heed it whatever options they are given.
void clear_environment() {
  for (const char* name : {"RES_OPTIONS", "LOCALDOMAIN", "HOSTALIASES"}) ::unsetenv(name);
}

/// Everything that c-ares would otherwise read from resolv.conf, nsswitch.conf, RES_OPTIONS,
/// LOCALDOMAIN or the host's name is given here.
struct ChannelOptions {
  explicit ChannelOptions(const AresChannel::Options& wanted) {
    options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP;
    if (wanted.edns) options.flags |= ARES_FLAG_EDNS;
    options.ednspsz = wire::kEdnsUdpSize;
    options.timeout = static_cast<int>(2 * wanted.patience.count());
    options.tries = kTries;
    options.ndots = 1;
    options.lookups = dns_only.data();
    options.resolvconf_path = no_file.data();
    mask = ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
           ARES_OPT_NDOTS | ARES_OPT_LOOKUPS | ARES_OPT_SERVERS | ARES_OPT_DOMAINS |
           ARES_OPT_SORTLIST | ARES_OPT_NOROTATE | ARES_OPT_RESOLVCONF | ARES_OPT_SOCK_STATE_CB;
#ifdef ARES_OPT_QUERY_CACHE
    options.qcache_max_ttl = 0;
    mask |= ARES_OPT_QUERY_CACHE;
#endif
  }

  ares_options options{};
  int mask = 0;

 private:
  std::array<char, 2> dns_only = {"b"};
  std::array<char, 10> no_file = {"/dev/null"};
};

ares_addr_port_node server_node(const NameServer& server) {
  ares_addr_port_node node{};
  const auto octets = server.address.octets();
  node.family = server.address.family() == Family::kIpv4 ? AF_INET : AF_INET6;
  std::memcpy(&node.addr, octets.data(), octets.size());
  node.udp_port = node.tcp_port = server.port;
  return node;
}

}  // namespace

AresChannel::AresChannel(loop::Loop& loop, const NameServer& server, Owner& owner)
    : loop_(loop), owner_(owner), sockets_(server) {}

AresChannel::~AresChannel() {
  if (channel_ != nullptr) ares_destroy(channel_);
}

std::unique_ptr<AresChannel> AresChannel::create(loop::Loop& loop, const NameServer& server,
                                                 const Options& options, Owner& owner) {
  std::unique_ptr<AresChannel> channel(new AresChannel(loop, server, owner));
  if (!channel->open(server, options)) return nullptr;
  return channel;
}

bool AresChannel::open(const NameServer& server, const Options& options) {
  static const int kReady = ares_library_init(ARES_LIB_INIT_ALL);
  if (kReady != ARES_SUCCESS) return false;
  clear_environment();
  ChannelOptions given(options);
  given.options.sock_state_cb_data = this;
  given.options.sock_state_cb = [](void* self, ares_socket_t fd, int read, int write) {
    static_cast<AresChannel*>(self)->on_socket(fd, read != 0, write != 0);
  };
  if (ares_init_options(&channel_, &given.options, given.mask) != ARES_SUCCESS) return false;
  sockets_.serve(channel_);
  ares_addr_port_node node = server_node(server);
  return ares_set_servers_ports(channel_, &node) == ARES_SUCCESS;
}

void AresChannel::send(std::string_view message, ares_callback callback, void* argument) {
  ++asked_;
  ares_send(channel_, reinterpret_cast<const unsigned char*>(message.data()),
            static_cast<int>(message.size()), callback, argument);
}

/// At once, for a number that c-ares closes may come again in the same call.
void AresChannel::on_socket(int fd, bool read, bool write) {
  const auto known = std::find_if(polls_.begin(), polls_.end(),
                                  [fd](const auto& poll) { return poll.first == fd; });
  if (!read && !write) {
    if (known != polls_.end()) polls_.erase(known);
    return;
  }
  const loop::Interest interest = write ? loop::Interest::kBoth : loop::Interest::kRead;
  if (known != polls_.end()) {
    known->second->set_interest(interest);
    return;
  }
  auto poll = loop::Poll::create(loop_, fd, interest, [this, fd](bool readable, bool writable) {
    on_ready(fd, readable, writable);
  });
  // A socket that is not watched is one that stays silent.
  if (poll) polls_.emplace_back(fd, std::move(*poll));
}

void AresChannel::on_ready(int fd, bool read, bool write) {
  sockets_.begin_turn(loop_.reads().take());
  ares_process_fd(channel_, read ? fd : ARES_SOCKET_BAD, write ? fd : ARES_SOCKET_BAD);
  loop_.reads().give_back(sockets_.end_turn());
  owner_.processed();  // last: it may destroy this
}

}  // namespace liqo::dns
