// Drives the LAN helper by hand: what the agent would tell it is told on the command line, what it
// reports is printed, a line a message.
//
//   lan_helper_probe [--backend auto|embedded|avahi-daemon] [--host NAME] [--interface NAME]...
//                    [--watch TYPE NAME]... [--publish INTERFACE NAME INSTANCE PORT TXT
//                    [ADDRESS]]...
//                    [--instances N] [--for SECONDS] [--quiet]
//
// --publish tells PTR, SRV and TXT of one instance of the service NAME, and A of its host where an
// address is given. --instances follows SRV and TXT of what the PTR watches find, up to N
// instances. Lines on standard input: `configure BACKEND`, `txt TEXT` (publishes anew), `unwatch
// ID`, `unpublish ID`, `raw HEX`.

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "resolver/dnssd/rdata.h"
#include "resolver/dnssd/txt_record.h"
#include "resolver/lan/helper.h"
#include "resolver/lan/messages.h"

namespace {

using namespace liqo;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kTtl = 300;

DomainName name_of(const std::string& text) {
  Result<DomainName> name = DomainName::parse(text);
  if (!name) {
    std::cerr << text << ": " << name.error().detail << "\n";
    std::exit(2);
  }
  return *name;
}

RecordType type_of(const std::string& text) {
  static const std::map<std::string, RecordType> kTypes = {
      {"A", RecordType::kA},     {"AAAA", RecordType::kAaaa}, {"PTR", RecordType::kPtr},
      {"SRV", RecordType::kSrv}, {"TXT", RecordType::kTxt},   {"CNAME", RecordType::kCname}};
  return kTypes.at(text);
}

std::string type_name(RecordType type) {
  switch (type) {
    case RecordType::kA:
      return "A";
    case RecordType::kCname:
      return "CNAME";
    case RecordType::kPtr:
      return "PTR";
    case RecordType::kTxt:
      return "TXT";
    case RecordType::kAaaa:
      return "AAAA";
    case RecordType::kSrv:
      return "SRV";
  }
  return "?";
}

std::string shown(RecordType type, const std::string& rdata) {
  switch (type) {
    case RecordType::kA:
    case RecordType::kAaaa: {
      const auto address = IpAddress::from_octets(as_octets(rdata));
      return address ? address->to_string() : "?";
    }
    case RecordType::kPtr:
    case RecordType::kCname: {
      const auto name = DomainName::from_wire(as_octets(rdata));
      return name ? name->to_string() : "?";
    }
    case RecordType::kSrv: {
      const auto srv = parse_srv(as_octets(rdata));
      return srv ? srv->target.to_string() + ":" + std::to_string(srv->port) : "?";
    }
    case RecordType::kTxt: {
      const auto txt = TxtRecord::from_rdata(as_octets(rdata));
      if (!txt) return "?";
      std::string out = "[" + std::to_string(rdata.size()) + "]";
      for (const auto& item : txt->items()) {
        out += " " + item.key + (item.value ? "=" + *item.value : "");
      }
      return out;
    }
  }
  return "?";
}

struct Publication {
  std::uint32_t interface = 0;
  std::string service, instance, txt, address;
  std::uint16_t port = 0;
};

class Probe {
 public:
  explicit Probe(int fd) : fd_(fd) {}

  lan::Configure configure;
  std::vector<lan::Watch> watches;
  std::vector<Publication> publications;
  std::size_t max_instances = 0;
  bool quiet = false;

  void begin() { send(configure); }

  /// False when the helper is gone.
  bool receive() {
    std::string packet(lan::kMaxMessage + 1, '\0');
    const ssize_t size = ::recv(fd_, packet.data(), packet.size(), 0);
    if (size <= 0) return false;
    packet.resize(static_cast<std::size_t>(size));
    const Result<lan::FromHelper> message = lan::decode_from_helper(packet);
    if (!message) {
      line("malformed " + message.error().detail);
      return true;
    }
    std::visit([this](const auto& told) { on(told); }, *message);
    return true;
  }

