#include "tests/unit/cli/fake_agent.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

namespace liqo::cli {
namespace {

std::string read_all(int fd) {
  std::string text;
  std::array<char, 4096> octets{};
  lseek(fd, 0, SEEK_SET);
  for (ssize_t count = 0; (count = ::read(fd, octets.data(), octets.size())) > 0;) {
    text.append(octets.data(), static_cast<std::size_t>(count));
  }
  return text;
}

}  // namespace

Json FakeConnection::call() {
  std::array<char, 4096> octets{};
  while (buffer_.find('\0') == std::string::npos) {
    const ssize_t count = ::recv(fd_, octets.data(), octets.size(), 0);
    if (count <= 0) {
      alive_ = false;
      return {};
    }
    buffer_.append(octets.data(), static_cast<std::size_t>(count));
  }
  const std::size_t end = buffer_.find('\0');
  Json call = Json::parse(buffer_.substr(0, end));
  buffer_.erase(0, end + 1);
  return call;
}

void FakeConnection::raw(std::string_view octets) {
  while (!octets.empty() && alive_) {
    const ssize_t sent = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      alive_ = false;
    } else {
      octets.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
}

void FakeConnection::reply(const Json& parameters, bool continues) {
  Json message = {{"parameters", parameters}};
  if (continues) message["continues"] = true;
  raw(message.dump() + std::string(1, '\0'));
}

void FakeConnection::error(std::string_view name, const Json& parameters) {
  const Json message = {{"error", name}, {"parameters", parameters}};
  raw(message.dump() + std::string(1, '\0'));
}

void FakeConnection::hang() {
  while (alive_) call();
}

FakeAgent::FakeAgent(Script script) : script_(std::move(script)) {
  std::string pattern = "/tmp/liqo-cli-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
  directory_ = pattern;
  path_ = directory_ + "/agent";
  listener_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(path_.begin(), path_.end(), address.sun_path);
  if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(listener_.get(), 8) != 0) {
    throw std::runtime_error("bind");
  }
  stop_ = Fd(eventfd(0, EFD_CLOEXEC));
  thread_ = std::thread([this] { serve(); });
}

FakeAgent::~FakeAgent() {
  eventfd_write(stop_.get(), 1);
  thread_.join();
  ::unlink(path_.c_str());
  ::rmdir(directory_.c_str());
}

void FakeAgent::serve() {
  for (int number = 0;; ++number) {
    std::array<pollfd, 2> waited = {{{listener_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
    ::poll(waited.data(), waited.size(), -1);
    if (waited[1].revents != 0) return;
    const Fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (client.get() < 0) continue;
    FakeConnection connection(client.get());
    script_(connection, number);
  }
}

Ran run_cli(const std::vector<std::string>& arguments, Duration answer_time) {
  const Fd out(memfd_create("out", MFD_CLOEXEC));
  const Fd error(memfd_create("error", MFD_CLOEXEC));
  Output output(out.get(), error.get(), false, false);
  const Exit status = run(arguments, output, answer_time);
  return {status, read_all(out.get()), read_all(error.get())};
}

Ran run_cli(const FakeAgent& agent, std::vector<std::string> arguments, Duration answer_time) {
  arguments.insert(arguments.begin(), {"--socket", agent.socket()});
  return run_cli(arguments, answer_time);
}

Json make_cluster(std::string_view id, std::string_view name, std::string_view state) {
  const Json auth = {{"host", "node1.local"},
                     {"port", 30740},
                     {"protocol", "tcp"},
                     {"addresses", {"10.0.0.1", "fe80::1%eth0"}},
                     {"url", "https://10.0.0.1:30740"},
                     {"source", "lan"}};
  const Json sighting = {{"source", "lan"},
                         {"service", "_liqo_auth._tcp"},
                         {"domain", "local"},
                         {"instance", id},
                         {"interface", "eth0"},
                         {"family", "ipv4"},
                         {"host", "node1.local"},
                         {"port", 30740},
                         {"addresses", {"10.0.0.1"}},
                         {"txt", {{{"key", "id"}, {"value", id}}}},
                         {"ttl", nullptr},
                         {"expires", nullptr},
                         {"state", state},
                         {"dnssec", nullptr},
                         {"evidence", {{"method", "mdns"}, {"time", "2026-11-23T09:05:00Z"}}}};
  return {{"id", id},
          {"name", name},
          {"version", "v0.10.3"},
          {"site", "on-premise"},
          {"state", state},
          {"identity", "claimed"},
          {"firstSeen", "2026-11-23T09:00:00Z"},
          {"lastSeen", "2026-11-23T09:05:00Z"},
          {"endpoints", {{"auth", auth}}},
          {"hostnames", {std::string(name) + ".liqo.internal"}},
          {"sightings", Json::array({sighting})}};
}

Json make_event(int sequence, std::string_view event, std::string_view reason, Json cluster) {
  Json value = {{"seq", sequence}, {"event", event}};
  if (!reason.empty()) value["reason"] = reason;
  if (!cluster.is_null()) value["cluster"] = std::move(cluster);
  return value;
}

Json make_snapshot(const std::vector<Json>& clusters) {
  Json events = Json::array();
  int sequence = 0;
  for (const Json& cluster : clusters) {
    events.push_back(make_event(++sequence, "added", "snapshot", cluster));
  }
  events.push_back(make_event(++sequence, "sync", "", nullptr));
  return {{"events", events}};
}

}  // namespace liqo::cli
