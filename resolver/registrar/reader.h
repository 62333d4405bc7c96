#pragma once

#include <memory>
#include <string>
#include <vector>

#include "resolver/dns/transport.h"
#include "resolver/registrar/primary.h"

namespace liqo::registrar {

/// Reads the records of one instance from the zone's primary server: four questions, whose answers
/// must be authoritative. Destroying it forgets them.
class Reader {
 public:
  /// `done` is called once, from the loop; it may destroy this, not the transport.
  Reader(dns::Transport& transport, const Names& names, Primary::HaveRead done);
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

 private:
  void ask(dns::Transport& transport, const DomainName& name, RecordType type,
           std::vector<std::string>& into);
  void answered(const wire::Question& question, const dns::Reply& reply,
                std::vector<std::string>& into);

  Primary::HaveRead done_;
  Records records_;
  std::string error_;
  unsigned pending_ = 0;
  std::vector<std::unique_ptr<dns::Transport::Query>> queries_;
};

}  // namespace liqo::registrar
