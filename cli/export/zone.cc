#include "cli/export/zone.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "cli/text.h"

namespace liqo::cli {
namespace {

/// One line of the file; without a type only its comment.
struct Line {
  std::string owner{};
  std::string type{};
  std::string rdata{};
  std::string comment{};
};

constexpr std::size_t kMaxTxtString = 255;  // RFC 1035 section 3.3

/// In quotes (RFC 1035 section 5.1); octets outside printable ASCII as \DDD.
std::string character_string(std::string_view octets) {
  std::string text = "\"";
  for (const char octet : octets) {
    const auto value = static_cast<unsigned char>(octet);
    if (value < 0x20 || value > 0x7E) {
      text += {'\\', static_cast<char>('0' + value / 100), static_cast<char>('0' + value / 10 % 10),
               static_cast<char>('0' + value % 10)};
      continue;
    }
    if (octet == '"' || octet == '\\') text += '\\';
    text += octet;
  }
  return text += '"';
}

bool is_publishable(const IpAddress& address) {
  return !address.is_loopback() && !address.is_unspecified() && !address.is_multicast() &&
         !address.is_link_local() && !address.is_mapped();
}

/// A name that has its addresses in DNS already, rather than on some LAN.
std::optional<DomainName> host_in_dns(const std::string& text) {
  auto name = DomainName::parse(text);
  if (IpAddress::parse(text) || !name || name->labels().size() < 2) return std::nullopt;
  if (fold_case(name->labels().back()) == "local") return std::nullopt;
  return *std::move(name);
}

/// "fe80::1%eth0" and "10.0.0.2/24" without what is behind the address.
std::optional<IpAddress> address_in(std::string_view text) {
  auto address = IpAddress::parse(text.substr(0, text.find_first_of("%/")));
  if (!address) return std::nullopt;
  return *std::move(address);
}

std::vector<IpAddress> addresses_in(const Json& texts) {
  std::vector<IpAddress> addresses;
  for (const Json& text : texts) {
    if (!text.is_string()) continue;
    auto address = address_in(text.get_ref<const std::string&>());
    if (!address) continue;
    if (std::find(addresses.begin(), addresses.end(), *address) == addresses.end()) {
      addresses.push_back(*address);
    }
  }
  return addresses;
}

/// Of the interfaces in use; where none is, the LAN is switched off, and any may be meant.
std::vector<IpAddress> own_addresses(const Json& status) {
  const Json& interfaces = field(status, "interfaces");
  const bool any_used =
      std::any_of(interfaces.begin(), interfaces.end(),
                  [](const Json& interface) { return flag_field(interface, "used"); });
  Json all = Json::array();
  for (const Json& interface : interfaces) {
    if (flag_field(interface, "used") != any_used) continue;
    for (const Json& address : field(interface, "addresses")) all.push_back(address);
  }
  std::vector<IpAddress> addresses = addresses_in(all);
  std::erase_if(addresses, [](const IpAddress& address) { return address.is_loopback(); });
  return addresses;
}

Result<ZoneCluster> without_endpoints(const Json& cluster) {
  ZoneCluster zone;
  zone.id = raw_field(cluster, "id");
  if (!is_rfc1123_label(zone.id)) {
    return Error{Errc::kMalformed, "not a cluster's id: " + printable(zone.id)};
  }
  zone.name = raw_field(cluster, "name");
  zone.version = raw_field(cluster, "version");
  zone.site = raw_field(cluster, "site");
  return zone;
}

/// Calls `make` with each endpoint that has a port, for its target.
template <class Make>
void set_endpoints(ZoneCluster& zone, const Json& cluster, Make make) {
  for (const Service service : kServices) {
    const Json& endpoint = field(field(cluster, "endpoints"), endpoint_name(service));
    const auto port = number_field(endpoint, "port");
    if (!port || *port < 1 || *port > 65535) continue;
    zone.endpoints[index_of(service)] =
        ZoneEndpoint{static_cast<std::uint16_t>(*port), make(endpoint)};
  }
}

/// Writes one cluster's records line by line.
class Writer {
 public:
  Writer(const ZoneCluster& cluster, const ZoneOptions& options)
      : cluster_(cluster), options_(options) {}

  Result<std::string> text() {
    for (const Service service : kServices) {
      const auto& endpoint = cluster_.endpoints[index_of(service)];
      if (!endpoint) continue;
      if (auto added = add_endpoint(service, *endpoint); !added) return added.error();
    }
    if (!published_) {
      return Error{Errc::kNotFound, "nothing of " + cluster_.id +
                                        " can be published: none of its endpoints has an address "
                                        "or a host name that others can look up"};
    }
    return written();
  }

 private:
  /// The name of `labels` in the zone, as it is written.
  Result<std::string> name_of(std::initializer_list<std::string_view> labels) const {
    const auto name = options_.domain.value_or(DomainName()).with_labels(std::vector(labels));
    if (!name) {
      return Error{Errc::kInvalid, "the names of " + cluster_.id + " below " +
                                       options_.domain->to_string() + " would be too long"};
    }
    return name->to_string() + (options_.domain ? "." : "");
  }

