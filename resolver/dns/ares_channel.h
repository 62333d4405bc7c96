#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/dns/ares.h"
#include "resolver/dns/ares_socket.h"
#include "resolver/dns/name_server.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/poll.h"

namespace liqo::dns {

/// A c-ares channel with one server, which is asked once: whether, when and whom to ask again is
/// not left to c-ares. Owned by who never destroys it inside one of its callbacks, that is, inside
/// send() or before it has called AresChannel::Owner::processed().
class AresChannel {
 public:
  class Owner {
   public:
    /// c-ares has returned: what its callbacks collected may be acted upon. May destroy the
    /// channel.
    virtual void processed() = 0;

   protected:
    ~Owner() = default;
  };
  struct Options {
    Duration patience;  ///< c-ares keeps a query for longer than this
    bool edns = true;   ///< messages carry an OPT record
  };

  /// Null where there is no memory. `loop` and `owner` must outlive it. Reads no
  /// configuration of the host's, and takes RES_OPTIONS, LOCALDOMAIN and HOSTALIASES out of the
  /// environment.
  static std::unique_ptr<AresChannel> create(loop::Loop& loop, const NameServer& server,
                                             const Options& options, Owner& owner);
  /// Pending queries are called back with ARES_EDESTRUCTION.
  ~AresChannel();
  AresChannel(const AresChannel&) = delete;
  AresChannel& operator=(const AresChannel&) = delete;

  /// `callback` is called once, perhaps inside this call.
  void send(std::string_view message, ares_callback callback, void* argument);

  [[nodiscard]] std::size_t asked() const { return asked_; }
  /// Inside a callback with ARES_ECONNREFUSED: what happened.
  [[nodiscard]] std::string failure() const { return sockets_.failure(); }
  /// Inside a callback with ARES_SUCCESS, of what it was given: the message that was received.
  [[nodiscard]] std::span<const std::uint8_t> whole(std::span<const std::uint8_t> given) const {
    return sockets_.whole(given);
  }

 private:
  AresChannel(loop::Loop& loop, const NameServer& server, Owner& owner);
  bool open(const NameServer& server, const Options& options);
  void on_socket(int fd, bool read, bool write);
  void on_ready(int fd, bool read, bool write);

  loop::Loop& loop_;
  Owner& owner_;
  AresSockets sockets_;
  /// One for UDP, one for TCP. c-ares tells of their end while it is destroyed.
  std::vector<std::pair<int, std::unique_ptr<loop::Poll>>> polls_;
  ares_channel channel_ = nullptr;
  std::size_t asked_ = 0;
};

}  // namespace liqo::dns
