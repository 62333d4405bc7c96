#include "agent/varlink/answer.h"

#include <utility>

#include "agent/varlink/call.h"

namespace liqo::varlink {
namespace {

using nlohmann::json;

class OneMessage final : public Answer {
 public:
  explicit OneMessage(std::string message) : message_(std::move(message)) {}

  Step produce(std::string& out) override {
    out += message_;
    return Step::kDone;
  }

 private:
  std::string message_;
};

}  // namespace

std::unique_ptr<Answer> reply(std::string_view parameters) {
  std::string message;
  append_reply(message, parameters);
  return std::make_unique<OneMessage>(std::move(message));
}

std::unique_ptr<Answer> error(std::string_view name, const json& parameters) {
  std::string message;
  append_error(message, name, parameters);
  return std::make_unique<OneMessage>(std::move(message));
}

std::unique_ptr<Answer> interface_not_found(const std::string& interface) {
  return error("org.varlink.service.InterfaceNotFound", {{"interface", interface}});
}

std::unique_ptr<Answer> method_not_found(const std::string& method) {
  return error("org.varlink.service.MethodNotFound", {{"method", method}});
}

std::unique_ptr<Answer> method_not_implemented(const std::string& method) {
  return error("org.varlink.service.MethodNotImplemented", {{"method", method}});
}

std::unique_ptr<Answer> invalid_parameter(const std::string& parameter) {
  return error("org.varlink.service.InvalidParameter", {{"parameter", parameter}});
}

std::unique_ptr<Answer> expected_more() {
  return error("org.varlink.service.ExpectedMore", json::object());
}

}  // namespace liqo::varlink
