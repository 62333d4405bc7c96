#include "resolver/dns/rota.h"

#include <deque>
#include <string>

#include "tests/support/catch.h"

namespace liqo::dns {
namespace {

struct Member {
  explicit Member(char letter) : name(letter) {}
  char name;
  Link<Member> link{*this};
};

const auto never = [] { return false; };
const auto at_once = [] { return true; };

}  // namespace

TEST_CASE("Rota: who takes all the time each time keeps nobody from a turn", "[dns]") {
  Rota<Member> rota;
  Member bad('b');
  Member good('g');
  Member late('l');
  std::string turns;
  const auto give = [&](Member& member) {
    turns += member.name;
    if (&member == &bad) rota.join(bad.link);  // at once wants another
  };
  rota.join(bad.link);
  rota.join(good.link);
  rota.go_round(give, at_once);
  rota.join(late.link);
  for (int i = 0; i < 4; ++i) rota.go_round(give, at_once);
  CHECK(turns == "bgblb");
}

TEST_CASE("Rota: a round has each once, and who joins in it waits for the next", "[dns]") {
  Rota<Member> rota;
  std::deque<Member> members;
  for (const char name : {'a', 'b', 'c'}) rota.join(members.emplace_back(name).link);
  rota.join(members.front().link);
  std::string turns;
  const auto give = [&](Member& member) {
    turns += member.name;
    if (member.name != 'b') rota.join(member.link);
  };
  rota.go_round(give, never);
  CHECK(turns == "abc");
  rota.go_round(give, never);
  CHECK(turns == "abcac");
}

TEST_CASE("Rota: who is destroyed waits no more", "[dns]") {
  Rota<Member> rota;
  {
    Member gone('x');
    rota.join(gone.link);
    CHECK_FALSE(rota.empty());
  }
  CHECK(rota.empty());
  rota.go_round([](Member&) { FAIL(); }, never);
}

}  // namespace liqo::dns