  void command(const std::string& text) {
    std::istringstream words(text);
    std::string verb;
    std::string rest;
    words >> verb;
    std::getline(words >> std::ws, rest);
    if (verb == "configure") {
      configure.backend = backend_of(rest);
      send(configure);
    } else if (verb == "txt") {
      for (auto& publication : publications) publication.txt = rest;
      publish();
    } else if (verb == "unwatch") {
      send(lan::Unwatch{static_cast<std::uint32_t>(std::stoul(rest))});
    } else if (verb == "unpublish") {
      send(lan::Unpublish{static_cast<std::uint32_t>(std::stoul(rest))});
    } else if (verb == "raw") {
      std::string octets;
      for (std::size_t i = 0; i + 1 < rest.size(); i += 2) {
        octets.push_back(static_cast<char>(std::stoi(rest.substr(i, 2), nullptr, 16)));
      }
      ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
    }
  }

  /// Never waits: the helper does, until it is read from.
  void write() {
    while (!unsent_.empty()) {
      const std::string& packet = unsent_.front();
      if (::send(fd_, packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return;
      unsent_.pop_front();
    }
  }
  [[nodiscard]] bool must_write() const { return !unsent_.empty(); }

  static lan::Backend backend_of(const std::string& text) {
    if (text == "auto") return lan::Backend::kAuto;
    return text == "embedded" ? lan::Backend::kEmbedded : lan::Backend::kAvahiDaemon;
  }

  void summary() const {
    std::cout << "summary records=" << records_ << " live=" << live_
              << " failed-watches=" << failed_watches_ << " last-record-ms=" << last_record_.count()
              << std::endl;
  }

 private:
  void send(const lan::ToHelper& message) {
    unsent_.push_back(lan::encode(message));
    write();
  }

  void line(const std::string& text) const {
    std::printf("%7.3f %s\n", std::chrono::duration<double>(Clock::now() - start_).count(),
                text.c_str());
    std::fflush(stdout);
  }

  void on(const lan::BackendReport& report) {
    static const char* const kStates[] = {"connecting", "running", "failed"};
    line("backend " + std::string(lan::to_string(report.backend)) + " " +
         kStates[static_cast<int>(report.state)] + " " + report.host_name.to_string() + " " +
         report.detail);
    if (report.state != lan::BackendState::kRunning) {
      running_ = false;
      live_ = 0;
      followed_.clear();
      names_.clear();
      return;
    }
    host_ = report.host_name;
    if (!running_) {
      running_ = true;
      for (const lan::Watch& watch : watches) follow(watch.name, watch.type);
    }
    publish();
  }

  void follow(const DomainName& name, RecordType type) {
    const std::uint32_t id = ++last_id_;
    names_[id] = {id, name, type};
    send(lan::Watch{id, name, type});
  }

  void publish() {
    std::uint32_t id = 0;
    for (const Publication& told : publications) {
      const DomainName service = name_of(told.service);
      const DomainName instance = *service.with_label(told.instance);
      TxtRecord txt;
      std::istringstream words(told.txt);
      for (std::string word; words >> word;) {
        const std::size_t equals = word.find('=');
        txt.add(word.substr(0, equals), equals == std::string::npos ? "" : word.substr(equals + 1));
      }
      lan::Publish message{++id, told.interface, {}};
      message.records.push_back(
          {service, RecordType::kPtr, kTtl, false, std::string(instance.wire())});
      message.records.push_back(
          {instance, RecordType::kSrv, kTtl, true, to_rdata(SrvData{0, 0, told.port, host_})});
      message.records.push_back({instance, RecordType::kTxt, kTtl, true, txt.to_rdata()});
      if (!told.address.empty()) {
        const auto address = IpAddress::parse(told.address);
        message.records.push_back(
            {host_, RecordType::kA, 120, true, std::string(as_text(address->octets()))});
      }
      send(message);
    }
  }

  void on(const lan::RecordReport& report) {
    ++records_;
    live_ += report.present ? 1 : -1;
    last_record_ = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start_);
    const auto found = names_.find(report.watch);
    if (found == names_.end()) return line("record of unknown watch");
    const lan::Watch watch = found->second;
    if (!quiet) {
      line(std::string(report.present ? "+ " : "- ") + type_name(watch.type) + " " +
           watch.name.to_string() + " if" + std::to_string(report.interface) + " " +
           std::string(to_string(report.family)) + (report.own ? " own " : " ") +
           shown(watch.type, report.rdata));
    }
    if (!report.present || watch.type != RecordType::kPtr) return;
    const auto instance = DomainName::from_wire(as_octets(report.rdata));
    if (!instance || followed_.size() >= max_instances) return;
    if (!followed_.emplace(*instance, 0).second) return;
    follow(*instance, RecordType::kSrv);
    follow(*instance, RecordType::kTxt);
  }

  void on(const lan::WatchReport& report) {
    static const char* const kEvents[] = {"cache-exhausted", "all-for-now", "failed"};
    if (report.event == lan::WatchEvent::kFailed) ++failed_watches_;
    if (quiet && report.event != lan::WatchEvent::kFailed) return;
    line("watch " + std::to_string(report.watch) + " " + kEvents[static_cast<int>(report.event)] +
         " " + report.detail);
  }

  void on(const lan::GroupReport& report) {
    line("group " + std::to_string(report.group) + " " + std::string(lan::to_string(report.state)) +
         " " + report.detail);
  }

  int fd_;
  std::deque<std::string> unsent_;
  Clock::time_point start_ = Clock::now();
  std::chrono::milliseconds last_record_{0};
  bool running_ = false;
  DomainName host_;
  std::uint32_t last_id_ = 0;
  std::map<std::uint32_t, lan::Watch> names_;
  std::map<DomainName, int> followed_;
  std::size_t records_ = 0;
  long live_ = 0;
  std::size_t failed_watches_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return 1;
  const pid_t helper = ::fork();
  if (helper == 0) {
    ::close(pair[0]);
    ::_exit(lan::run_helper(pair[1]));
  }
  ::close(pair[1]);

  Probe probe(pair[0]);
  probe.configure.host_name = "probe";
  auto until = Clock::time_point::max();
  const std::vector<std::string> args(argv + 1, argv + argc);
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string& arg = args[i];
    if (arg == "--backend") {
      probe.configure.backend = Probe::backend_of(args.at(++i));
    } else if (arg == "--host") {
      probe.configure.host_name = args.at(++i);
    } else if (arg == "--interface") {
      probe.configure.interfaces.push_back(args.at(++i));
    } else if (arg == "--watch") {
      const RecordType type = type_of(args.at(++i));
      probe.watches.push_back({0, name_of(args.at(++i)), type});
    } else if (arg == "--publish") {
      Publication told;
      told.interface = static_cast<std::uint32_t>(std::stoul(args.at(++i)));
      told.service = args.at(++i);
      told.instance = args.at(++i);
      told.port = static_cast<std::uint16_t>(std::stoul(args.at(++i)));
      told.txt = args.at(++i);
      if (i + 1 < args.size() && args[i + 1].substr(0, 2) != "--") told.address = args[++i];
      probe.publications.push_back(told);
    } else if (arg == "--instances") {
      probe.max_instances = std::stoul(args.at(++i));
    } else if (arg == "--for") {
      until = Clock::now() + std::chrono::milliseconds(std::stol(args.at(++i)) * 1000);
    } else if (arg == "--quiet") {
      probe.quiet = true;
    } else {
      std::cerr << arg << "?\n";
      return 2;
    }
  }
  std::cout << "helper " << helper << std::endl;
  probe.begin();

  pollfd entries[2] = {{pair[0], POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  while (Clock::now() < until) {
    entries[0].events = static_cast<short>(POLLIN | (probe.must_write() ? POLLOUT : 0));
    ::poll(entries, 2, 100);
    probe.write();
    if ((entries[0].revents & (POLLIN | POLLHUP)) != 0 && !probe.receive()) break;
    if ((entries[1].revents & POLLIN) != 0) {
      std::string text;
      if (std::getline(std::cin, text)) {
        probe.command(text);
      } else {
        entries[1].fd = -1;
      }
    } else if ((entries[1].revents & POLLHUP) != 0) {
      entries[1].fd = -1;
    }
  }
  probe.summary();
  ::close(pair[0]);
  int status = 0;
  ::waitpid(helper, &status, 0);
  std::cout << "helper ended " << (WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status))
            << std::endl;
  return 0;
}
