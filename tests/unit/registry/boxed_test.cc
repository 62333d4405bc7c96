#include "resolver/boxed.h"

#include <string>

#include "tests/support/catch.h"

namespace liqo {

TEST_CASE("Boxed: a copy has a value of its own, or none") {
  Boxed<std::string> first = std::string("a");
  Boxed<std::string> second = first;
  second->push_back('b');
  CHECK(*first == "a");
  CHECK(*second == "ab");
  first = second;
  CHECK(*first == "ab");
  second.reset();
  CHECK_FALSE(second.has_value());
  CHECK(first.has_value());
  second = std::move(first);
  CHECK(*second == "ab");
  second = Boxed<std::string>();
  CHECK_FALSE(second);
  const Boxed<std::string> none = second;
  CHECK_FALSE(none);
}

}  // namespace liqo
