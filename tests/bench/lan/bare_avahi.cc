// What one has to be measured against: the least that a program on libavahi-client can do.
//
//   bench_bare_avahi publish N   publishes N instances, prints "ready", stays
//   bench_bare_avahi resolve N   browses, resolves each instance once, ends when N are resolved
//   bench_bare_avahi follow      prints "NAME NANOSECONDS" (CLOCK_MONOTONIC) as each is resolved
//   bench_bare_avahi records     the same of each one's SRV record, as Avahi reports it
#include <avahi-client/client.h>
#include <avahi-client/lookup.h>
#include <avahi-client/publish.h>
#include <avahi-common/error.h>
#include <avahi-common/simple-watch.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unordered_set>

namespace {

constexpr const char* kService = "_liqo_auth._tcp";

struct Bare {
  AvahiSimplePoll* poll = avahi_simple_poll_new();
  AvahiClient* client = nullptr;
  std::size_t wanted = 0;  ///< 0: follow for ever
  std::size_t done = 0;
  std::unordered_set<std::string> asked;
  std::unordered_set<std::string> told;
};

[[noreturn]] void fail(AvahiClient* client, const char* what) {
  std::fprintf(stderr, "%s: %s\n", what, avahi_strerror(avahi_client_errno(client)));
  std::exit(EXIT_FAILURE);
}

void on_client(AvahiClient* client, AvahiClientState state, void*) {
  if (state == AVAHI_CLIENT_FAILURE) fail(client, "avahi-daemon");
}

void print_now(const char* name) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  std::printf("%s %lld\n", name, static_cast<long long>(std::chrono::nanoseconds(now).count()));
  std::fflush(stdout);
}

void on_resolved(AvahiServiceResolver* resolver, AvahiIfIndex, AvahiProtocol,
                 AvahiResolverEvent event, const char* name, const char*, const char*, const char*,
                 const AvahiAddress*, std::uint16_t, AvahiStringList*, AvahiLookupResultFlags,
                 void* data) {
  auto& bare = *static_cast<Bare*>(data);
  if (event == AVAHI_RESOLVER_FOUND) {
    ++bare.done;
    if (bare.wanted == 0) print_now(name);
  }
  avahi_service_resolver_free(resolver);
  if (bare.done == bare.wanted) avahi_simple_poll_quit(bare.poll);
}

void on_browsed(AvahiServiceBrowser*, AvahiIfIndex interface, AvahiProtocol protocol,
                AvahiBrowserEvent event, const char* name, const char* type, const char* domain,
                AvahiLookupResultFlags, void* data) {
  auto& bare = *static_cast<Bare*>(data);
  if (event != AVAHI_BROWSER_NEW || !bare.asked.insert(name).second) return;
  if (avahi_service_resolver_new(bare.client, interface, protocol, name, type, domain,
                                 AVAHI_PROTO_UNSPEC, {}, on_resolved, &bare) == nullptr) {
    fail(bare.client, "resolver");
  }
}

void on_service(AvahiRecordBrowser*, AvahiIfIndex, AvahiProtocol, AvahiBrowserEvent event,
                const char* name, std::uint16_t, std::uint16_t, const void*, std::size_t,
                AvahiLookupResultFlags, void* data) {
  if (event != AVAHI_BROWSER_NEW) return;
  const std::string label(name, std::string_view(name).find('.'));
  const bool first = static_cast<Bare*>(data)->told.insert(label).second;
  if (first) print_now(label.c_str());
}

/// `rdata` is the instance's name: its first label has its length in front.
void on_instance(AvahiRecordBrowser*, AvahiIfIndex, AvahiProtocol, AvahiBrowserEvent event,
                 const char* type, std::uint16_t, std::uint16_t, const void* rdata, std::size_t,
                 AvahiLookupResultFlags, void* data) {
  if (event != AVAHI_BROWSER_NEW) return;
  auto& bare = *static_cast<Bare*>(data);
  const auto* octets = static_cast<const char*>(rdata);
  const std::string label(octets + 1, static_cast<unsigned char>(octets[0]));
  if (!bare.asked.insert(label).second) return;
  const std::string name = label + '.' + type;
  avahi_record_browser_new(bare.client, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, name.c_str(),
                           AVAHI_DNS_CLASS_IN, AVAHI_DNS_TYPE_SRV, {}, on_service, data);
}

void on_group(AvahiEntryGroup* group, AvahiEntryGroupState state, void* data) {
  auto& bare = *static_cast<Bare*>(data);
  if (state == AVAHI_ENTRY_GROUP_COLLISION || state == AVAHI_ENTRY_GROUP_FAILURE) {
    fail(avahi_entry_group_get_client(group), "group");
  }
  if (state == AVAHI_ENTRY_GROUP_ESTABLISHED && ++bare.done == bare.wanted) {
    std::puts("ready");
    std::fflush(stdout);
  }
}

void publish(Bare& bare) {
  for (std::size_t i = 0; i < bare.wanted; ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "c%05zu", i);
    AvahiEntryGroup* group = avahi_entry_group_new(bare.client, on_group, &bare);
    if (group == nullptr) fail(bare.client, "group");
    const auto port = static_cast<std::uint16_t>(30000 + i % 2768);
    if (avahi_entry_group_add_service(group, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, {}, name,
                                      kService, nullptr, nullptr, port, nullptr) < 0 ||
        avahi_entry_group_commit(group) < 0) {
      fail(bare.client, name);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  Bare bare;
  if (argc > 2) bare.wanted = std::strtoul(argv[2], nullptr, 10);
  int error = 0;
  bare.client = avahi_client_new(avahi_simple_poll_get(bare.poll), AVAHI_CLIENT_NO_FAIL, on_client,
                                 &bare, &error);
  if (bare.client == nullptr) {
    std::fprintf(stderr, "avahi-daemon: %s\n", avahi_strerror(error));
    return EXIT_FAILURE;
  }
  while (avahi_client_get_state(bare.client) != AVAHI_CLIENT_S_RUNNING) {
    avahi_simple_poll_iterate(bare.poll, -1);
  }
  if (mode == "publish") {
    publish(bare);
  } else if (mode == "resolve" || mode == "follow") {
    avahi_service_browser_new(bare.client, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, kService, nullptr,
                              {}, on_browsed, &bare);
  } else if (mode == "records") {
    avahi_record_browser_new(bare.client, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC,
                             "_liqo_auth._tcp.local", AVAHI_DNS_CLASS_IN, AVAHI_DNS_TYPE_PTR, {},
                             on_instance, &bare);
  } else {
    std::fputs("usage: bench_bare_avahi publish N|resolve N|follow|records\n", stderr);
    return 2;
  }
  avahi_simple_poll_loop(bare.poll);
  return EXIT_SUCCESS;
}
