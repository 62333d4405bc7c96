#include <string>
#include <thread>

#include "resolver/dnssd/rdata.h"
#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/dns/ares_world.h"

namespace liqo::dns {
namespace {

using Then = DnsAnswer::Then;

/// Truncated over UDP; over TCP what `handler` gives.
LoopbackDnsServer::Handler over_tcp(LoopbackDnsServer::Handler handler) {
  return [handler = std::move(handler)](const DnsRequest& request) {
    if (request.tcp) return handler(request);
    return DnsAnswer(DnsResponse(request).truncated());
  };
}

constexpr const char* kSilence = "no answer in time";

/// What a bad server does to a question that a good one could answer too, and to one that none can.
struct Fault {
  const char* name;
  LoopbackDnsServer::Handler handler;
  const char* error;
  Errc code;
};

DnsAnswer with(DnsAnswer answer, Then then, std::optional<std::size_t> cut = std::nullopt) {
  answer.then = then;
  answer.cut = cut;
  return answer;
}

std::string replaced(std::string octets, std::size_t at, std::string_view by) {
  octets.replace(at, by.size(), by);
  return octets;
}

DnsAnswer refer(const DnsRequest& request) {
  return DnsResponse(request).authority(kTypeNs, {"\x02ns\xC0\x0C", 5});
}

/// An answer whose owner's name points at itself.
DnsAnswer loop_names(const DnsRequest& request) {
  const std::string good = DnsResponse(request).opt(false).answer(kTypeA, "four").octets();
  const std::size_t at = good.size() - 16;
  const std::string pointer = {static_cast<char>(0xC0 | at >> 8), static_cast<char>(at & 0xFF)};
  return replaced(good, at, pointer);
}

const std::vector<Fault>& faults() {
  static const std::vector<Fault> kFaults = {
      {"silence", say_nothing, kSilence, Errc::kTimedOut},
      {"SERVFAIL", give_rcode(2), "SERVFAIL", Errc::kUnavailable},
      {"NOTIMP", give_rcode(4), "NOTIMP", Errc::kUnavailable},
      {"REFUSED", give_rcode(5), "REFUSED", Errc::kRefused},
      {"FORMERR", give_rcode(1), "FORMERR", Errc::kUnavailable},
      {"an rcode without name", give_rcode(12), "rcode 12", Errc::kUnavailable},
      {"an rcode that OPT extends", give_rcode(16), "BADVERS", Errc::kUnavailable},
      {"another that OPT extends", give_rcode(0x7F3), "rcode 2035", Errc::kUnavailable},
      {"referral", refer, "refers elsewhere", Errc::kUnavailable},
      {"nothing at all", [](const auto& request) { return DnsResponse(request); },
       "neither records nor the SOA of a denial", Errc::kUnavailable},
      {"NXDOMAIN without an SOA", give_rcode(3), "neither records nor the SOA of a denial",
       Errc::kUnavailable},
      {"an echo", [](const auto& request) { return DnsResponse(request).response(false); },
       "sent no response", Errc::kMalformed},
      {"another opcode",
       [](const auto& request) {
         return DnsAnswer(replaced(DnsResponse(request).octets(), 2, "\xA1"));
       },
       "sent no response", Errc::kMalformed},
      {"names in a loop", loop_names, "DNS message: a name does not point backwards",
       Errc::kMalformed},
      {"more announced than there is",
       [](const auto& request) {
         return DnsAnswer(replaced(DnsResponse(request).octets(), 6, "\xFF\xFF"));
       },
       "DNS message: too short for its counts", Errc::kMalformed},
      {"truncated over TCP",
       over_tcp([](const auto& request) { return DnsResponse(request).truncated(); }),
       "truncated over TCP", Errc::kUnavailable},
      {"TCP that is silent", over_tcp(say_nothing), kSilence, Errc::kTimedOut},
      {"TCP that ends its output", over_tcp([](const auto&) { return with({}, Then::kEndOutput); }),
       "closed the connection", Errc::kUnavailable},
      {"TCP that closes", over_tcp([](const auto&) { return with({}, Then::kClose); }),
       "closed the connection", Errc::kUnavailable},
      {"TCP that is reset", over_tcp([](const auto&) { return with({}, Then::kReset); }),
       "Connection reset by peer", Errc::kUnavailable},
      {"TCP that closes inside the length",
       over_tcp([](const auto& request) { return with(give_address(request), Then::kClose, 1); }),
       "closed the connection", Errc::kUnavailable},
      {"TCP that closes inside the message",
       over_tcp([](const auto& request) { return with(give_address(request), Then::kClose, 20); }),
       "closed the connection", Errc::kUnavailable},
      {"TCP that stops inside the message",
       over_tcp([](const auto& request) { return with(give_address(request), Then::kKeep, 20); }),
       kSilence, Errc::kTimedOut},
      {"TCP that drips", over_tcp([](const auto& request) {
         DnsAnswer answer = give_address(request);
         answer.drip = std::chrono::milliseconds(20);
         return answer;
       }),
       kSilence, Errc::kTimedOut},
  };
  return kFaults;
}

TEST_CASE("Ares: a server that fails is passed over, and stands behind the other from then on") {
  for (const Fault& fault : faults()) {
    INFO(fault.name);
    AresWorld world;
    const LoopbackDnsServer& bad = world.serve(fault.handler);
    const LoopbackDnsServer& good = world.serve(give_address);
    const Reply reply = world.ask();
    CHECK(text_of(reply) == "192.0.2.1");
    CHECK(reply.server == good.address());
    const std::size_t asked = bad.requests().size();
    CHECK(asked >= 1);
    CHECK(text_of(world.ask()) == "192.0.2.1");
    CHECK(bad.requests().size() == asked);
  }
}

TEST_CASE("Ares: a resolver's denial without an SOA counts where no other server knows better") {
  const unsigned rcode = GENERATE(0U, 3U);
  const auto deny = [rcode](const DnsRequest& request) {
    return DnsResponse(request).recursive().rcode(rcode);
  };
  AresWorld world;
  const LoopbackDnsServer& first = world.serve(deny);
  SECTION("it is alone") {}
  SECTION("others say the same") { world.serve(deny); }
  SECTION("others fail") {
    world.serve(give_rcode(2));
    const LoopbackDnsServer& silent = world.serve(say_nothing);
    CHECK(text_of(world.ask()) == "no answers");
    if (!kNewAres) CHECK(silent.requests().size() == 1);
  }
  SECTION("another knows better") {
    const LoopbackDnsServer& good = world.serve(give_address);
    for (int i = 0; i < 2; ++i) CHECK(world.ask().server == good.address());
    CHECK(first.requests().size() == 1);
    return;
  }
  const Reply reply = world.ask();
  REQUIRE(reply.message.has_value());
  CHECK(reply.message->header.rcode == rcode);
  CHECK(reply.message->answers.empty());
}

TEST_CASE("Ares: where no other server is left the error says what the last one did") {
  for (const Fault& fault : faults()) {
    INFO(fault.name);
    AresWorld world;
    const LoopbackDnsServer& bad = world.serve(fault.handler);
    const Reply reply = world.ask();
    CHECK(error_of(reply) == fault.error);
    CHECK(reply.message.error().code == fault.code);
    CHECK(reply.server == bad.address());
    CHECK_FALSE(reply.dnssec.has_value());
    // Three times, over UDP and TCP (RFC 9520 section 3.1).
    CHECK(bad.requests().size() <= (kNewAres ? 24 : 6));
  }
}

TEST_CASE("Ares: what is not the answer does not keep it from being heard") {
  struct Noise {
    const char* name;
    LoopbackDnsServer::Handler handler;
  };
  const std::vector<Noise> noises = {
      {"another id",
       [](const auto& request) {
         const auto id = static_cast<std::uint16_t>(request.message.header.id ^ 1U);
         return DnsResponse(request).id(id).answer(kTypeA, "fake");
       }},
      {"another name",
       [](const auto& request) {
         return DnsResponse(request).question(question("www.example.org")).answer(kTypeA, "fake");
       }},
      {"another type",
       [](const auto& request) {
         return DnsResponse(request)
             .question(question("www.example.com", kTypeTxt))
             .answer(kTypeA, "fake");
       }},
      {"no question",
       [](const auto&) { return DnsAnswer(std::string("\0\0\x80\0\0\0\0\0\0\0\0\0", 12)); }},
      {"a question of no class",
       [](const auto& request) {
         std::string octets = DnsResponse(request).opt(false).octets();
         octets.back() = '\x77';
         return DnsAnswer(octets);
       }},
      {"no octets at all", [](const auto&) { return DnsAnswer(std::string()); }},
      {"a few octets", [](const auto&) { return DnsAnswer(std::string("\0\1\2", 3)); }},
  };
  for (const Noise& noise : noises) {
    INFO(noise.name);
    AresWorld world;
    const LoopbackDnsServer& server = world.serve([&](const DnsRequest& request) {
      DnsAnswer answer = noise.handler(request);
      answer.messages.push_back(give_address(request).messages.front());
      return answer;
    });
    CHECK(text_of(world.ask()) == "192.0.2.1");
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("Ares: an answer from another port than the one that was asked is none") {
  AresWorld world;
  world.serve([](const DnsRequest& request) {
    DnsAnswer answer = give_address(request);
    answer.from_elsewhere = true;
    return answer;
  });
  CHECK(error_of(world.ask()) == "no answer in time");
}

TEST_CASE("Ares: answers that come twice count once") {
  AresWorld world;
  world.serve([](const DnsRequest& request) {
    DnsAnswer answer = give_address(request);
    answer.messages.push_back(answer.messages.front());
    return answer;
  });
  for (int i = 0; i < 10; ++i) CHECK(text_of(world.ask()) == "192.0.2.1");
}

TEST_CASE("Ares: one lost datagram costs one attempt") {
  AresWorld world;
  int asked = 0;
  world.serve([&](const DnsRequest& request) {
    return ++asked == 1 ? DnsAnswer() : give_address(request);
  });
  CHECK(text_of(world.ask()) == "192.0.2.1");
  CHECK(asked == 2);
}

TEST_CASE("Ares: an answer that came while this process stood still is no silence") {
  AresWorld world;
  const LoopbackDnsServer& server = world.serve([](const DnsRequest& request) {
    std::this_thread::sleep_for(2 * kShortAttempt);
    return give_address(request);
  });
  CHECK(text_of(world.ask()) == "192.0.2.1");
  CHECK(server.requests().size() == 1);
}

TEST_CASE("Ares: who knows no EDNS is asked without, and not bothered with it again") {
  AresWorld world;
  const LoopbackDnsServer& server = world.serve([](const DnsRequest& request) {
    if (request.has_opt()) return DnsAnswer(DnsResponse(request).rcode(1).opt(false));
    return give_address(request);
  });
  for (int i = 0; i < 5; ++i) {
    INFO(i);
    CHECK(text_of(world.ask()) == "192.0.2.1");
  }
  // The new c-ares falls back each time by itself; the old one once a channel, then we do.
  if (kNewAres) return;
  CHECK(server.requests().size() <= 8);
  const std::size_t asked = server.requests().size();
  CHECK(text_of(world.ask()) == "192.0.2.1");
  CHECK(server.requests().size() == asked + 1);
  CHECK_FALSE(server.requests().back().has_opt());
}

TEST_CASE("Ares: without EDNS what has more than 512 octets comes over TCP") {
  AresWorld world;
  world.serve([](const DnsRequest& request) {
    if (request.has_opt()) return DnsAnswer(DnsResponse(request).rcode(1).opt(false));
    if (!request.tcp) return DnsAnswer(DnsResponse(request).truncated());
    DnsResponse response(request);
    for (int i = 0; i < 100; ++i) response.answer(kTypeTxt, '\xC8' + std::string(200, 'x'));
    return DnsAnswer(response);
  });
  for (int i = 0; i < 5; ++i) {
    const Reply reply = world.ask();
    REQUIRE(reply.message.has_value());
    CHECK(reply.message->answers.size() == 100);
  }
}

TEST_CASE("Ares: one FORMERR of a server that knows EDNS does not send all to TCP") {
  AresWorld world;
  bool ill = false;
  const LoopbackDnsServer& server = world.serve([&](const DnsRequest& request) {
    if (std::exchange(ill, false)) return DnsAnswer(DnsResponse(request).rcode(1).opt(false));
    DnsResponse response(request);
    for (int i = 0; i < 5; ++i) response.answer(kTypeTxt, '\xC8' + std::string(200, 'x'));
    return DnsAnswer(response);
  });
  CHECK(world.ask().message.has_value());
  ill = true;
  for (int i = 0; i < 5; ++i) CHECK(world.ask().message.has_value());
  CHECK(server.tcp_requests() <= 1);
}

TEST_CASE("Ares: a server that refuses TCP is passed over") {
  AresWorld world;
  const auto truncate = [](const DnsRequest& request) { return DnsResponse(request).truncated(); };
  world.serve(truncate, {.udp = true, .tcp = false});
  CHECK(error_of(world.ask()) == "Connection refused");
}

TEST_CASE("Ares: a closed port is told at once, and another server asked") {
  AresWorld world;
  world.options.attempt_time = std::chrono::seconds(60);
  world.serve(say_nothing, {.udp = false, .tcp = false});
  CHECK(error_of(world.ask()) == "Connection refused");
  AresWorld both;
  both.options.attempt_time = std::chrono::seconds(60);
  both.serve(say_nothing, {.udp = false, .tcp = false});
  both.serve(give_address);
  CHECK(text_of(both.ask()) == "192.0.2.1");
}

TEST_CASE("Ares: of many servers all but one may fail, each in its way") {
  AresWorld world;
  for (const Fault& fault : faults()) world.serve(fault.handler);
  const LoopbackDnsServer& good = world.serve(give_address);
  const Reply reply = world.ask();
  CHECK(text_of(reply) == "192.0.2.1");
  CHECK(reply.server == good.address());
}

TEST_CASE("Ares: a server that was passed over is asked again when the others fail") {
  AresWorld world;
  bool first_works = false;
  bool second_works = true;
  const auto when = [](const bool& works) {
    return [&works](const DnsRequest& request) {
      return works ? give_address(request) : DnsAnswer(DnsResponse(request).rcode(2));
    };
  };
  const LoopbackDnsServer& first = world.serve(when(first_works));
  const LoopbackDnsServer& second = world.serve(when(second_works));
  CHECK(world.ask().server == second.address());
  std::swap(first_works, second_works);
  CHECK(world.ask().server == first.address());
  CHECK(world.ask().server == first.address());
}

TEST_CASE("Ares: a question is over within its time, whatever the servers and c-ares do") {
  AresWorld world;
  world.options.query_time = std::chrono::milliseconds(300);
  world.options.attempt_time = kQueryTime;  // only the question's own deadline ends it
  world.serve(over_tcp([](const DnsRequest& request) {
    DnsAnswer answer = give_address(request);
    answer.drip = std::chrono::milliseconds(100);
    return answer;
  }));
  const BootTime begun = BootClock::now();
  CHECK(error_of(world.ask()) == "no answer in time");
  const Duration took = BootClock::now() - begun;
  CHECK(took >= world.options.query_time);
  CHECK(took < world.options.query_time + std::chrono::milliseconds(500));
}

TEST_CASE("Ares: a server that answers nobody but floods does not hold up the loop") {
  AresWorld world;
  const std::string junk(1000, 'j');
  world.serve([&](const DnsRequest& request) {
    DnsAnswer answer;
    answer.messages.assign(150, junk);
    answer.messages.push_back(give_address(request).messages.front());
    return answer;
  });
  CHECK(text_of(world.ask()) == "192.0.2.1");
}

}  // namespace
}  // namespace liqo::dns
