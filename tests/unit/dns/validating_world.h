#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "resolver/dns/validating_transport.h"
#include "resolver/loop/loop.h"
#include "tests/unit/dns/signed_zones.h"

namespace liqo::dns {

inline constexpr std::uint16_t kTypeA = 1;
inline constexpr std::uint16_t kTypePtr = 12;
inline constexpr std::uint16_t kTypeTxt = 16;

wire::Question question_for(std::string_view name, std::uint16_t type = kTypeTxt);

/// A validating transport over the zones' own server, or over others.
class ValidatingWorld {
 public:
  ValidatingWorld();
  /// The zones are served there.
  explicit ValidatingWorld(NameServer address);

  /// The zone's own key is what validation begins with.
  void trust(const std::string& zone);
  /// Starts the server of the zones, and asks it.
  void serve();
  /// Made at the first use, by `options`.
  Transport& transport();
  void close() { transport_.reset(); }

  /// Asks and waits for the end of it.
  Reply ask(std::string_view name, std::uint16_t type = kTypeTxt);

  loop::Loop loop;
  test::SignedZones zones;
  ValidatingOptions options;

 private:
  std::unique_ptr<Transport> transport_;
};

/// "secure", or the error.
std::string status_of(const Reply& reply);
/// The text of the only TXT record in the answer, or "" where there is none.
std::string txt_of(const Reply& reply);
/// The records of the question's type in the answer.
std::size_t count_of(const Reply& reply, std::uint16_t type);

}  // namespace liqo::dns
