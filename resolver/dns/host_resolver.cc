#include "resolver/dns/host_resolver.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <random>
#include <utility>

#include "resolver/dns/question_pool.h"
#include "resolver/dns/record_keeper.h"
#include "resolver/dns/resolv_conf.h"
#include "resolver/dns/transports.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::dns {
namespace {

/// Takes the next word off `line`; empty at its end or at a comment.
std::string_view take_word(std::string_view& line) {
  constexpr std::string_view kBlank = " \t\r";
  const auto begin = line.find_first_not_of(kBlank);
  if (begin == std::string_view::npos || line[begin] == '#') return {};
  line.remove_prefix(begin);
  const std::string_view word = line.substr(0, line.find_first_of(" \t\r#"));
  line.remove_prefix(word.size());
  return word;
}

/// Empty where there is none to be read at once.
std::string read_file(const std::string& path, std::size_t most) {
  const loop::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  std::string text(most + 1, '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t count = ::read(fd.get(), text.data() + filled, text.size() - filled);
    if (count <= 0) break;
    filled += static_cast<std::size_t>(count);
  }
  text.resize(filled > most ? 0 : filled);
  return text;
}

void append(const KeptSet& set, std::vector<IpAddress>& addresses) {
  for (const std::string_view rdata : set.rdata) {
    const auto* octets = reinterpret_cast<const std::uint8_t*>(rdata.data());
    auto address = IpAddress::from_octets({octets, rdata.size()});
    if (address) addresses.push_back(*std::move(address));
  }
}

class DnsHostResolver final : public HostResolver {
 public:
  DnsHostResolver(loop::Loop& loop, HostResolverOptions options, Changed changed)
      : options_(std::move(options)),
        changed_(std::move(changed)),
        transports_(loop),
        resolv_conf_(loop, options_.resolv_conf, [this](const ResolvConf&) { servers_changed(); }),
        lane_(pool_, first_servers()),
        keeper_(
            lane_.asks(), lane_.retries(), read_clocks, [this] { wake(); }, random_()),
        flush_(loop),
        deadline_(loop) {}
  ~DnsHostResolver() override { lane_.close(); }

  void follow(const DomainName& host) override {
    if (!hosts_.try_emplace(host).second) return;
    to_look_up_[host];
    wake();
  }

  void forget(const DomainName& host) override {
    const auto known = hosts_.find(host);
    if (known == hosts_.end()) return;
    release(known->second);
    hosts_.erase(known);
    to_look_up_.erase(host);
    wake();
  }

  void refresh() override {
    for (const auto& [host, followed] : hosts_) to_look_up_[host];
    keeper_.refresh_all();
    wake();
  }

  [[nodiscard]] HostAddresses addresses_of(const DomainName& host) const override {
    const auto known = hosts_.find(host);
    if (known == hosts_.end()) return {};
    const Followed& followed = known->second;
    if (followed.a == nullptr) return {!followed.by_file.empty(), followed.by_file, {}};
    HostAddresses told;
    told.tried = followed.a->tried && followed.aaaa->tried;
    append(*followed.a, told.addresses);
    append(*followed.aaaa, told.addresses);
    if (told.tried && told.addresses.empty()) told.error = why_none(followed);
    return told;
  }

 private:
  struct Followed {
    std::vector<IpAddress> by_file;
    KeptSet* a = nullptr;  ///< null where the hosts file has it, or was not looked at yet
    KeptSet* aaaa = nullptr;
  };

  std::shared_ptr<Transport> first_servers() {
    transports_.set_system_servers(resolv_conf_.conf().servers);
    return transports_.system();
  }

  void servers_changed() {
    lane_.set_target(first_servers());
    refresh();
  }

  void look_up_all() {
    if (to_look_up_.empty()) return;
    add_from_hosts(read_file(options_.hosts_file, options_.max_hosts_octets), to_look_up_);
    for (auto& [host, addresses] : std::exchange(to_look_up_, {})) {
      look_up(host, hosts_.at(host), std::move(addresses));
    }
  }

  void look_up(const DomainName& host, Followed& followed, std::vector<IpAddress> by_file) {
    followed.by_file = std::move(by_file);
    if (!followed.by_file.empty()) {
      release(followed);
    } else if (followed.a == nullptr) {
      followed.a = &keeper_.keep(host, RecordType::kA);
      followed.aaaa = &keeper_.keep(host, RecordType::kAaaa);
    }
    touched_.push_back(host);
  }

  void release(Followed& followed) {
    for (KeptSet** set : {&followed.a, &followed.aaaa}) {
      if (*set != nullptr) keeper_.release(**set);
      *set = nullptr;
    }
  }

  [[nodiscard]] std::string why_none(const Followed& followed) const {
    const auto& failure = keeper_.failure();
    if ((followed.a->failed || followed.aaaa->failed) && failure) return failure->error;
    if (followed.a->value == KeptSet::Value::kNxDomain) return "DNS has no such name";
    return "DNS has no address for it";
  }

  void wake() {
    if (!flush_.armed()) flush_.arm(Duration::zero(), [this] { flush(); });
  }

  void flush() {
    look_up_all();
    while (KeptSet* set = keeper_.next_changed()) touched_.push_back(set->name());
    transports_.drop_unused();
    keeper_.forget_others();
    for (const DomainName& host : std::exchange(touched_, {})) changed_(host);
    arm();
  }

  void arm() {
    deadline_.arm_at(keeper_.next_deadline(), [this] {
      keeper_.advance(BootClock::now());
      arm();
    });
  }

  HostResolverOptions options_;
  Changed changed_;
  std::random_device random_;  // seeds jitter, which is no secret
  Transports transports_;
  ResolvConfWatch resolv_conf_;
  QuestionPool pool_;
  QuestionPool::Lane lane_;
  RecordKeeper keeper_;
  std::map<DomainName, Followed> hosts_;
  AddressesByName to_look_up_;  ///< in the next flush()
  std::vector<DomainName> touched_;
  loop::Timer flush_;
  loop::Timer deadline_;
};

}  // namespace

void add_from_hosts(std::string_view text, AddressesByName& hosts) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto address = IpAddress::parse(take_word(line));
    if (!address) continue;
    for (auto word = take_word(line); !word.empty(); word = take_word(line)) {
      const auto name = DomainName::parse(word);
      const auto wanted = name ? hosts.find(*name) : hosts.end();
      if (wanted != hosts.end()) wanted->second.push_back(*address);
    }
  }
}

std::unique_ptr<HostResolver> HostResolver::create(loop::Loop& loop, HostResolverOptions options,
                                                   Changed changed) {
  return std::make_unique<DnsHostResolver>(loop, std::move(options), std::move(changed));
}

}  // namespace liqo::dns
