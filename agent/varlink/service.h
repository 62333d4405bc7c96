#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "agent/varlink/answer.h"
#include "agent/varlink/call.h"

namespace liqo::varlink {

/// What a service tells of itself through org.varlink.service.GetInfo.
struct ServiceInfo {
  std::string vendor;
  std::string product;
  std::string version;
  std::string url;
};

/// Answers a call; never null. `call` is the handler's to take apart.
using Handler = std::function<std::unique_ptr<Answer>(Call& call, const Caller& caller)>;

struct Method {
  Handler handler;          ///< empty: declared, and answered with MethodNotImplemented
  bool needs_more = false;  ///< its answer has no last reply: a call without `more` is refused
};

struct Interface {
  std::string name;
  std::string description;  ///< its definition, in varlink's own language
  std::map<std::string, Method, std::less<>> methods;  ///< by the name without the interface's
};

/// The interfaces of a program, org.varlink.service among them, and which handler a call goes to.
class Service {
 public:
  explicit Service(ServiceInfo info);

  void add(Interface interface);
  /// Never null; for a call of any method, whether it exists or not.
  std::unique_ptr<Answer> answer(Call& call, const Caller& caller) const;

 private:
  [[nodiscard]] Interface own_interface() const;
  [[nodiscard]] std::unique_ptr<Answer> get_info(const Call& call) const;
  [[nodiscard]] std::unique_ptr<Answer> get_description(const Call& call) const;

  ServiceInfo info_;
  std::map<std::string, Interface, std::less<>> interfaces_;
};

}  // namespace liqo::varlink
