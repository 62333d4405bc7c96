#pragma once

#include <string>
#include <vector>

#include "agent/check/report.h"
#include "agent/check/setting.h"
#include "agent/probe/https.h"
#include "agent/probe/udp.h"

// What measurements and advertisements mean for the requirements. Pure.

namespace liqo::check {

/// A row about a service of theirs, before anything was tried; its outcome is final where it is not
/// advertised and there is nothing to try.
Row their_row(const Sides& sides, const Setting& setting, Service service);

/// What came of GET /ids, of GET /livez, and of datagrams to the gateway's addresses.
void judge_auth(Row& row, const Sides& sides, const Setting& setting,
                const probe::HttpsOutcome& outcome);
void judge_api(Row& row, const Setting& setting, const probe::HttpsOutcome& outcome);
/// `address` answered as `outcome` says, the best of those that were tried.
void judge_gateway(Row& row, const Setting& setting, const IpAddress& address,
                   probe::UdpOutcome outcome, Duration time);

/// A row about a service of ours: nobody can measure from here whether it is reached from there,
/// but some advertisements cannot be.
Row our_row(const Sides& sides, const Setting& setting, Service service);
/// At least one of the two gateways must be reachable from the other side.
Row one_gateway_row(const Row& theirs, const Row& ours, const Setting& setting);
/// Clusters with different minor versions of Liqo do not peer.
Row version_row(const Sides& sides);

Verdict verdict_of(const std::vector<Row>& rows);

/// What of the requirements this host's own configuration cannot meet, or leaves open, whoever the
/// peer is; a line each.
std::vector<std::string> own_notes(const Advert& own, const LocalNetwork& network,
                                   bool told_on_lan);

}  // namespace liqo::check
