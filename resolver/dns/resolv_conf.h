#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/dns/name_server.h"
#include "resolver/dnssd/domain_name.h"
#include "resolver/loop/loop.h"

namespace liqo::dns {

/// What resolv.conf(5) says that is of use here. A value.
struct ResolvConf {
  static constexpr std::size_t kMaxServers = 8;         ///< glibc heeds 3
  static constexpr std::size_t kMaxSearchDomains = 32;  ///< glibc before 2.26 heeded 6
  static constexpr std::size_t kMaxOctets = 64 * 1024;  ///< no sane file is larger

  std::vector<NameServer> servers;
  std::vector<DomainName> search;  ///< the last of `search` and `domain` counts
  friend bool operator==(const ResolvConf&, const ResolvConf&) = default;
};

/// Lines that are not understood are skipped, as glibc does; unlike there, a server may have a
/// port. Never fails.
ResolvConf parse_resolv_conf(std::string_view text);

/// Follows the file through every change, a rename over it and its removal and return included. No
/// wake-up while nothing changes.
class ResolvConfWatch {
 public:
  using Changed = std::function<void(const ResolvConf& conf)>;
  /// `loop` must outlive it. Calls back only when what it says differs from what it said.
  ResolvConfWatch(loop::Loop& loop, std::string path, Changed changed);
  ~ResolvConfWatch();
  ResolvConfWatch(const ResolvConfWatch&) = delete;
  ResolvConfWatch& operator=(const ResolvConfWatch&) = delete;

  /// A missing or unreadable file keeps what was read last: it is being replaced.
  [[nodiscard]] const ResolvConf& conf() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace liqo::dns
