#include "agent/state/cluster_json.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "agent/json/text.h"

namespace liqo::state {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxSightings = 256;  // more than any registry is told to keep
constexpr std::size_t kMaxTxtString = 255;  // RFC 1035 section 3.3

std::int64_t milliseconds(WallTime time) { return time.time_since_epoch().count(); }

// --- writing ---------------------------------------------------------------------------------

void write_txt(JsonWriter& json, const TxtRecord& txt) {
  json.key("txt").begin_array();
  for (const auto& item : txt.items()) {
    json.string(escape(item.value ? item.key + "=" + *item.value : item.key));
  }
  json.end_array();
}

void write_addresses(JsonWriter& json, const std::vector<IpAddress>& addresses) {
  json.key("addresses").begin_array();
  for (const IpAddress& address : addresses) {
    const std::string text = address.to_string();
    json.string(text.substr(0, text.find('%')));  // the zone is the interface
  }
  json.end_array();
}

/// A reader that knows the LAN alone leaves out a sighting without an interface.
void write_origin(JsonWriter& json, const Sighting& sighting) {
  if (sighting.key.source == Source::kDns) {
    json.key("source").string(to_string(Source::kDns));
    json.key("record").string(escape(sighting.key.record));
    if (sighting.dnssec) json.key("dnssec").string(to_string(*sighting.dnssec));
    if (sighting.unnamed) json.key("unnamed").boolean(true);
  } else {
    json.key("interface").string(escape(sighting.interface_name));
    json.key("family").string(to_string(sighting.key.family));
  }
}

std::optional<DomainName> instance_name(const SightingKey& key) {
  const std::string_view type = service_type(key.service);
  const auto dot = type.find('.');
  const std::array labels = {std::string_view(key.instance), type.substr(0, dot),
                             type.substr(dot + 1)};
  auto name = key.domain.with_labels(labels);
  if (!name) return std::nullopt;
  return *std::move(name);
}

bool is_by_hand(const SightingEntry& entry) {
  return entry.sighting->key.source == Source::kManual;
}

/// False where there is nothing to keep: what was added by hand is kept by who added it.
bool write_sighting(JsonWriter& json, const SightingEntry& entry) {
  const Sighting& sighting = *entry.sighting;
  if (is_by_hand(entry)) return false;
  const auto name = instance_name(sighting.key);
  if (!name) return false;
  json.begin_object();
  json.key("name").string(name->to_string());
  write_origin(json, sighting);
  json.key("host").string(sighting.target_host.to_string());
  json.key("port").number(sighting.port);
  json.key("priority").number(sighting.priority);
  json.key("weight").number(sighting.weight);
  write_addresses(json, sighting.addresses);
  write_txt(json, sighting.txt);
  json.key("seen").number(milliseconds(entry.evidence.time));
  json.end_object();
  return true;
}

// --- reading: nothing where a member is missing, of another kind or out of its range -----------

std::optional<std::string> text_of(const Json& object, const char* key) {
  const auto member = object.find(key);
  if (member == object.end() || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

std::optional<std::uint16_t> number_of(const Json& object, const char* key) {
  const auto member = object.find(key);
  if (member == object.end() || !member->is_number_unsigned()) return std::nullopt;
  const auto number = member->get<std::uint64_t>();
  if (number > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
  return static_cast<std::uint16_t>(number);
}

std::optional<WallTime> time_of(const Json& object, const char* key) {
  const auto member = object.find(key);
  if (member == object.end() || !member->is_number_unsigned()) return std::nullopt;
  constexpr std::uint64_t kYear9999 = 253'402'300'800'000;
  const auto number = member->get<std::uint64_t>();
  if (number > kYear9999) return std::nullopt;
  return WallTime(std::chrono::milliseconds(static_cast<std::int64_t>(number)));
}

/// The strings of an array; nothing where it is none, or longer than `most`.
std::optional<std::vector<std::string>> strings_of(const Json& object, const char* key,
                                                   std::size_t most) {
  const auto member = object.find(key);
  if (member == object.end() || !member->is_array() || member->size() > most) return std::nullopt;
  std::vector<std::string> strings;
  for (const Json& item : *member) {
    if (!item.is_string()) return std::nullopt;
    strings.push_back(item.get<std::string>());
  }
  return strings;
}

bool read_name(const Json& object, SightingKey& key) {
  const auto text = text_of(object, "name");
  if (!text) return false;
  const auto name = DomainName::parse(*text);
  if (!name) return false;
  const auto labels = name->labels();
  if (labels.size() < 3) return false;
  const auto service = service_from_type(std::string(labels[1]) + "." + std::string(labels[2]));
  if (!service) return false;
  key.service = *service;
  key.instance = std::string(labels[0]);
  key.domain = name->parent().parent().parent();
  return true;
}

bool read_link(const Json& object, const InterfaceIndex& interfaces, Sighting& sighting) {
  const auto family = text_of(object, "family");
  const auto interface = text_of(object, "interface");
  if (!family || !interface) return false;
  if (*family == to_string(Family::kIpv6)) {
    sighting.key.family = Family::kIpv6;
  } else if (*family != to_string(Family::kIpv4)) {
    return false;
  }
  const auto name = unescape(*interface);
  const auto index = name ? interfaces(*name) : std::nullopt;
  if (!index) return false;
  sighting.interface_name = *name;
  sighting.key.interface = *index;
  return true;
}

bool read_dnssec(const Json& object, Sighting& sighting) {
  if (!object.contains("dnssec")) return true;
  const auto text = text_of(object, "dnssec");
  for (const Dnssec status :
       {Dnssec::kSecure, Dnssec::kInsecure, Dnssec::kIndeterminate, Dnssec::kBogus}) {
    if (text == to_string(status)) sighting.dnssec = status;
  }
  return sighting.dnssec.has_value();
}

bool read_zone(const Json& object, const DomainFilter& domains, Sighting& sighting) {
  const auto record = text_of(object, "record");
  auto octets = record ? unescape(*record) : std::nullopt;
  if (!octets || !read_dnssec(object, sighting)) return false;
  sighting.key.record = *std::move(octets);
  sighting.unnamed = object.contains("unnamed");
  return domains(sighting.key.domain, sighting.dnssec);
}

/// Where it was seen: on the LAN, unless it tells another source.
bool read_origin(const Json& object, const InterfaceIndex& interfaces, const DomainFilter& domains,
                 Sighting& sighting) {
  if (!object.contains("source")) return read_link(object, interfaces, sighting);
  if (text_of(object, "source") != to_string(Source::kDns)) return false;
  sighting.key.source = Source::kDns;
  return read_zone(object, domains, sighting);
}

bool read_target(const Json& object, Sighting& sighting) {
  const auto host = text_of(object, "host");
  const auto port = number_of(object, "port");
  const auto priority = number_of(object, "priority");
  const auto weight = number_of(object, "weight");
  const auto addresses = strings_of(object, "addresses", Sighting::kMaxAddresses);
  if (!host || !port || !priority || !weight || !addresses) return false;
  auto name = DomainName::parse(*host);
  if (!name) return false;
  sighting.target_host = *std::move(name);
  sighting.port = *port;
  sighting.priority = *priority;
  sighting.weight = *weight;
  for (const std::string& text : *addresses) {
    auto address = IpAddress::parse(text);
    if (!address) return false;
    sighting.addresses.push_back(*std::move(address));
  }
  return true;
}

bool read_txt(const Json& object, Sighting& sighting) {
  const auto strings = strings_of(object, "txt", TxtRecord::kMaxItems);
  if (!strings) return false;
  std::vector<TxtRecord::Item> items;
  for (const std::string& escaped : *strings) {
    const auto text = unescape(escaped);
    if (!text || text->size() > kMaxTxtString) return false;
    const auto equals = text->find('=');
    TxtRecord::Item item{text->substr(0, equals), std::nullopt};
    if (equals != std::string::npos) item.value = text->substr(equals + 1);
    items.push_back(std::move(item));
  }
  sighting.txt = TxtRecord(items);
  return true;
}

std::optional<SightingEntry> read_sighting(const Json& object, const InterfaceIndex& interfaces,
                                           const DomainFilter& domains) {
  Sighting sighting;
  const auto seen = time_of(object, "seen");
  if (!seen || !read_name(object, sighting.key) ||
      !read_origin(object, interfaces, domains, sighting) || !read_target(object, sighting) ||
      !read_txt(object, sighting)) {
    return std::nullopt;
  }
  const bool dns = sighting.key.source == Source::kDns;
  SightingEntry entry;
  entry.sighting = std::make_shared<const Sighting>(std::move(sighting));
  entry.state = dns ? State::kStale : State::kSuspect;
  entry.evidence = {dns ? EvidenceMethod::kDns : EvidenceMethod::kMdns, *seen};
  return entry;
}

}  // namespace

std::string to_line(const Cluster& cluster) {
  std::string line;
  JsonWriter json(line);
  json.begin_object();
  json.key("id").string(cluster.id);
  json.key("firstSeen").number(milliseconds(cluster.first_seen));
  json.key("heldName").string(cluster.held_name);
  const bool by_hand = std::any_of(cluster.sightings.begin(), cluster.sightings.end(), is_by_hand);
  if (by_hand) json.key("byHand").boolean(true);
  json.key("sightings").begin_array();
  std::size_t written = 0;
  for (const SightingEntry& entry : cluster.sightings) written += write_sighting(json, entry);
  json.end_array();
  json.end_object();
  if ((written == 0 && !by_hand) || line.size() > kMaxLineOctets) line.clear();
  return line;
}

std::optional<Cluster> from_line(std::string_view line, const InterfaceIndex& interfaces,
                                 const DomainFilter& domains) {
  const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  const auto id = text_of(json, "id");
  const auto first_seen = time_of(json, "firstSeen");
  const auto held_name = text_of(json, "heldName");
  const auto sightings = json.find("sightings");
  if (!id || !is_rfc1123_label(*id) || !first_seen || !held_name || sightings == json.end() ||
      !sightings->is_array() || sightings->size() > kMaxSightings) {
    return std::nullopt;
  }
  Cluster cluster;
  cluster.id = *id;
  cluster.first_seen = *first_seen;
  cluster.held_name = *held_name;
  for (const Json& object : *sightings) {
    if (!object.is_object()) continue;
    if (auto entry = read_sighting(object, interfaces, domains)) {
      cluster.sightings.push_back(*std::move(entry));
    }
  }
  if (cluster.sightings.empty() && !json.contains("byHand")) return std::nullopt;
  return cluster;
}

std::string escape(std::string_view octets) {
  std::string text;
  text.reserve(octets.size());
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet >= 0x20 && octet < 0x7f && c != '\\') {
      text += c;
    } else {
      text += {'\\', static_cast<char>('0' + octet / 100), static_cast<char>('0' + octet / 10 % 10),
               static_cast<char>('0' + octet % 10)};
    }
  }
  return text;
}

std::optional<std::string> unescape(std::string_view text) {
  std::string octets;
  octets.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      octets += text[i];
      continue;
    }
    const std::string_view digits = text.substr(i + 1, 3);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (digits.size() != 3 || !std::all_of(digits.begin(), digits.end(), is_digit)) {
      return std::nullopt;
    }
    const int value = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
    if (value > 255) return std::nullopt;
    octets += static_cast<char>(value);
    i += 3;
  }
  return octets;
}

}  // namespace liqo::state
