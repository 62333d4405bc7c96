#pragma once

#include "resolver/registrar/exchange.h"
#include "resolver/registrar/primary.h"

namespace liqo::registrar {

/// What people call the things that a refusal is about.
struct Subject {
  std::string server;
  std::string key_file;
  const wire::TsigKey& key;
  const Names& names;
  std::uint64_t now = 0;  ///< our clock, in seconds since 1970
};

/// What a server's answer means, in its words, and what to change. Pure.
Outcome outcome_of(const Answer& answer, const Subject& subject);

}  // namespace liqo::registrar
