#include "tests/unit/dns/signed_zones.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "resolver/loop/unique_fd.h"
#include "resolver/time.h"
#include "resolver/wire/message.h"
#include "tests/support/catch.h"
#include "tests/support/private_network.h"

namespace liqo::test {
namespace {

namespace fs = std::filesystem;

constexpr std::uint16_t kTypeSoa = 6;
constexpr Duration kStartTime = std::chrono::seconds(10);

std::string read_text(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What a command says, without the end of its line.
std::string output_of(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  std::array<char, 256> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) text += part.data();
  INFO(command);
  REQUIRE(::pclose(pipe) == 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

/// Asks for the SOA record; its serial, or 0 where no answer came.
std::uint32_t serial_at(const dns::NameServer& server, const std::string& zone) {
  const loop::UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const timeval patience{.tv_sec = 0, .tv_usec = 50'000};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  std::memcpy(&to.sin_addr, server.address.octets().data(), sizeof(to.sin_addr));
  to.sin_port = htons(server.port);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0) return 0;
  const std::string query =
      wire::build_query({.name = *DomainName::parse(zone), .type = kTypeSoa}, {.id = 1});
  if (::send(fd.get(), query.data(), query.size(), 0) < 0) return 0;
  std::array<std::uint8_t, 4096> buffer{};
  const ssize_t size = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
  if (size <= 0) return 0;
  const auto message = wire::read_message({buffer.data(), static_cast<std::size_t>(size)});
  if (!message || message->answers.empty()) return 0;
  // The serial is the first of the five numbers at the end (RFC 1035 section 3.3.13).
  const std::string& soa = message->answers.front().rdata;
  if (soa.size() < 20) return 0;
  std::uint32_t serial = 0;
  for (const char octet : soa.substr(soa.size() - 20, 4)) {
    serial = serial << 8 | static_cast<unsigned char>(octet);
  }
  return serial;
}

}  // namespace

SignedZones::SignedZones(dns::NameServer address) : address_(std::move(address)) {
  std::string pattern = (fs::temp_directory_path() / "liqo-zones-XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  directory_ = pattern;
}

SignedZones::~SignedZones() {
  server_.reset();
  fs::remove_all(directory_);
}

void SignedZones::add_unsigned(const std::string& zone, const std::string& records) {
  zones_.push_back({.name = zone, .how = {}, .key = {}});
  write_zone(zones_.back(), records);
}

void SignedZones::add_signed(const std::string& zone, const std::string& records,
                             const Signing& how) {
  const std::string size = how.algorithm.starts_with("RSA") ? " -b 2048" : "";
  const std::string key = output_of("dnssec-keygen -q -f KSK -K " + directory_.string() + " -a " +
                                    how.algorithm + size + " " + zone);
  zones_.push_back({.name = zone, .how = how, .key = (directory_ / key).string()});
  write_zone(zones_.back(), records);
}

void SignedZones::change(const std::string& zone, const std::string& records) {
  Zone& changed = find(zone);
  ++changed.serial;
  write_zone(changed, records);
  if (server_ == nullptr) return;
  server_->signal(SIGHUP);
  await(changed);
}

void SignedZones::replace_text(const std::string& zone, const std::string& from,
                               const std::string& to) {
  const fs::path file = file_of(find(zone));
  std::string text = read_text(file);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  std::ofstream(file) << text.replace(at, from.size(), to);
}

std::string SignedZones::key_file(const std::string& zone) const { return find(zone).key + ".key"; }

std::string SignedZones::ds(const std::string& zone) const {
  return output_of("dnssec-dsfromkey -2 " + key_file(zone)) + "\n";
}

std::string SignedZones::write(const std::string& name, const std::string& text) {
  const fs::path path = directory_ / name;
  std::ofstream(path) << text;
  return path.string();
}

void SignedZones::write_zone(const Zone& zone, const std::string& records) {
  const std::string head = "$ORIGIN " + (zone.name == "." ? zone.name : zone.name + ".") +
                           "\n$TTL 300\n@ SOA ns hostmaster " + std::to_string(zone.serial) +
                           " 3600 600 86400 300\n@ NS ns\nns A " + address_.address.to_string() +
                           "\n";
  const std::string plain = write(zone.name + ".zone", head + records);
  if (zone.key.empty()) return;
  // The one key signs everything; the verification that BIND adds is left out.
  run("dnssec-signzone -q -S -z -P -K " + directory_.string() + " -d " + directory_.string() +
      " -o " + zone.name + (zone.how.nsec3 ? " -3 -" : "") +
      (zone.how.expired ? " -s 20200101000000 -e 20200201000000" : "") + " -f " + plain +
      ".signed " + plain + " > /dev/null 2>&1");
}

fs::path SignedZones::file_of(const Zone& zone) const {
  return directory_ / (zone.name + (zone.key.empty() ? ".zone" : ".zone.signed"));
}

void SignedZones::write_configuration() {
  const std::string place = directory_.string();
  std::string text = "server:\n  ip-address: " + address_.address.to_string() + "@" +
                     std::to_string(address_.port) +
                     "\n  server-count: 1\n  username: \"\"\n  chroot: \"\"\n  database: \"\"\n"
                     "  rrl-ratelimit: 0\n  rrl-whitelist-ratelimit: 0\n";
  text += "  zonesdir: \"" + place + "\"\n  xfrdir: \"" + place + "\"\n";
  for (const char* file : {"pidfile", "xfrdfile", "zonelistfile", "logfile"}) {
    text += std::string("  ") + file + ": \"" + place + "/" + file + "\"\n";
  }
  text += "remote-control:\n  control-enable: no\n";
  for (const Zone& zone : zones_) {
    text +=
        "zone:\n  name: \"" + zone.name + "\"\n  zonefile: \"" + file_of(zone).string() + "\"\n";
  }
  write("nsd.conf", text);
}

void SignedZones::start() {
  write_configuration();
  server_ = std::make_unique<Daemon>(
      std::vector<std::string>{"nsd", "-d", "-c", (directory_ / "nsd.conf").string()});
  for (const Zone& zone : zones_) await(zone);
}

void SignedZones::await(const Zone& zone) const {
  const BootTime deadline = BootClock::now() + kStartTime;
  while (serial_at(address_, zone.name) != zone.serial) {
    if (BootClock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      continue;
    }
    FAIL("NSD does not serve " + zone.name + "\n" + read_text(directory_ / "logfile"));
  }
}

SignedZones::Zone& SignedZones::find(const std::string& zone) {
  return const_cast<Zone&>(std::as_const(*this).find(zone));
}

const SignedZones::Zone& SignedZones::find(const std::string& zone) const {
  const auto found =
      std::find_if(zones_.begin(), zones_.end(), [&](const Zone& one) { return one.name == zone; });
  REQUIRE(found != zones_.end());
  return *found;
}

}  // namespace liqo::test
