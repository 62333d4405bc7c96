#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace liqo {

/// The three endpoints of a Liqo cluster, each a DNS-SD service type of its own (RFC 6763 section
/// 7). The underscore inside the first label is Liqo's; RFC 6335 would not have it.
enum class Service : std::uint8_t { kAuth, kApi, kGateway };

inline constexpr std::array kServices = {Service::kAuth, Service::kApi, Service::kGateway};
inline constexpr std::size_t kServiceCount = kServices.size();

constexpr std::size_t index_of(Service service) { return static_cast<std::size_t>(service); }

/// "_liqo_auth._tcp"
std::string_view service_type(Service service);
/// "auth", "api", "gateway": the name of the endpoint in the API and of its host-name label.
std::string_view endpoint_name(Service service);
/// "tcp" or "udp"
std::string_view transport(Service service);

std::optional<Service> service_from_type(std::string_view type);
std::optional<Service> service_from_endpoint(std::string_view name);

}  // namespace liqo