  Result<void> add_endpoint(Service service, const ZoneEndpoint& endpoint) {
    const std::string_view type = service_type(service);
    const std::string_view first = type.substr(0, type.find('.'));
    const std::string_view second = type.substr(type.find('.') + 1);
    const auto listing = name_of({first, second});
    const auto instance = name_of({cluster_.id, first, second});
    const auto host = name_of({endpoint_name(service), cluster_.id});
    for (const auto* name : {&listing, &instance, &host}) {
      if (!*name) return name->error();
    }
    std::string target = *host;
    std::vector<Line> addresses;
    if (const auto* elsewhere = std::get_if<DomainName>(&endpoint.target)) {
      target = elsewhere->to_string() + ".";
    } else {
      addresses = address_lines(*host, std::get<std::vector<IpAddress>>(endpoint.target));
      const auto is_record = [](const Line& line) { return !line.type.empty(); };
      if (std::none_of(addresses.begin(), addresses.end(), is_record)) {
        return leave_out(service, std::move(addresses));
      }
    }
    published_ = true;
    lines_.push_back({*listing, "PTR", *instance});
    lines_.push_back({*instance, "SRV", "0 0 " + std::to_string(endpoint.port) + " " + target});
    lines_.push_back({*instance, "TXT", attributes()});
    lines_.insert(lines_.end(), addresses.begin(), addresses.end());
    return {};
  }

  Result<void> leave_out(Service service, std::vector<Line> reasons) {
    lines_.push_back({.comment = std::string(endpoint_name(service)) +
                                 " is left out: it has no address that others can reach"});
    lines_.insert(lines_.end(), reasons.begin(), reasons.end());
    return {};
  }

  static std::vector<Line> address_lines(const std::string& owner,
                                         const std::vector<IpAddress>& addresses) {
    std::vector<Line> lines;
    for (const IpAddress& address : addresses) {
      const std::string text = address.to_string();
      if (!is_publishable(address)) {
        lines.push_back({.comment = text + " is left out: it means another host elsewhere"});
        continue;
      }
      Line& line = lines.emplace_back();
      line.owner = owner;
      line.type = address.family() == Family::kIpv4 ? "A" : "AAAA";
      line.rdata = text;
      if (address.is_private()) line.comment = "private: for those who share its network";
    }
    return lines;
  }

  /// RFC 6763 section 6: `txtvers` first; a value that its string has no room for is left out.
  [[nodiscard]] std::string attributes() const {
    std::string text = character_string("txtvers=1");
    const std::pair<std::string_view, const std::string&> items[] = {{"id=", cluster_.id},
                                                                     {"name=", cluster_.name},
                                                                     {"version=", cluster_.version},
                                                                     {"site=", cluster_.site}};
    for (const auto& [key, value] : items) {
      if (value.empty() || key.size() + value.size() > kMaxTxtString) continue;
      text.append(" ").append(character_string(std::string(key) + value));
    }
    return text;
  }

  [[nodiscard]] std::string written() const {
    std::size_t width = 0;
    for (const Line& line : lines_) width = std::max(width, line.owner.size());
    std::string text =
        "; " + (cluster_.name.empty() ? "" : printable(cluster_.name) + ", ") + cluster_.id + "\n";
    for (const Line& line : lines_) {
      if (!line.type.empty()) {
        text.append(line.owner).append(width - line.owner.size() + 1, ' ');
        text.append(std::to_string(options_.ttl)).append(" IN ").append(line.type);
        text.append(5 - line.type.size(), ' ').append(line.rdata);
        if (!line.comment.empty()) text += "  ";
      }
      if (!line.comment.empty()) text.append("; ").append(line.comment);
      text += '\n';
    }
    return text;
  }

  const ZoneCluster& cluster_;
  const ZoneOptions& options_;
  std::vector<Line> lines_;
  bool published_ = false;
};

}  // namespace

Result<ZoneCluster> zone_cluster(const Json& cluster) {
  auto zone = without_endpoints(cluster);
  if (!zone) return zone;
  set_endpoints(*zone, cluster, [](const Json& endpoint) -> decltype(ZoneEndpoint::target) {
    if (auto host = host_in_dns(raw_field(endpoint, "host"))) return *std::move(host);
    return addresses_in(field(endpoint, "addresses"));
  });
  return zone;
}

Result<ZoneCluster> own_zone_cluster(const Json& status) {
  const Json& cluster = field(status, "cluster");
  if (!cluster.is_object()) {
    return Error{Errc::kRefused, "no cluster of this host is configured; name one that is known"};
  }
  auto zone = without_endpoints(cluster);
  if (!zone) return zone;
  set_endpoints(*zone, cluster, [&status](const Json& endpoint) -> decltype(ZoneEndpoint::target) {
    const std::string host = raw_field(endpoint, "host");
    if (auto name = host_in_dns(host)) return *std::move(name);
    if (auto address = address_in(host)) return std::vector{*address};
    return own_addresses(status);
  });
  return zone;
}

Result<std::string> zone_text(const ZoneCluster& cluster, const ZoneOptions& options) {
  return Writer(cluster, options).text();
}

}  // namespace liqo::cli
