#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/state/state_file.h"

namespace liqo::test {

/// 2026-11-23T09:00:00Z
inline constexpr WallTime kNoon{std::chrono::seconds(1'795'424'400)};

/// A cluster seen on eth0 (index 2), its auth endpoint over both families.
Cluster milan(const ClusterId& id = "milan-id");

/// A cluster seen in example.com, validated: two SRV records of its auth endpoint and one of api.
Cluster turin(const ClusterId& id = "turin-id");

Clusters share(std::initializer_list<Cluster> clusters);

/// eth0 is 2, eth1 is 3; there is no other.
std::optional<std::uint32_t> interface_index(const std::string& name);

/// example.com; no other.
bool is_browsed(const DomainName& domain, const std::optional<Dnssec>& dnssec);

}  // namespace liqo::test
