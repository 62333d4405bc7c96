#pragma once

#include <avahi-client/client.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "resolver/lan/helper/poll.h"
#include "resolver/result.h"

namespace liqo::lan::helper {

/// Connections to avahi-daemon. It takes 1,024 objects from each, so that there are several.
class ClientPool {
 public:
  /// What all of them share.
  struct News {
    bool lost = false;           ///< one of them was disconnected: so are all
    int error = 0;               ///< why
    bool state_changed = false;  ///< of the first, which stands for all
  };
  struct Client {
    AvahiClient* handle = nullptr;  ///< nothing once the pool is closed, and its objects with it
    std::size_t objects = 0;
    std::size_t room = 0;  ///< objects that it may have
    News* news = nullptr;
    bool first = false;
  };

  explicit ClientPool(const AvahiPoll* api) : api_(api) {}
  ~ClientPool() { close(); }
  ClientPool(const ClientPool&) = delete;
  ClientPool& operator=(const ClientPool&) = delete;

  /// The first connection, made when there is none.
  Result<std::shared_ptr<Client>> first();
  /// A connection that takes one object more.
  Result<std::shared_ptr<Client>> with_room();
  /// Closes all; what they had is freed with them, and no call is made for it.
  void close();

  [[nodiscard]] News& news() { return news_; }

 private:
  Result<std::shared_ptr<Client>> open();

  const AvahiPoll* api_;
  News news_;
  std::vector<std::shared_ptr<Client>> clients_;
};

}  // namespace liqo::lan::helper
