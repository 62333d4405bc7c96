#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "resolver/loop/loop.h"
#include "resolver/registrar/lease.h"
#include "resolver/registrar/options.h"
#include "resolver/registrar/zone.h"

namespace liqo::registrar {

/// Keeps service instances registered in any number of zones.
class Registrar {
 public:
  struct Options {
    AgentTag agent = 0;  ///< of this agent among those of its cluster
    std::string resolv_conf = "/etc/resolv.conf";
  };

  /// `loop` must outlive it. `changed` is called from the loop when status() may differ.
  static std::unique_ptr<Registrar> create(loop::Loop& loop, Options options,
                                           std::function<void()> changed);
  virtual ~Registrar() = default;
  Registrar(const Registrar&) = delete;
  Registrar& operator=(const Registrar&) = delete;

  /// What goes into which zone: from a zone that is not among these all that is ours is withdrawn,
  /// with the options that it had.
  struct ZoneWish {
    ZoneOptions options;
    Zone::Wanted wanted;
  };
  virtual void want(const std::vector<ZoneWish>& wishes) = 0;
  /// Looks at everything again now.
  virtual void refresh() = 0;
  /// Nothing is wanted, and nothing of ours is left in any zone.
  [[nodiscard]] virtual bool gone() const = 0;
  [[nodiscard]] virtual std::vector<InstanceStatus> status() const = 0;

 protected:
  Registrar() = default;
};

}  // namespace liqo::registrar
