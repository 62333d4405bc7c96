#include "agent/varlink/parameters.h"

namespace liqo::varlink {

using nlohmann::json;

std::optional<std::string> Parameters::text(const std::string& name) {
  const json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  reject(name);
  return std::nullopt;
}

std::string Parameters::required_text(const std::string& name) {
  auto value = text(name);
  if (!value) reject(name);
  return value.value_or(std::string());
}

std::optional<double> Parameters::number(const std::string& name) {
  const json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->get<double>();
  reject(name);
  return std::nullopt;
}

bool Parameters::flag(const std::string& name) {
  const json* value = find(name);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  reject(name);
  return false;
}

std::optional<std::vector<std::string>> Parameters::texts(const std::string& name) {
  const json* value = find(name);
  if (value == nullptr) return std::nullopt;
  std::vector<std::string> list;
  if (!value->is_array()) reject(name);
  for (const json& element : *value) {
    if (!element.is_string()) {
      reject(name);
      break;
    }
    list.push_back(element.get<std::string>());
  }
  return list;
}

std::optional<std::string> Parameters::wrong() const {
  if (wrong_) return wrong_;
  for (const auto& [name, value] : object_.items()) {
    if (!known_.contains(name)) return name;
  }
  return std::nullopt;
}

const json* Parameters::find(const std::string& name) {
  known_.insert(name);
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

void Parameters::reject(const std::string& name) {
  if (!wrong_) wrong_ = name;
}

}  // namespace liqo::varlink
