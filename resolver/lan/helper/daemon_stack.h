#pragma once

#include <memory>
#include <optional>

#include "resolver/lan/helper/client_pool.h"
#include "resolver/lan/helper/stack.h"

namespace liqo::lan::helper {

/// avahi-daemon, over D-Bus. Every call waits for its answer, so it is to be used only while
/// avahi-daemon gives them (see Bus).
class DaemonStack final : public Stack {
 public:
  static Result<std::unique_ptr<Stack>> start(const AvahiPoll* api, Channel& channel);
  ~DaemonStack() override;

  Result<void> settle() override;

 protected:
  Result<std::unique_ptr<Browser>> open_browser(const Watch& watch) override;
  Result<std::unique_ptr<Group>> open_group(std::uint32_t id, std::uint32_t interface) override;
  [[nodiscard]] bool may_publish() const override { return registered_; }

 private:
  class ClientBrowser;
  class ClientGroup;

  DaemonStack(const AvahiPoll* api, Channel& channel) : Stack(channel), pool_(api) {}
  Result<void> on_state(AvahiClientState state);
  Result<void> tell_running();

  ClientPool pool_;
  std::shared_ptr<ClientPool::Client> first_;
  bool registered_ = false;              ///< avahi-daemon has its host name
  std::optional<DomainName> told_name_;  ///< the agent knows this one
};

}  // namespace liqo::lan::helper
