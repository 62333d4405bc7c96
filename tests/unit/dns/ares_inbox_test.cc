#include "resolver/dns/ares_inbox.h"

#include <array>

#include "resolver/dnssd/rdata.h"
#include "resolver/wire/message.h"
#include "resolver/wire/octets.h"
#include "tests/support/catch.h"
#include "tests/unit/dns/ares_world.h"

namespace liqo::dns {
namespace {

/// A response with an address, and a record that c-ares could not read.
std::string message(std::string_view name) {
  const std::string query = wire::build_query(question(name), {.id = 7, .edns = true});
  const DnsRequest request{.octets = query, .message = *wire::read_message(as_octets(query))};
  return DnsResponse(request)
      .answer(kTypeA, {"\xC0\x00\x02\x01", 4})
      .answer(kTypeA, "short by")
      .octets();
}

std::string framed(std::string_view octets) {
  std::string frame;
  wire::put16(frame, static_cast<std::uint32_t>(octets.size()));
  return frame.append(octets);
}

std::string taken(AresInbox& inbox, std::size_t most = 65'535) {
  std::vector<std::uint8_t> octets(most);
  octets.resize(inbox.take(octets));
  return std::string(as_text(octets));
}

std::string whole(const AresInbox& inbox, std::string_view shown) {
  return std::string(as_text(inbox.whole(as_octets(shown))));
}

TEST_CASE("Ares inbox: of a message only the envelope is shown, and the whole found by it") {
  AresInbox inbox;
  const std::array messages = {message("a.example"), message("b.example"), message("a.example")};
  std::vector<std::string> shown;
  for (const std::string& sent : messages) shown.push_back(inbox.show(as_octets(sent)));
  for (std::size_t i = 0; i < messages.size(); ++i) {
    INFO(i);
    CHECK(whole(inbox, shown[i]) == messages[i]);
    const auto envelope = wire::read_message(as_octets(shown[i]));
    REQUIRE(envelope.has_value());
    CHECK(envelope->header.id == 7);
    CHECK(envelope->answers.empty());
    REQUIRE(envelope->additionals.size() == 2);
    CHECK(envelope->additionals.front().type == wire::kTypeOpt);
  }
  CHECK(shown[0] != shown[2]);
}

TEST_CASE("Ares inbox: a message is known until its turn is over") {
  AresInbox inbox;
  const std::string sent = message("a.example");
  const std::string before = inbox.show(as_octets(sent));
  inbox.end_turn();
  CHECK(whole(inbox, before).empty());
  const std::string after = inbox.show(as_octets(sent));
  CHECK(whole(inbox, after) == sent);
  CHECK(whole(inbox, before).empty());
  CHECK(whole(inbox, "").empty());
  CHECK(whole(inbox, "xyz").empty());
}

TEST_CASE("Ares inbox: what is no message is not shown") {
  AresInbox inbox;
  for (const std::string_view noise : {"", "a few octets", "\0"}) {
    CHECK(inbox.show(as_octets(noise)).empty());
  }
  if (!kNewAres) return;
  const std::string no_question(12, '\0');  // forged without knowing anything
  CHECK(inbox.show(as_octets(no_question)).empty());
}

TEST_CASE("Ares inbox: a stream is cut into its messages, however it comes") {
  const std::array messages = {message("a.example"), message("b.example")};
  const std::string stream =
      framed(messages[0]) + framed("") + framed("no message") + framed(messages[1]);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, stream.size()}) {
    INFO(piece);
    AresInbox inbox;
    inbox.begin_stream();
    std::string shown;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      inbox.feed(as_octets(std::string_view(stream).substr(at, piece)));
      shown += taken(inbox);
    }
    for (const std::string& sent : messages) {
      REQUIRE(shown.size() >= 2);
      const std::size_t size = wire::load16(as_octets(shown), 0);
      CHECK(whole(inbox, std::string_view(shown).substr(2, size)) == sent);
      shown.erase(0, 2 + size);
    }
    CHECK(shown.empty());
  }
}

TEST_CASE("Ares inbox: what is shown of a stream can be taken in pieces") {
  AresInbox inbox;
  inbox.feed(as_octets(framed(message("a.example"))));
  std::string shown;
  while (true) {
    const std::string piece = taken(inbox, 3);
    if (piece.empty()) break;
    CHECK(piece.size() <= 3);
    shown += piece;
  }
  CHECK(whole(inbox, std::string_view(shown).substr(2)) == message("a.example"));
}

TEST_CASE("Ares inbox: nothing of one connection comes to the next") {
  AresInbox inbox;
  const std::string frame = framed(message("a.example"));
  inbox.feed(as_octets(frame));
  inbox.feed(as_octets(std::string_view(frame).substr(0, 20)));
  inbox.begin_stream();
  CHECK(taken(inbox).empty());
  inbox.feed(as_octets(frame));
  const std::string shown = taken(inbox);
  CHECK(whole(inbox, std::string_view(shown).substr(2)) == message("a.example"));
}

}  // namespace
}  // namespace liqo::dns
