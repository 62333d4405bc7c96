// Writes what the agent writes, for clusters that there are not: hosts.cdb and hosts.
//
// usage: nss_bench_snapshot DIRECTORY NAMES
//
// NAMES is a multiple of 8: a cluster with a name has that many. Prints the names, a line each, and
// to standard error the milliseconds of CPU time that each file took.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "agent/names/files.h"

namespace {

using namespace liqo;

double cpu_milliseconds() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

IpAddress address(std::size_t number) {
  const auto octet = [number](int shift) { return static_cast<std::uint8_t>(number >> shift); };
  const std::uint8_t octets[] = {10, octet(16), octet(8), octet(0)};
  return *IpAddress::from_octets(octets);
}

Clusters clusters(std::size_t count) {
  Clusters view;
  for (std::size_t i = 0; i < count; ++i) {
    char id[64];
    std::snprintf(id, sizeof id, "%08zx-1f0a-4c3d-9a57-0a1b2c3d4e5f",
                  i * 2654435761U % 4294967291U);
    Cluster cluster;
    cluster.id = id;
    cluster.held_name = "cluster-" + std::to_string(i);
    for (auto& endpoint : cluster.endpoints) {
      endpoint = Endpoint();
      endpoint->addresses = {address(i)};
    }
    view.push_back(std::make_shared<const Cluster>(cluster));
  }
  std::sort(view.begin(), view.end(), [](const auto& a, const auto& b) { return a->id < b->id; });
  return view;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const Clusters view = clusters(std::strtoul(argv[2], nullptr, 10) / 8);
  const NamesConfig config;
  const double start = cpu_milliseconds();
  const names::NameTable table = names::map_names(view, config, {}, read_clocks());
  const double mapped = cpu_milliseconds() - start;
  const auto snapshot = names::write_snapshot(argv[1], table, config.suffix, BootClock::now());
  const double written = cpu_milliseconds() - start;
  const auto hosts = names::write_hosts_file(argv[1], table, config.suffix);
  if (!snapshot || !hosts) return 1;
  std::fprintf(stderr, "%zu names: mapped in %.1f ms, hosts.cdb %.1f ms, hosts %.1f ms\n",
               table.names.size(), mapped, written - mapped, cpu_milliseconds() - start - written);
  for (const names::NameRecord& record : table.names) std::printf("%s\n", record.name.c_str());
}
