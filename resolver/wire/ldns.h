#pragma once

// ldns, without the macros of ldns/common.h that take C++ its own words.
#include <ldns/rdata.h>
#include <ldns/rr.h>
#include <ldns/wire2host.h>
#undef bool
#undef false
#undef true

#include <memory>

namespace liqo::wire {

template <auto kFree>
struct Freer {
  template <class T>
  void operator()(T* owned) const {
    kFree(owned);
  }
};

using OwnedRr = std::unique_ptr<ldns_rr, Freer<ldns_rr_free>>;
using OwnedRdf = std::unique_ptr<ldns_rdf, Freer<ldns_rdf_deep_free>>;

}  // namespace liqo::wire
