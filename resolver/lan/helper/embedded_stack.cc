#include "resolver/lan/helper/embedded_stack.h"

#include <avahi-common/alternative.h>
#include <avahi-common/domain.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <avahi-common/strlst.h>
#include <avahi-core/lookup.h>
#include <avahi-core/publish.h>
#include <avahi-core/rr.h>

#include <array>
#include <utility>

namespace liqo::lan::helper {
namespace {

// 2,000 instances with three services, each with PTR, SRV and TXT, and the addresses of their
// hosts, are 22,000 records, all of which must be known at once: three times as many, for each
// interface and family. Avahi's own 4,096 would silently leave out the rest.
constexpr unsigned kMaxCacheEntries = 65'536;
// As Debian's avahi-daemon.conf: responses to one interface, in a second.
constexpr AvahiUsec kRateInterval = 1'000'000;
constexpr unsigned kRateBurst = 1000;
// No interface can be called so; an empty list would allow all.
constexpr const char* kNoInterface = "/";

struct FreeServerConfig {
  void operator()(AvahiServerConfig* config) const { avahi_server_config_free(config); }
};
struct FreeKey {
  void operator()(AvahiKey* key) const { avahi_key_unref(key); }
};
struct FreeRecord {
  void operator()(AvahiRecord* record) const { avahi_record_unref(record); }
};
struct FreeText {
  void operator()(char* text) const { avahi_free(text); }
};

AvahiStringList* interface_list(const std::vector<std::string>& names) {
  AvahiStringList* list = nullptr;
  for (const std::string& name : names) list = avahi_string_list_add(list, name.c_str());
  return list != nullptr ? list : avahi_string_list_add(nullptr, kNoInterface);
}

void fill_in(AvahiServerConfig& config, const Configure& configure) {
  avahi_server_config_init(&config);
  avahi_free(config.host_name);
  config.host_name = avahi_strdup(configure.host_name.c_str());
  config.allow_interfaces = interface_list(configure.interfaces);
  config.use_ipv4 = config.use_ipv6 = 1;
  config.use_iff_running = 1;
  // Addresses come as records from the agent: without reverse records, over which a second stack
  // on this host would fight with us.
  config.publish_addresses = 0;
  config.publish_hinfo = config.publish_workstation = config.publish_domain = 0;
  config.enable_wide_area = 0;
  config.enable_reflector = 0;
  config.disallow_other_stacks = 0;
  config.n_cache_entries_max = kMaxCacheEntries;
  config.ratelimit_interval = kRateInterval;
  config.ratelimit_burst = kRateBurst;
}

}  // namespace

// --- CoreBrowser ---------------------------------------------------------------------------------

class EmbeddedStack::CoreBrowser final : public Browser {
 public:
  using Browser::Browser;
  ~CoreBrowser() override {
    if (browser_ != nullptr) avahi_s_record_browser_free(browser_);
  }

  Result<void> start(AvahiServer* server) {
    server_ = server;
    const std::unique_ptr<AvahiKey, FreeKey> key(
        avahi_key_new(watch().name.to_string().c_str(), AVAHI_DNS_CLASS_IN,
                      static_cast<std::uint16_t>(watch().type)));
    if (!key) return Error{Errc::kInvalid, "a name that Avahi does not take"};
    browser_ = avahi_s_record_browser_new(server, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, key.get(),
                                          AVAHI_LOOKUP_USE_MULTICAST, on_event, this);
    if (browser_ == nullptr) return avahi_error(avahi_server_errno(server));
    return {};
  }

 private:
  static void on_event(AvahiSRecordBrowser* /*browser*/, AvahiIfIndex interface,
                       AvahiProtocol protocol, AvahiBrowserEvent event, AvahiRecord* record,
                       AvahiLookupResultFlags flags, void* self_pointer) {
    auto* self = static_cast<CoreBrowser*>(self_pointer);
    if (record == nullptr) {
      return self->tell_event(event, avahi_strerror(avahi_server_errno(self->server_)));
    }
    std::array<char, kMaxRdata> rdata;
    const std::size_t size = avahi_rdata_serialize(record, rdata.data(), rdata.size());
    if (size > rdata.size()) return;
    self->tell_record(event == AVAHI_BROWSER_NEW,
                      {interface, protocol, record->key->name, record->key->type,
                       std::string_view(rdata.data(), size), flags});
  }

  AvahiServer* server_ = nullptr;
  AvahiSRecordBrowser* browser_ = nullptr;
};

// --- CoreGroup -----------------------------------------------------------------------------------

class EmbeddedStack::CoreGroup final : public Group {
 public:
  CoreGroup(EmbeddedStack& stack, std::uint32_t id, AvahiIfIndex interface)
      : stack_(stack),
        id_(id),
        interface_(interface),
        group_(avahi_s_entry_group_new(stack.server_, on_state, this)) {}
  ~CoreGroup() override {
    if (group_ != nullptr) avahi_s_entry_group_free(group_);
  }

