#include "resolver/lan/listing_question.h"

#include "resolver/dnssd/rdata.h"
#include "resolver/dnssd/service.h"
#include "resolver/lan/local_name.h"
#include "resolver/lan/multicast.h"
#include "resolver/wire/message.h"

namespace liqo::lan {

void ask_for_listings(std::uint32_t interface, Family family) {
  auto socket = MulticastSocket::create(interface, family);
  if (!socket || !socket->bind_to_group()) return;
  for (const Service service : kServices) {
    socket->send(wire::build_query({.name = local_name(service_type(service)),
                                    .type = static_cast<std::uint16_t>(RecordType::kPtr)},
                                   {.id = 0}));
  }
}

}  // namespace liqo::lan
