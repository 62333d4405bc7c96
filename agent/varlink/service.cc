#include "agent/varlink/service.h"

#include <utility>

#include "agent/varlink/parameters.h"

namespace liqo::varlink {
namespace {

using nlohmann::json;

constexpr const char* kServiceInterface = "org.varlink.service";

// https://varlink.org/Service, with the errors that systemd added.
constexpr const char* kServiceDescription = R"varlink(# The interface that every varlink service has
interface org.varlink.service

# Who the service is, and which interfaces it has
method GetInfo() -> (
  vendor: string,
  product: string,
  version: string,
  url: string,
  interfaces: []string
)

# The definition of one interface
method GetInterfaceDescription(interface: string) -> (description: string)

# The service does not have this interface
error InterfaceNotFound (interface: string)

# The interface does not have this method
error MethodNotFound (method: string)

# The interface has this method, but this service does not do it
error MethodNotImplemented (method: string)

# A parameter is missing, unknown, or of another type
error InvalidParameter (parameter: string)

# The method has to be called with `more`
error ExpectedMore ()
)varlink";

}  // namespace

Service::Service(ServiceInfo info) : info_(std::move(info)) { add(own_interface()); }

void Service::add(Interface interface) {
  std::string name = interface.name;
  interfaces_.insert_or_assign(std::move(name), std::move(interface));
}

std::unique_ptr<Answer> Service::answer(Call& call, const Caller& caller) const {
  const std::size_t dot = call.method.rfind('.');
  if (dot == std::string::npos) return interface_not_found(call.method);
  const std::string_view name = call.method;
  const auto interface = interfaces_.find(name.substr(0, dot));
  if (interface == interfaces_.end()) return interface_not_found(call.method.substr(0, dot));

  const auto found = interface->second.methods.find(name.substr(dot + 1));
  if (found == interface->second.methods.end()) return method_not_found(call.method);
  const Method& method = found->second;
  // No method here turns the stream into something else.
  if (!method.handler || call.upgrade) return method_not_implemented(call.method);
  if (method.needs_more && !call.more) return expected_more();
  return method.handler(call, caller);
}

Interface Service::own_interface() const {
  Interface interface {
    kServiceInterface, kServiceDescription, {}
  };
  interface.methods["GetInfo"].handler = [this](Call& call, const Caller&) {
    return get_info(call);
  };
  interface.methods["GetInterfaceDescription"].handler = [this](Call& call, const Caller&) {
    return get_description(call);
  };
  return interface;
}

std::unique_ptr<Answer> Service::get_info(const Call& call) const {
  if (const auto wrong = Parameters(call.parameters).wrong()) return invalid_parameter(*wrong);
  json names = json::array();
  for (const auto& [name, interface] : interfaces_) names.push_back(name);
  const json info = {{"vendor", info_.vendor},
                     {"product", info_.product},
                     {"version", info_.version},
                     {"url", info_.url},
                     {"interfaces", std::move(names)}};
  return reply(info.dump());
}

std::unique_ptr<Answer> Service::get_description(const Call& call) const {
  Parameters parameters(call.parameters);
  const std::string name = parameters.required_text("interface");
  if (const auto wrong = parameters.wrong()) return invalid_parameter(*wrong);
  const auto found = interfaces_.find(name);
  if (found == interfaces_.end()) return interface_not_found(name);
  return reply(json{{"description", found->second.description}}.dump());
}

}  // namespace liqo::varlink
