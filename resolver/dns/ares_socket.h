#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "resolver/dns/ares.h"
#include "resolver/dns/ares_inbox.h"
#include "resolver/dns/name_server.h"

namespace liqo::dns {

/// The sockets of one c-ares channel, opened and read by us: c-ares 1.18 knows no zones of
/// link-local addresses, reads a flood for as long as it lasts, and is killed by SIGPIPE.
class AresSockets {
 public:
  /// What a burst of answers needs; the kernel cuts it to net.core.rmem_max.
  static constexpr int kReceiveBuffer = 1024 * 1024;

  explicit AresSockets(const NameServer& server) : zone_(server.address.zone_index()) {}
  AresSockets(const AresSockets&) = delete;
  AresSockets& operator=(const AresSockets&) = delete;

  /// Must outlive the channel.
  void serve(ares_channel channel);
  /// Before a call of ares_process_fd(), which may read so many times.
  void begin_turn(std::size_t reads) { reads_left_ = reads; }
  /// After it: how many of these were not needed.
  std::size_t end_turn();
  /// Inside a callback with ARES_SUCCESS: the message that it is about.
  [[nodiscard]] std::span<const std::uint8_t> whole(std::span<const std::uint8_t> given) const {
    return kNewAres ? inbox_.whole(given) : given;
  }
  /// What went wrong last: "Connection refused", "closed the connection". c-ares has one status for
  /// all of it.
  [[nodiscard]] std::string failure() const;

 private:
  int open(int family, int type, int protocol);
  int connect(int fd, const sockaddr* address, ares_socklen_t size);
  ares_ssize_t receive(int fd, void* buffer, std::size_t size, sockaddr* from,
                       ares_socklen_t* from_size);
  /// What c-ares gets, in the place of what was read: none where that is nothing to it.
  std::size_t passed(bool stream, std::span<std::uint8_t> buffer, std::size_t got);
  ares_ssize_t send(int fd, const iovec* pieces, int count);
  template <class T>
  T noted(T result);

  std::uint32_t zone_;
  AresInbox inbox_;
  std::size_t reads_left_ = 0;
  int error_ = 0;  ///< of errno; 0: the other end closed
};

}  // namespace liqo::dns
