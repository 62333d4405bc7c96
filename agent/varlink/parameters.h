#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace liqo::varlink {

/// Reads the parameters of a call and remembers the first that is wrong: of another type, missing,
/// or not asked for. Null is the same as missing. Ask for all of them, then look at wrong().
class Parameters {
 public:
  /// `object` must outlive it.
  explicit Parameters(const nlohmann::json& object) : object_(object) {}

  std::optional<std::string> text(const std::string& name);
  std::string required_text(const std::string& name);
  std::optional<double> number(const std::string& name);
  bool flag(const std::string& name);  ///< false where it is missing
  std::optional<std::vector<std::string>> texts(const std::string& name);

  /// The name of the first wrong parameter.
  [[nodiscard]] std::optional<std::string> wrong() const;

 private:
  const nlohmann::json* find(const std::string& name);
  void reject(const std::string& name);

  const nlohmann::json& object_;
  std::set<std::string> known_;
  std::optional<std::string> wrong_;
};

}  // namespace liqo::varlink
