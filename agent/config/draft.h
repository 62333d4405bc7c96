#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/config/config.h"
#include "agent/config/place.h"
#include "agent/config/section.h"

namespace liqo {

inline constexpr std::string_view kPortExpected = "a port, 1 to 65535";
inline constexpr std::string_view kIdExpected =
    "a label of at most 63 lower-case letters, digits and inner hyphens";

/// What the files read so far say, each value checked for itself, none against another.
struct EndpointDraft {
  Place place;  ///< where it was named last
  std::optional<std::uint16_t> port;
  decltype(EndpointAdvert::target) target;
};

struct ClusterDraft {
  Place place;  ///< where it was named last
  std::optional<ClusterId> id;
  std::optional<std::string> name;
  std::optional<std::string> version;
  std::optional<std::string> site;
  std::array<std::optional<EndpointDraft>, kServiceCount> endpoints;
};

struct DnsDraft {
  std::vector<Located<dns::DomainOptions>> domains;    ///< each name once, where it was named last
  std::vector<Located<registrar::ZoneOptions>> zones;  ///< likewise
  bool enumerate = dns::SourceOptions{}.enumerate;
  std::string trust_anchor = dns::SourceOptions{}.trust_anchor;
};

struct Draft {
  Source prefer = Config{}.prefer;
  std::optional<ClusterDraft> cluster;
  LanConfig lan;
  DnsDraft dns;
  NamesConfig names;
  VerifyConfig verify;
};

template <class To, class T>
void replace(To& old, std::optional<Located<T>> said) {
  if (said) old = std::move(said->value);
}

/// One table of an array whose tables are told apart by a domain name.
struct NamedTables {
  std::string_view key;     ///< of the name
  std::string_view plural;  ///< what they are called
  std::size_t most;
};

/// Puts in what one file says: in the place of an earlier file's of the same name, or behind the
/// others. A name that stands twice in one file is complained about.
template <class T>
void put_named(Section& table, const NamedTables& kind, DomainName T::*name, Located<T> item,
               std::vector<Located<T>>& items) {
  const auto same = std::find_if(items.begin(), items.end(), [&](const Located<T>& known) {
    return known.value.*name == item.value.*name;
  });
  if (same == items.end() && items.size() == kind.most) {
    table.complain(
        item.place, kind.key,
        "expected at most " + std::to_string(kind.most) + " " + std::string(kind.plural));
  } else if (same == items.end()) {
    items.push_back(std::move(item));
  } else if (same->place.file == item.place.file) {
    table.complain(
        item.place, kind.key,
        (item.value.*name).to_string() + " is there already, at " + to_string(same->place));
  } else {
    *same = std::move(item);
  }
}

/// The part of read_document() that is the section [dns].
void read_dns(Section section, DnsDraft& draft);

/// The part of that which is [[dns.register]]. Reads the key files that it names.
void read_register(Section& dns, DnsDraft& draft);

/// Puts into the draft what one file says, over what earlier ones said.
void read_document(Section document, Draft& draft);

/// The configuration of a finished draft; what is missing in it is complained about.
Config build_config(const Draft& draft, Complaints& complaints);

}  // namespace liqo
