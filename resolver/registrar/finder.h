#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "resolver/dns/name_server.h"
#include "resolver/dns/transport.h"
#include "resolver/dnssd/rdata.h"

namespace liqo::registrar {

/// Finds a zone's primary server: the MNAME of its SOA record (RFC 2136 section 4.3), and that
/// host's addresses. Asks once; destroying it forgets the question.
class Finder {
 public:
  /// At least one server; or why there is none, in one line.
  using Found = std::function<void(Result<std::vector<dns::NameServer>> servers)>;

  /// `found` is called once, from the loop; it may destroy this, not the transport.
  Finder(std::shared_ptr<dns::Transport> transport, DomainName zone, Found found);
  Finder(const Finder&) = delete;
  Finder& operator=(const Finder&) = delete;

 private:
  void have_soa(const dns::Reply& reply);
  void ask_addresses(const DomainName& host);
  void have_addresses(RecordType type, const dns::Reply& reply);
  void finish(Result<std::vector<dns::NameServer>> servers);

  std::shared_ptr<dns::Transport> transport_;
  DomainName zone_;
  DomainName host_;
  Found found_;
  std::vector<dns::NameServer> servers_;
  std::string error_;
  unsigned pending_ = 0;
  std::vector<std::unique_ptr<dns::Transport::Query>> queries_;
};

}  // namespace liqo::registrar
