#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace liqo::dns {

/// What came for one new c-ares channel. c-ares is shown of every message its envelope alone, and
/// finds the question by it; the message stays here. For c-ares 1.34 takes one record that it
/// cannot read for the end of the connection, and writes each answer anew for its callback: in
/// quadratic time, and only where every owner has the name of a host.
///
/// Not for c-ares 1.18, which reads no records and calls back with what came.
class AresInbox {
 public:
  /// What c-ares is shown of a datagram; empty where it could not read that.
  std::string show(std::span<const std::uint8_t> message);

  /// A new TCP connection.
  void begin_stream();
  /// Octets of the stream. Holds what is incomplete: at most a message.
  void feed(std::span<const std::uint8_t> octets);
  /// Moves what c-ares is shown of the stream; none where no message is complete. Returns octets.
  std::size_t take(std::span<std::uint8_t> into);

  /// The message that c-ares calls back with its envelope for; empty where this is none that was
  /// shown in this turn.
  [[nodiscard]] std::span<const std::uint8_t> whole(std::span<const std::uint8_t> shown) const;
  /// Forgets what was shown: c-ares is done with it when ares_process_fd() returns.
  void end_turn();

 private:
  std::uint32_t first_ = 0;  ///< the number of the first message of `messages_`
  std::vector<std::vector<std::uint8_t>> messages_;
  std::string coming_;  ///< of the stream: read, and not yet a message
  std::string going_;   ///< of the stream: to be taken
};

}  // namespace liqo::dns
