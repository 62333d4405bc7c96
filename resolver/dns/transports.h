#pragma once

#include <memory>
#include <string>
#include <vector>

#include "resolver/dns/options.h"
#include "resolver/dns/transport.h"
#include "resolver/dns/trust_anchors.h"
#include "resolver/dns/validating_transport.h"
#include "resolver/loop/loop.h"

namespace liqo::dns {

/// Makes the transports that domains want, one for those that want the same.
class Transports {
 public:
  /// `loop` must outlive it.
  explicit Transports(loop::Loop& loop) : loop_(loop) {}
  Transports(const Transports&) = delete;
  Transports& operator=(const Transports&) = delete;

  /// The servers of resolv.conf. Transports for them that were had before are no longer given.
  void set_system_servers(std::vector<NameServer> servers);

  /// Transports whose trust anchors are no longer those of their file are no longer given.
  void reread_trust_anchors();

  /// Where a way cannot be made (a trust anchor that is not there), every question on it fails, and
  /// says why.
  std::shared_ptr<Transport> get(const DomainOptions& options, const std::string& trust_anchor);
  /// By resolv.conf, without validation.
  std::shared_ptr<Transport> system();

  /// Lets go of what nobody uses: all that were given stay until then, for their last user may be
  /// gone in their own callback. Not to be called from there.
  void drop_unused();

 private:
  /// What a file of trust anchors held, or why it cannot be read.
  using Anchors = Result<std::vector<TrustAnchor>>;
  struct Way {
    DnssecMode mode = DnssecMode::kOff;
    bool trusted = false;
    std::vector<NameServer> servers{};
    std::string trust_anchor{};
    friend bool operator==(const Way&, const Way&) = default;
  };
  struct Made {
    Way way;
    Anchors anchors;
    std::shared_ptr<Transport> transport;
    bool retired = false;  ///< no longer given
  };

  std::shared_ptr<Transport> get(const Way& way);
  std::shared_ptr<Transport> make(const Way& way, const Anchors& anchors);
  static Anchors anchors_in(const std::string& file);
  static bool same(const Anchors& a, const Anchors& b);
  std::shared_ptr<Transport> make_validating(ValidatingOptions options);

  loop::Loop& loop_;
  std::vector<NameServer> system_servers_;
  std::vector<Made> made_;
};

}  // namespace liqo::dns
