#include "agent/check/rows.h"

#include <algorithm>
#include <charconv>

#include "agent/check/wording.h"
#include "agent/probe/ids.h"

namespace liqo::check {
namespace {

/// False where TLS, or what came before it, did not come about.
bool judge_https(Row& row, const Setting& setting, const probe::HttpsOutcome& outcome,
                 const char* path) {
  row.tried = std::string("TCP, TLS, GET ") + path;
  if (outcome.stage != probe::HttpsStage::kConnect) {
    row.tried += " at " + outcome.address.to_string();
  }
  if (outcome.total_time != Duration::zero()) row.time = outcome.total_time;
  switch (outcome.stage) {
    case probe::HttpsStage::kConnect:
      fail(row, setting, "no TCP connection: " + outcome.error.detail);
      return false;
    case probe::HttpsStage::kTls:
      fail(row, setting, "TCP connects, TLS does not: " + outcome.error.detail);
      row.advice = "something else listens there, or an Ingress that does not pass TLS on";
      return false;
    case probe::HttpsStage::kAnswer:
      fail(row, setting, "TLS connects, no HTTP answer: " + outcome.error.detail);
      row.advice = "something else listens there, or what is behind the Ingress does not answer";
      return false;
    case probe::HttpsStage::kDone:
      return true;
  }
  return false;
}

std::optional<std::pair<int, int>> minor_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  std::pair<int, int> version;
  const char* const end = text.data() + text.size();
  const auto [dot, bad] = std::from_chars(text.data(), end, version.first);
  if (bad != std::errc() || dot == end || *dot != '.') return std::nullopt;
  if (std::from_chars(dot + 1, end, version.second).ec != std::errc()) return std::nullopt;
  return version;
}

std::string shown(std::string_view octets) {
  return octets.empty() ? "none told" : label_to_text(octets);
}

}  // namespace

Row their_row(const Sides& sides, const Setting& setting, Service service) {
  Row row{.requirement = endpoint_name(service), .direction = Direction::kTheirs};
  const auto& endpoint = sides.cluster.endpoints[index_of(service)];
  if (!endpoint) {
    const bool refuted = is_refuted(sides.cluster.identity);
    row.detail = refuted ? "not used: the identity of this cluster is " +
                               std::string(to_string(sides.cluster.identity))
                         : "not advertised";
    if (refuted || service == Service::kAuth) row.outcome = Outcome::kFailed;
    if (sides.cluster.identity == Identity::kChanged) {
      row.advice =
          "compare the certificate that `show` tells with the server's own, then: "
          "liqo-discovery trust " +
          sides.cluster.id;
    } else if (refuted) {
      row.advice = "do not peer with it: another cluster is at its address";
    }
    if (!refuted && service != Service::kAuth) {
      row.detail += ": Liqo 0.10 and older tell only the authentication server";
    }
    return row;
  }
  row.advertised = endpoint->host.to_string() + ":" + std::to_string(endpoint->port) + " (" +
                   addresses_text(endpoint->addresses) + ")";
  row.exposure = guessed_exposure(service, endpoint->port);
  if (over_the_internet(setting) && are_hidden(endpoint->addresses)) {
    row.exposure += row.exposure.empty() ? "private address" : ", private address";
  }
  return row;
}

void judge_auth(Row& row, const Sides& sides, const Setting& setting,
                const probe::HttpsOutcome& outcome) {
  if (!judge_https(row, setting, outcome, "/ids")) return;
  const auto ids = outcome.status == 200
                       ? probe::parse_ids(outcome.body)
                       : Result<probe::Ids>(Error{Errc::kMalformed,
                                                  "HTTP status " + std::to_string(outcome.status)});
  if (!ids) {
    fail(row, setting, "it is no Liqo authentication server: " + ids.error().detail);
    row.advice = "check the port, and where its Ingress leads";
    return;
  }
  if (ids->id != sides.cluster.id) {
    fail(row, setting, "it says that it is another cluster, " + ids->id);
    row.advice = "something else is at this address; do not peer with it under this id";
    return;
  }
  const auto& known = sides.fingerprints;
  if (!known.empty() && std::find(known.begin(), known.end(), outcome.fingerprint) == known.end()) {
    fail(row, setting, "it shows another certificate than the one known, " + outcome.fingerprint);
    row.advice = "compare it with the server's own, then: liqo-discovery trust " + ids->id +
                 " --fingerprint=" + outcome.fingerprint;
    return;
  }
  row.outcome = Outcome::kOk;
  row.detail = "it names this cluster" +
               (ids->name.empty() ? std::string() : ", " + label_to_text(ids->name));
}

