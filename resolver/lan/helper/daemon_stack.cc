#include "resolver/lan/helper/daemon_stack.h"

#include <avahi-client/lookup.h>
#include <avahi-client/publish.h>
#include <avahi-common/error.h>

#include <string>
#include <utility>

namespace liqo::lan::helper {
namespace {

constexpr std::uint16_t kInternet = AVAHI_DNS_CLASS_IN;

}  // namespace

// --- ClientBrowser ---------------------------------------------------------------------------

class DaemonStack::ClientBrowser final : public Browser {
 public:
  ClientBrowser(const Watch& watch, Channel& channel, std::shared_ptr<ClientPool::Client> client)
      : Browser(watch, channel), client_(std::move(client)) {
    // Names go over D-Bus in Avahi's escaped form: ASCII, whatever the octets.
    browser_ = avahi_record_browser_new(client_->handle, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC,
                                        watch.name.to_string().c_str(), kInternet,
                                        static_cast<std::uint16_t>(watch.type),
                                        AVAHI_LOOKUP_USE_MULTICAST, on_event, this);
    if (browser_ != nullptr) ++client_->objects;
  }
  ~ClientBrowser() override {
    if (browser_ == nullptr || client_->handle == nullptr) return;
    avahi_record_browser_free(browser_);
    --client_->objects;
  }

  [[nodiscard]] bool started() const { return browser_ != nullptr; }

 private:
  static void on_event(AvahiRecordBrowser* /*browser*/, AvahiIfIndex interface,
                       AvahiProtocol protocol, AvahiBrowserEvent event, const char* name,
                       std::uint16_t /*clazz*/, std::uint16_t type, const void* rdata,
                       std::size_t size, AvahiLookupResultFlags flags, void* self_pointer) {
    auto* self = static_cast<ClientBrowser*>(self_pointer);
    if (event != AVAHI_BROWSER_NEW && event != AVAHI_BROWSER_REMOVE) {
      return self->tell_event(event, avahi_strerror(avahi_client_errno(self->client_->handle)));
    }
    const std::string_view octets(static_cast<const char*>(rdata), rdata != nullptr ? size : 0);
    self->tell_record(event == AVAHI_BROWSER_NEW, {interface, protocol, name, type, octets, flags});
  }

  std::shared_ptr<ClientPool::Client> client_;
  AvahiRecordBrowser* browser_ = nullptr;
};

// --- ClientGroup -----------------------------------------------------------------------------

class DaemonStack::ClientGroup final : public Group {
 public:
  ClientGroup(DaemonStack& stack, std::uint32_t id, AvahiIfIndex interface,
              std::shared_ptr<ClientPool::Client> client)
      : stack_(stack), id_(id), interface_(interface), client_(std::move(client)) {
    group_ = avahi_entry_group_new(client_->handle, on_state, this);
    if (group_ != nullptr) ++client_->objects;
  }
  ~ClientGroup() override {
    if (group_ == nullptr || client_->handle == nullptr) return;
    avahi_entry_group_free(group_);
    --client_->objects;
  }

  Result<void> add(const PublishedRecord& record, AvahiPublishFlags more_flags) override {
    if (group_ == nullptr) return avahi_error(avahi_client_errno(client_->handle));
    const auto flags = static_cast<AvahiPublishFlags>(publish_flags(record) | more_flags);
    return outcome(avahi_entry_group_add_record(group_, interface_, AVAHI_PROTO_UNSPEC, flags,
                                                record.name.to_string().c_str(), kInternet,
                                                static_cast<std::uint16_t>(record.type), record.ttl,
                                                record.rdata.data(), record.rdata.size()));
  }

  Result<void> commit() override { return outcome(avahi_entry_group_commit(group_)); }

