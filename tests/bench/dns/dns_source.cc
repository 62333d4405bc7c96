// Our DNS source alone, without an agent around it.
//
//   bench_dns_source SERVER INSTANCES DOMAIN...
//
// Prints instances that were told with addresses of both families, questions asked, the
// milliseconds until there were so many, and those of them on a processor.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unordered_set>

#include "resolver/dns/source.h"
#include "resolver/loop/timer.h"

namespace {

using namespace liqo;

/// Far more than any run takes: it is a failure.
constexpr Duration kPatience = std::chrono::seconds(60);

class Counter final : public SightingSink {
 public:
  Counter(loop::Loop& loop, std::size_t wanted) : loop_(loop), wanted_(wanted) {}

  void seen(Sighting sighting, EvidenceMethod) override {
    const auto has = [&sighting](Family family) {
      return std::any_of(sighting.addresses.begin(), sighting.addresses.end(),
                         [family](const IpAddress& a) { return a.family() == family; });
    };
    if (!has(Family::kIpv4) || !has(Family::kIpv6)) return;
    known_.insert(std::move(sighting.key.instance));
    if (known_.size() == wanted_) loop_.stop();
  }
  void unseen(const SightingKey&, Gone) override {}
  void source_lost(Source) override {}
  void source_synced(Source) override {}
  void domain_listed(Source, const DomainName&, Service) override {}

  [[nodiscard]] std::size_t known() const { return known_.size(); }

 private:
  loop::Loop& loop_;
  std::size_t wanted_;
  std::unordered_set<std::string> known_;
};

dns::SourceOptions options_of(const char* server, int count, char** domains) {
  dns::SourceOptions options;
  for (int i = 0; i < count; ++i) {
    dns::DomainOptions domain;
    domain.name = *DomainName::parse(domains[i]);
    domain.servers = {*dns::parse_name_server(server)};
    options.domains.push_back(std::move(domain));
  }
  return options;
}

double processor_time() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto milliseconds = [](const timeval& time) {
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_usec);
  };
  return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: bench_dns_source SERVER INSTANCES DOMAIN...\n", stderr);
    return 2;
  }
  const auto begin = std::chrono::steady_clock::now();
  loop::Loop loop;
  Counter counter(loop, std::strtoul(argv[2], nullptr, 10));
  loop::Timer patience(loop);
  patience.arm(kPatience, [&loop] { loop.stop(); });
  const auto source = dns::Source::create(loop, options_of(argv[1], argc - 3, argv + 3), counter);
  loop.run();
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  std::printf("%zu %llu %.3f %.3f\n", counter.known(),
              static_cast<unsigned long long>(source->status().questions), took.count(),
              processor_time());
}