  Result<void> add(const PublishedRecord& published, AvahiPublishFlags more_flags) override {
    if (group_ == nullptr) return avahi_error(avahi_server_errno(stack_.server_));
    const std::unique_ptr<AvahiRecord, FreeRecord> record(
        avahi_record_new_full(published.name.to_string().c_str(), AVAHI_DNS_CLASS_IN,
                              static_cast<std::uint16_t>(published.type), published.ttl));
    if (!record ||
        avahi_rdata_parse(record.get(), published.rdata.data(), published.rdata.size()) < 0) {
      return Error{Errc::kInvalid, "a record that Avahi does not take"};
    }
    const auto flags = static_cast<AvahiPublishFlags>(publish_flags(published) | more_flags);
    return outcome(avahi_server_add(stack_.server_, group_, interface_, AVAHI_PROTO_UNSPEC, flags,
                                    record.get()));
  }

  Result<void> commit() override { return outcome(avahi_s_entry_group_commit(group_)); }

 private:
  static Result<void> outcome(int status) {
    if (status < 0) return avahi_error(status);
    return {};
  }
  static void on_state(AvahiServer* server, AvahiSEntryGroup* /*group*/, AvahiEntryGroupState state,
                       void* self_pointer) {
    const auto* self = static_cast<CoreGroup*>(self_pointer);
    const bool failed = state == AVAHI_ENTRY_GROUP_FAILURE;
    self->stack_.tell_group(self->id_, state,
                            failed ? avahi_strerror(avahi_server_errno(server)) : "");
  }

  EmbeddedStack& stack_;
  std::uint32_t id_;
  AvahiIfIndex interface_;
  AvahiSEntryGroup* group_;
};

// --- EmbeddedStack ---------------------------------------------------------------------------

Result<std::unique_ptr<Stack>> EmbeddedStack::start(const AvahiPoll* api,
                                                    const Configure& configure, Channel& channel) {
  AvahiServerConfig config{};
  fill_in(config, configure);
  const std::unique_ptr<AvahiServerConfig, FreeServerConfig> freed(&config);

  std::unique_ptr<EmbeddedStack> stack(new EmbeddedStack(channel));
  const auto on_state = [](AvahiServer* /*server*/, AvahiServerState state, void* self) {
    static_cast<EmbeddedStack*>(self)->on_state(state);
  };
  int error = AVAHI_OK;
  stack->server_ = avahi_server_new(api, &config, on_state, stack.get(), &error);
  if (stack->server_ == nullptr) return avahi_error(error);
  return std::unique_ptr<Stack>(std::move(stack));
}

EmbeddedStack::~EmbeddedStack() {
  forget_all();
  // Sends the goodbyes of what was published.
  if (server_ != nullptr) avahi_server_free(server_);
}

void EmbeddedStack::on_state(AvahiServerState state) {
  state_ = state;
  state_changed_ = true;
}

Result<void> EmbeddedStack::settle() {
  while (std::exchange(state_changed_, false)) {
    switch (state_) {
      case AVAHI_SERVER_RUNNING:
        tell_running();
        break;
      case AVAHI_SERVER_COLLISION:
        if (Result<void> done = take_another_name(); !done) return done;
        break;
      case AVAHI_SERVER_FAILURE:
        return avahi_error(avahi_server_errno(server_));
      case AVAHI_SERVER_REGISTERING:
      case AVAHI_SERVER_INVALID:
        break;
    }
  }
  return {};
}

Result<void> EmbeddedStack::take_another_name() {
  withdraw_all();
  told_running_ = false;
  const std::unique_ptr<char, FreeText> name(
      avahi_alternative_host_name(avahi_server_get_host_name(server_)));
  if (!name) return Error{Errc::kUnavailable, "no other host name"};
  const int status = avahi_server_set_host_name(server_, name.get());
  if (status < 0) return avahi_error(status);
  return {};
}

void EmbeddedStack::tell_running() {
  BackendReport report{Backend::kEmbedded, BackendState::kRunning, {}, "avahi-core"};
  Result<DomainName> name = DomainName::parse(avahi_server_get_host_name_fqdn(server_));
  if (name) report.host_name = std::move(*name);
  channel().send(report);
  told_running_ = true;
  publish_all();
}

Result<std::unique_ptr<Browser>> EmbeddedStack::open_browser(const Watch& watch) {
  auto browser = std::make_unique<CoreBrowser>(watch, channel());
  if (Result<void> started = browser->start(server_); !started) return started.error();
  return std::unique_ptr<Browser>(std::move(browser));
}

Result<std::unique_ptr<Group>> EmbeddedStack::open_group(std::uint32_t id,
                                                         std::uint32_t interface) {
  const Result<AvahiIfIndex> index = avahi_interface(interface);
  if (!index) return index.error();
  return std::unique_ptr<Group>(std::make_unique<CoreGroup>(*this, id, *index));
}

}  // namespace liqo::lan::helper