void judge_api(Row& row, const Setting& setting, const probe::HttpsOutcome& outcome) {
  if (!judge_https(row, setting, outcome, "/livez")) return;
  const std::string status = "HTTP status " + std::to_string(outcome.status);
  if (outcome.status == 200 && outcome.body == "ok") {
    row.outcome = Outcome::kOk;
    row.detail = "it is live";
  } else if (outcome.status == 401 || outcome.status == 403) {
    row.outcome = Outcome::kOk;
    row.detail = "it answers, and tells strangers nothing (" + status + ")";
  } else if (outcome.status >= 500) {
    fail(row, setting, "it answers that it is not well: " + status);
    row.advice = "look at the API server itself";
  } else {
    fail(row, setting, "it is no Kubernetes API server: " + status);
    row.advice = "check the port, and where its Ingress leads";
  }
}

void judge_gateway(Row& row, const Setting& setting, const IpAddress& address,
                   probe::UdpOutcome outcome, Duration time) {
  row.tried = "UDP at " + address.to_string();
  row.time = time;
  switch (outcome) {
    case probe::UdpOutcome::kRefused:
      return fail(row, setting, "refused: nobody listens on this port");
    case probe::UdpOutcome::kUnreachable:
      return fail(row, setting, "unreachable: there is no way to this address");
    case probe::UdpOutcome::kAnswered:
      fail(row, setting, "something answers that is not WireGuard");
      row.advice = "check the port";
      return;
    case probe::UdpOutcome::kSilent:
      row.outcome = Outcome::kUnknown;
      row.detail = "silent, as a WireGuard gateway is to strangers, and as a packet filter is too";
      if (over_the_internet(setting) && are_hidden({address})) {
        row.advice = expose_as(setting, Service::kGateway, false);
      }
      return;
  }
}

Row one_gateway_row(const Row& theirs, const Row& ours, const Setting& setting) {
  Row row{.requirement = "one-gateway", .direction = Direction::kBoth};
  if (theirs.outcome == Outcome::kFailed && ours.outcome == Outcome::kFailed) {
    fail(row, setting, "neither gateway can be reached from the other side");
    const bool we = !setting.behind_nat;
    row.advice = expose_as(setting, Service::kGateway, we);
    return row;
  }
  if (theirs.outcome == Outcome::kFailed) {
    row.detail = "theirs cannot be reached, so they have to reach ours";
  } else if (ours.outcome == Outcome::kFailed) {
    row.detail = "ours cannot be reached, so we have to reach theirs";
  } else {
    row.detail = "one of the two is enough, and nothing speaks against either";
  }
  return row;
}

Row version_row(const Sides& sides) {
  Row row{.requirement = "version", .direction = Direction::kBoth};
  const std::string_view ours =
      sides.own ? sides.own->txt.get("version").value_or(std::string_view()) : std::string_view();
  row.advertised = "we: " + shown(ours) + ", they: " + shown(sides.cluster.version);
  const auto our_minor = minor_version(ours);
  const auto their_minor = minor_version(sides.cluster.version);
  if (!our_minor || !their_minor) {
    row.detail = our_minor ? "they do not tell theirs" : "we do not tell ours";
    if (!our_minor && sides.own) row.advice = "tell it: [cluster] version";
  } else if (*our_minor == *their_minor) {
    row.outcome = Outcome::kOk;
    row.detail = "the same minor version";
  } else {
    row.outcome = Outcome::kFailed;
    row.detail = "different minor versions of Liqo do not peer";
    row.advice = "bring both to the same minor version";
  }
  return row;
}

Verdict verdict_of(const std::vector<Row>& rows) {
  std::string failed;
  bool open = false;
  for (const Row& row : rows) {
    open = open || row.outcome == Outcome::kUnknown;
    // One gateway is enough: `one-gateway` judges over both.
    if (row.outcome != Outcome::kFailed || row.requirement == endpoint_name(Service::kGateway)) {
      continue;
    }
    failed.append(failed.empty() ? "" : ", ").append(row.requirement);
    failed.append(" ").append(to_string(row.direction));
  }
  if (!failed.empty()) return {false, "not ready to peer: " + failed};
  return {true,
          open ? "nothing that can be told from here stands against a peering" : "ready to peer"};
}

}  // namespace liqo::check
