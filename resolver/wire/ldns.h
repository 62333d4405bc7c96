#pragma once

// ldns, without the macros of ldns/common.h that take C++ its own words. ldns/host2wire.h forgets
// to declare the tree that it names.
struct ldns_rbtree_t;
#include <ldns/host2wire.h>
#include <ldns/packet.h>
#include <ldns/rdata.h>
#include <ldns/rr.h>
#include <ldns/wire2host.h>
#undef bool
#undef false
#undef true

#include <cstdlib>
#include <memory>

namespace liqo::wire {

template <auto kFree>
struct Freer {
  template <class T>
  void operator()(T* owned) const {
    kFree(owned);
  }
};

using OwnedPacket = std::unique_ptr<ldns_pkt, Freer<ldns_pkt_free>>;
using OwnedRr = std::unique_ptr<ldns_rr, Freer<ldns_rr_free>>;
using OwnedRdf = std::unique_ptr<ldns_rdf, Freer<ldns_rdf_deep_free>>;
using OwnedOctets = std::unique_ptr<std::uint8_t, Freer<std::free>>;

}  // namespace liqo::wire
