#include "resolver/dnssd/cluster_id.h"

#include <algorithm>

#include "resolver/dnssd/domain_name.h"
#include "resolver/dnssd/txt_record.h"

namespace liqo {
namespace {

bool is_alphanumeric(char octet) {
  return (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9');
}

/// Cuts off the " #2" or " (2)" that a responder appends after a conflict.
std::string_view without_rename(std::string_view instance) {
  const std::size_t space = instance.rfind(' ');
  if (space == std::string_view::npos) return instance;
  std::string_view number = instance.substr(space + 1);
  if (number.starts_with('#')) {
    number.remove_prefix(1);
  } else if (number.starts_with('(') && number.ends_with(')') && number.size() > 2) {
    number = number.substr(1, number.size() - 2);
  } else {
    return instance;
  }
  const bool digits = !number.empty() && std::all_of(number.begin(), number.end(), [](char octet) {
    return octet >= '0' && octet <= '9';
  });
  return digits ? instance.substr(0, space) : instance;
}

}  // namespace

bool is_rfc1123_label(std::string_view label) {
  return !label.empty() && label.size() <= DomainName::kMaxLabelOctets &&
         is_alphanumeric(label.front()) && is_alphanumeric(label.back()) &&
         std::all_of(label.begin(), label.end(),
                     [](char octet) { return is_alphanumeric(octet) || octet == '-'; });
}

bool is_uuid(std::string_view label) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::equal(
      label.begin(), label.end(), kForm.begin(), kForm.end(), [](char octet, char form) {
        const bool digit = (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'f');
        return form == 'x' ? digit : octet == form;
      });
}

std::optional<ClusterId> cluster_id_of(std::string_view instance, const TxtRecord& txt) {
  if (const auto told = txt.get("id")) {
    ClusterId id = fold_case(*told);
    if (is_rfc1123_label(id)) return id;
  }
  ClusterId id = fold_case(without_rename(instance));
  if (is_rfc1123_label(id)) return id;
  return std::nullopt;
}

}  // namespace liqo
