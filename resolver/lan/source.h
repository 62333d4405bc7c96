#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "resolver/dnssd/advert.h"
#include "resolver/dnssd/sighting.h"
#include "resolver/lan/messages.h"
#include "resolver/link/links.h"
#include "resolver/loop/loop.h"

namespace liqo::lan {

struct SourceOptions {
  Backend backend = Backend::kAuto;
  /// Which interfaces may be used; asked again on every link change.
  std::function<bool(const std::string& name)> interface_allowed;
  /// The program to run as helper and its arguments; descriptor 3 will be its end of the pair.
  std::string helper_file;
  std::vector<std::string> helper_args;
  /// Instances followed at once, all services together. 4,096 clusters with three services.
  std::size_t max_instances = 12'288;
  /// Instances whose records were asked for and not yet had; more wait, the known ones first, the
  /// rest drawn at random, so that invented ones cannot starve a real one.
  std::size_t max_pending = 512;
};

/// What `status` shows of the LAN.
struct SourceStatus {
  Backend backend = Backend::kAuto;
  BackendState state = BackendState::kConnecting;
  bool synced = false;    ///< the first pass is complete
  std::string host_name;  ///< "node1.local"
  std::string detail;     ///< version, or the reason of a failure
  std::uint64_t helper_restarts = 0;
  int helper_pid = -1;
  std::size_t instances = 0;            ///< followed
  std::size_t pending = 0;              ///< followed, not complete yet
  std::uint64_t over_limit = 0;         ///< instances not followed for max_instances, ever
  std::size_t waiting = 0;              ///< listed, their turn to be followed has not come
  std::uint64_t silent = 0;             ///< listed, but no records behind it when asked, ever
  std::uint64_t malformed = 0;          ///< records whose rdata could not be read, ever
  std::vector<std::string> interfaces;  ///< in use, by name
  struct Published {
    std::string interface;
    std::string instance;  ///< as published, "<id>" or "<id> #2"
    GroupState state = GroupState::kRegistering;
    std::string detail;
  };
  std::vector<Published> published;
};

/// Browses the LAN for Liqo clusters and advertises ours, through a helper process that runs Avahi.
/// Tells a SightingSink what it sees. The helper may die, hang or lie: it is started again with
/// back-off, what it told is never believed beyond its format, and no call here waits for it.
class Source {
 public:
  /// `sink` and `loop` must outlive it. Starts at once; tells nothing inside this call.
  static std::unique_ptr<Source> create(loop::Loop& loop, SourceOptions options, SightingSink& sink,
                                        const link::LinkTable& links);
  virtual ~Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// What to advertise; nothing withdraws. Setting the same again changes nothing on the wire.
  virtual void set_advert(std::optional<Advert> advert) = 0;
  virtual void set_links(const link::LinkTable& links) = 0;
  /// Ask the LAN again: browsers are made anew, and who offers a service is asked on every link.
  virtual void refresh() = 0;
  [[nodiscard]] virtual SourceStatus status() const = 0;

 protected:
  Source() = default;
};

}  // namespace liqo::lan
