#pragma once

#include <avahi-core/core.h>

#include <memory>

#include "resolver/lan/helper/stack.h"

namespace liqo::lan::helper {

/// avahi-core in this process: a responder of our own, under a host name of our own, without
/// avahi-daemon, D-Bus or privileges.
class EmbeddedStack final : public Stack {
 public:
  static Result<std::unique_ptr<Stack>> start(const AvahiPoll* api, const Configure& configure,
                                              Channel& channel);
  ~EmbeddedStack() override;

  Result<void> settle() override;

 protected:
  Result<std::unique_ptr<Browser>> open_browser(const Watch& watch) override;
  Result<std::unique_ptr<Group>> open_group(std::uint32_t id, std::uint32_t interface) override;
  [[nodiscard]] bool may_publish() const override { return told_running_; }

 private:
  class CoreBrowser;
  class CoreGroup;

  explicit EmbeddedStack(Channel& channel) : Stack(channel) {}
  void on_state(AvahiServerState state);
  Result<void> take_another_name();
  void tell_running();

  AvahiServer* server_ = nullptr;
  AvahiServerState state_ = AVAHI_SERVER_INVALID;
  bool state_changed_ = false;
  bool told_running_ = false;
};

}  // namespace liqo::lan::helper
