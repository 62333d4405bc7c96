#include "cli/export/hosts.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "cli/text.h"
#include "resolver/dnssd/cluster_id.h"
#include "resolver/dnssd/ip_address.h"
#include "resolver/dnssd/service.h"

namespace liqo::cli {
namespace {

constexpr std::size_t kMaxName = 253;  // RFC 1035 section 2.3.4, as text without the last dot

bool is_host_name(std::string_view name) {
  if (name.size() > kMaxName) return false;
  for (;;) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    if (!is_rfc1123_label(name.substr(0, dot))) return false;
    if (dot == name.size()) return true;
    name.remove_prefix(dot + 1);
  }
}

/// The names of a line, or of a service's; "" where none is one that a file can have.
std::string names_of(const Json& cluster, std::string_view prefix) {
  std::string names;
  for (const Json& each : field(cluster, "hostnames")) {
    if (!each.is_string()) continue;
    const std::string name = std::string(prefix) + each.get<std::string>();
    if (is_host_name(name)) names.append(" ").append(name);
  }
  return names;
}

/// Writes one cluster's lines.
class Writer {
 public:
  explicit Writer(const Json& cluster) : cluster_(cluster) {}

  std::string lines() {
    bool first = true;
    for (const Service service : kServices) {
      const Json& endpoint = field(field(cluster_, "endpoints"), endpoint_name(service));
      const Json& addresses = field(endpoint, "addresses");
      if (!addresses.is_array() || addresses.empty()) continue;
      if (first) add(addresses, names_of(cluster_, ""));
      add(addresses, names_of(cluster_, std::string(endpoint_name(service)) + "."));
      first = false;
    }
    return lines_.empty() ? std::string() : comments() + lines_;
  }

 private:
  void add(const Json& addresses, const std::string& names) {
    if (names.empty()) return;
    for (const Json& each : addresses) {
      if (!each.is_string()) continue;
      const std::string text = each.get<std::string>();
      const auto address = IpAddress::parse(text.substr(0, text.find('%')));
      if (!address) continue;
      if (address->family() == Family::kIpv6 && address->is_link_local()) {
        leave_out(printable(text));
      } else {
        lines_.append(address->to_string()).append(names).append("\n");
      }
    }
  }

  void leave_out(const std::string& address) {
    const auto found = std::find(left_out_.begin(), left_out_.end(), address);
    if (found == left_out_.end()) left_out_.push_back(address);
  }

  [[nodiscard]] std::string comments() const {
    std::string text;
    for (const std::string& address : left_out_) {
      text.append("# ").append(address).append(
          " is left out: a hosts file has no place for its interface\n");
    }
    return text;
  }

  const Json& cluster_;
  std::string lines_;
  std::vector<std::string> left_out_;
};

}  // namespace

Result<std::string> hosts_text(const Json& cluster) {
  const std::string id = raw_field(cluster, "id");
  if (!is_rfc1123_label(id)) {
    return Error{Errc::kMalformed, "not a cluster's id: " + printable(id)};
  }
  const std::string name = text_field(cluster, "name");
  const std::string title = name.empty() ? id : name + ", " + id;
  const std::string lines = Writer(cluster).lines();
  if (lines.empty()) {
    return Error{Errc::kNotFound, title +
                                      " is not exported: none of its endpoints has an address "
                                      "that a hosts file can have"};
  }
  return "# " + title + "\n" + lines;
}

}  // namespace liqo::cli