 private:
  static Result<void> outcome(int status) {
    if (status < 0) return avahi_error(status);
    return {};
  }
  static void on_state(AvahiEntryGroup* group, AvahiEntryGroupState state, void* self_pointer) {
    const auto* self = static_cast<ClientGroup*>(self_pointer);
    const bool failed = state == AVAHI_ENTRY_GROUP_FAILURE;
    AvahiClient* client = avahi_entry_group_get_client(group);
    self->stack_.tell_group(self->id_, state,
                            failed ? avahi_strerror(avahi_client_errno(client)) : "");
  }

  DaemonStack& stack_;
  std::uint32_t id_;
  AvahiIfIndex interface_;
  std::shared_ptr<ClientPool::Client> client_;
  AvahiEntryGroup* group_ = nullptr;
};

// --- DaemonStack -----------------------------------------------------------------------------

Result<std::unique_ptr<Stack>> DaemonStack::start(const AvahiPoll* api, Channel& channel) {
  std::unique_ptr<DaemonStack> stack(new DaemonStack(api, channel));
  Result<std::shared_ptr<ClientPool::Client>> first = stack->pool_.first();
  if (!first) return first.error();
  stack->first_ = std::move(*first);
  return std::unique_ptr<Stack>(std::move(stack));
}

DaemonStack::~DaemonStack() {
  // First the connections: then nothing is said to a daemon that may be gone, or hang.
  pool_.close();
  forget_all();
}

Result<void> DaemonStack::settle() {
  ClientPool::News& news = pool_.news();
  if (news.lost) return Error{Errc::kUnavailable, avahi_strerror(news.error)};
  if (!std::exchange(news.state_changed, false)) return {};
  return on_state(avahi_client_get_state(first_->handle));
}

Result<void> DaemonStack::on_state(AvahiClientState state) {
  switch (state) {
    case AVAHI_CLIENT_S_COLLISION:
    case AVAHI_CLIENT_S_REGISTERING:
      // Its host name is being probed for, and may become another: what we publish waits for it.
      // Watches need not.
      registered_ = false;
      withdraw_all();
      return tell_running();
    case AVAHI_CLIENT_S_RUNNING: {
      registered_ = true;
      Result<void> told = tell_running();
      if (told) publish_all();
      return told;
    }
    case AVAHI_CLIENT_CONNECTING:
    case AVAHI_CLIENT_FAILURE:
      break;
  }
  return Error{Errc::kUnavailable, "avahi-daemon left"};
}

Result<void> DaemonStack::tell_running() {
  const char* name = avahi_client_get_host_name_fqdn(first_->handle);
  const char* version = avahi_client_get_version_string(first_->handle);
  if (name == nullptr || version == nullptr) {
    return avahi_error(avahi_client_errno(first_->handle));
  }
  BackendReport report{Backend::kAvahiDaemon, BackendState::kRunning, {}, version};
  Result<DomainName> parsed = DomainName::parse(name);
  if (parsed) report.host_name = std::move(*parsed);
  if (told_name_ == report.host_name) return {};
  told_name_ = report.host_name;
  channel().send(report);
  return {};
}

Result<std::unique_ptr<Browser>> DaemonStack::open_browser(const Watch& watch) {
  for (;;) {
    Result<std::shared_ptr<ClientPool::Client>> client = pool_.with_room();
    if (!client) return client.error();
    auto browser = std::make_unique<ClientBrowser>(watch, channel(), *client);
    if (browser->started()) return std::unique_ptr<Browser>(std::move(browser));
    const int error = avahi_client_errno((*client)->handle);
    const bool full = error == AVAHI_ERR_TOO_MANY_OBJECTS && (*client)->objects > 0;
    if (!full) return avahi_error(error);
    (*client)->room = (*client)->objects;
  }
}

Result<std::unique_ptr<Group>> DaemonStack::open_group(std::uint32_t id, std::uint32_t interface) {
  const Result<AvahiIfIndex> index = avahi_interface(interface);
  if (!index) return index.error();
  Result<std::shared_ptr<ClientPool::Client>> client = pool_.with_room();
  if (!client) return client.error();
  return std::unique_ptr<Group>(
      std::make_unique<ClientGroup>(*this, id, *index, std::move(*client)));
}

}  // namespace liqo::lan::helper
