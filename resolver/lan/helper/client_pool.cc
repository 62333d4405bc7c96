#include "resolver/lan/helper/client_pool.h"

#include <avahi-common/error.h>

#include <string>

namespace liqo::lan::helper {
namespace {

// avahi-daemon's objects-per-client-max is 1,024, which an administrator may have lowered: then
// its refusal tells.
constexpr std::size_t kObjectsPerClient = 1024;
// As many watches as a stack takes, and a quarter of what the system bus allows one user
// (max_connections_per_user, 256).
constexpr std::size_t kMaxClients = 64;

void on_state(AvahiClient* handle, AvahiClientState state, void* client_pointer) {
  const auto* client = static_cast<ClientPool::Client*>(client_pointer);
  if (client->first) client->news->state_changed = true;
  // Avahi may have it that there is no daemon without a failure: to us it is lost all the same.
  if (state != AVAHI_CLIENT_FAILURE && state != AVAHI_CLIENT_CONNECTING) return;
  client->news->lost = true;
  client->news->error = avahi_client_errno(handle);
}

}  // namespace

Result<std::shared_ptr<ClientPool::Client>> ClientPool::first() {
  if (clients_.empty()) return open();
  return clients_.front();
}

Result<std::shared_ptr<ClientPool::Client>> ClientPool::with_room() {
  for (const std::shared_ptr<Client>& client : clients_) {
    if (client->objects < client->room) return client;
  }
  return open();
}

Result<std::shared_ptr<ClientPool::Client>> ClientPool::open() {
  if (clients_.size() >= kMaxClients) {
    return Error{Errc::kLimitReached, "avahi-daemon takes no more watches"};
  }
  auto client = std::make_shared<Client>();
  client->room = kObjectsPerClient;
  client->news = &news_;
  client->first = clients_.empty();
  int error = AVAHI_OK;
  client->handle =
      avahi_client_new(api_, AVAHI_CLIENT_IGNORE_USER_CONFIG, on_state, client.get(), &error);
  if (client->handle == nullptr) {
    return Error{Errc::kUnavailable, std::string("avahi-daemon: ") + avahi_strerror(error)};
  }
  clients_.push_back(client);
  return client;
}

void ClientPool::close() {
  for (const std::shared_ptr<Client>& client : clients_) {
    avahi_client_free(client->handle);
    client->handle = nullptr;
  }
  clients_.clear();
}

}  // namespace liqo::lan::helper
