#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>

#include "resolver/dnssd/domain_name.h"
#include "resolver/dnssd/ip_address.h"
#include "resolver/lan/multicast.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/poll.h"

namespace liqo::lan {

/// Asks one-shot questions for SRV records on one interface over one family, from an ephemeral
/// port, and takes the unicast answers (RFC 6762 sections 5.1 and 6.7). Any number of questions
/// share its socket, told apart by random ids.
class QuestionSocket {
 public:
  /// Datagrams read in one turn of the loop.
  static constexpr int kReadsPerTurn = 64;

  /// The question `id` was answered with a record of the name that it asked for. May destroy the
  /// socket.
  using Answered = std::function<void(std::uint16_t id)>;

  static Result<std::unique_ptr<QuestionSocket>> create(loop::Loop& loop, std::uint32_t interface,
                                                        Family family, Answered answered);
  QuestionSocket(const QuestionSocket&) = delete;
  QuestionSocket& operator=(const QuestionSocket&) = delete;

  /// An id for questions about this name, until it is closed.
  std::uint16_t open(const DomainName& instance);
  void close(std::uint16_t id) { questions_.erase(id); }
  /// Sends the question, again or for the first time. What cannot be sent is lost like a datagram.
  void ask(std::uint16_t id);

  [[nodiscard]] std::size_t open_questions() const { return questions_.size(); }
  [[nodiscard]] bool full() const { return questions_.size() >= kMaxQuestions; }

 private:
  /// Half of all ids, so that drawing a free one takes two draws.
  static constexpr std::size_t kMaxQuestions = 32'768;

  QuestionSocket(MulticastSocket socket, Answered answered);
  void read();
  /// The id of the question that this datagram answers, or nothing.
  [[nodiscard]] std::optional<std::uint16_t> match(std::span<const std::uint8_t> packet) const;

  MulticastSocket socket_;
  Answered answered_;
  std::unordered_map<std::uint16_t, DomainName> questions_;
  std::unique_ptr<loop::Poll> poll_;  // gone before socket_ is closed: declared after it
};

}  // namespace liqo::lan
