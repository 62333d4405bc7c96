#include "resolver/dns/unbound_context.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "resolver/loop/unique_fd.h"
#include "resolver/loop/work.h"
#include "resolver/memory.h"

namespace liqo::dns {
namespace {

/// In the form of unbound.conf(5). What is not said here is as libunbound has it: the bounds on
/// NSEC3 iterations and on the signatures tried for one answer above all.
constexpr std::string_view kServer = R"(
server:
  module-config: "validator iterator"
  use-syslog: no
  verbosity: 0

  # Names that libunbound would answer itself, and a private network may well have; and the servers
  # that such a network has.
  local-zone: "home.arpa." nodefault
  local-zone: "test." nodefault
  unblock-lan-zones: yes
  do-not-query-localhost: no

  # Each name is asked for by itself: what is new must not be hidden behind a proof that it was not.
  aggressive-nsec: no
  harden-below-nxdomain: no
  # What was bogus may be repaired. A bad key is bad for 60 s all the same.
  val-bogus-ttl: 5
  # Three attempts at an answer that validates: there may be several servers.
  val-max-restart: 2

  # Questions that are not ours (RFC 8145), and answers that are not the zone's (RFC 8509).
  trust-anchor-signaling: no
  root-key-sentinel: no

  # A silent server is given up after some 5 s, which leaves time for another, and tried again 5 s
  # later; by default that takes minutes.
  outbound-msg-retry: 3
  infra-cache-max-rtt: 4000
  infra-host-ttl: 5

  edns-buffer-size: 1232
  # To verify a signature the whole set is written out with all names in full, which a message of
  # 64 KiB has not: else large sets would be bogus. Costs what is used of it.
  msg-buffer-size: 1048576
  # Every question, with those for its keys, has a port at once, and large answers do not wait for
  # each other.
  outgoing-range: 128
  outgoing-num-tcp: 10

  # A few MiB for all that it keeps; see unbound.conf(5) for the flood.
  msg-cache-size: 1m
  rrset-cache-size: 2m
  key-cache-size: 1m
  neg-cache-size: 64k
  infra-cache-numhosts: 1000
  unwanted-reply-threshold: 10000000
)";

constexpr std::string_view kForward = R"(
forward-zone:
  name: "."
  forward-no-cache: yes
)";

/// "192.0.2.53@53", "fe80::1%2@53": by the zone's index, for its name may hold anything.
std::string address_of(const NameServer& server) {
  std::string text = IpAddress::from_octets(server.address.octets())->to_string();
  if (const auto zone = server.address.zone_index(); zone != 0) text += "%" + std::to_string(zone);
  return text + "@" + std::to_string(server.port);
}

std::string compose_configuration(std::span<const NameServer> servers) {
  std::string text(kServer);
  if (servers.empty()) return text;
  text += kForward;
  for (const NameServer& server : servers) {
    text += "  forward-addr: \"" + address_of(server) + "\"\n";
  }
  return text;
}

Error unusable(const std::string& what, int status) {
  return {Errc::kUnavailable, "libunbound: " + what + ": " + ub_strerror(status)};
}

/// libunbound has forward-no-cache only by file: by one that is in memory.
Result<void> configure(ub_ctx* context, std::span<const NameServer> servers) {
  const std::string text = compose_configuration(servers);
  const loop::UniqueFd file(::memfd_create("unbound.conf", MFD_CLOEXEC));
  if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return Error{Errc::kIo, std::string("memfd for libunbound: ") + std::strerror(errno)};
  }
  const std::string path = "/proc/self/fd/" + std::to_string(file.get());
  const int status = ub_ctx_config(context, path.c_str());
  if (status != UB_NOERROR) return unusable("configuration", status);
  return {};
}

/// Deletes the context on libuv's thread pool: it waits for its thread, which may have a few
/// milliseconds of validation before it next looks up.
void delete_in_background(loop::Loop& loop, ub_ctx* context) {
  auto* work = new std::unique_ptr<loop::Work>;
  const auto task = [context] {
    ub_ctx_delete(context);
    // Else the heap of each thread that is gone keeps its pages: half a MiB for each context made.
    give_back_memory();
  };
  *work = std::make_unique<loop::Work>(loop, task, [work] { delete work; });
}

}  // namespace

Result<std::unique_ptr<UnboundContext>> UnboundContext::create(loop::Loop& loop,
                                                               std::span<const TrustAnchor> anchors,
                                                               std::span<const NameServer> servers,
                                                               std::function<void()> processed) {
  Handle context(ub_ctx_create());
  if (context == nullptr) {
    return Error{Errc::kIo, std::string("libunbound: ") + std::strerror(errno)};
  }
  ub_ctx_debugout(context.get(), nullptr);  // else it logs to standard error
  ub_ctx_async(context.get(), /*dothread=*/1);
  if (auto configured = configure(context.get(), servers); !configured) return configured.error();
  for (const TrustAnchor& anchor : anchors) {
    const int status = ub_ctx_add_ta(context.get(), anchor.record.c_str());
    if (status != UB_NOERROR) return unusable("trust anchor", status);
  }
  // There is no such zone; but now it reads what it was told, and says whether it is content.
  const int status = ub_ctx_zone_remove(context.get(), ".");
  if (status != UB_NOERROR) return unusable("trust anchors", status);

  std::unique_ptr<UnboundContext> made(
      new UnboundContext(loop, std::move(context), std::move(processed)));
  auto poll = loop::Poll::create(loop, ub_fd(made->context_.get()), loop::Interest::kRead,
                                 [self = made.get()](bool, bool) { self->process(); });
  if (!poll) return poll.error();
  made->poll_ = std::move(*poll);
  return made;
}

UnboundContext::UnboundContext(loop::Loop& loop, Handle context, std::function<void()> processed)
    : loop_(loop), context_(std::move(context)), processed_(std::move(processed)) {}

UnboundContext::~UnboundContext() {
  poll_.reset();  // before its descriptor is closed
  delete_in_background(loop_, context_.release());
}

Result<void> UnboundContext::ask(const wire::Question& question, void* cell, Answered answered) {
  std::string name = question.name.to_string();
  if (!question.name.is_root()) name += '.';
  const int status = ub_resolve_async(context_.get(), name.c_str(), question.type,
                                      question.question_class, cell, answered, nullptr);
  if (status != UB_NOERROR) return unusable("question", status);
  return {};
}

void UnboundContext::process() {
  ub_process(context_.get());
  processed_();
}

}  // namespace liqo::dns
