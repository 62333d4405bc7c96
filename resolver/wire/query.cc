#include <sys/random.h>

#include <cassert>
#include <new>

#include "resolver/wire/class_bits.h"
#include "resolver/wire/ldns.h"
#include "resolver/wire/message.h"

namespace liqo::wire {
namespace {

// What ldns refuses here it refuses for want of memory alone.
template <class T>
T* need(T* made) {
  if (made == nullptr) throw std::bad_alloc();
  return made;
}

std::uint16_t class_of(const Question& question) {
  return question.unicast_response ? question.question_class | kTopClassBit
                                   : question.question_class;
}

}  // namespace

std::string build_query(const Question& question, const QueryOptions& options) {
  assert(question.type != 0 && question.question_class != 0);  // ldns would ask for A and IN
  const std::string_view name = question.name.wire();
  OwnedRdf owner(need(ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, name.size(), name.data())));
  const OwnedPacket packet(need(ldns_pkt_query_new(
      owner.release(), static_cast<ldns_rr_type>(question.type),
      static_cast<ldns_rr_class>(class_of(question)), options.recursion_desired ? LDNS_RD : 0)));
  ldns_pkt_set_id(packet.get(), options.id);
  ldns_pkt_set_ad(packet.get(), options.authentic_data);
  if (options.edns) ldns_pkt_set_edns_udp_size(packet.get(), kEdnsUdpSize);

  std::uint8_t* octets = nullptr;
  std::size_t size = 0;
  if (ldns_pkt2wire(&octets, packet.get(), &size) != LDNS_STATUS_OK) throw std::bad_alloc();
  const OwnedOctets owned(octets);
  return {reinterpret_cast<const char*>(octets), size};
}

std::uint16_t random_id() {
  std::uint16_t id = 0;
  // So few octets come whole; only early in the boot does the kernel make it wait.
  while (::getrandom(&id, sizeof(id), 0) != sizeof(id)) {
  }
  return id;
}

}  // namespace liqo::wire
