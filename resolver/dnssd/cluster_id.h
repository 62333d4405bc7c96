#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace liqo {

class TxtRecord;

/// A letter-digit-hyphen label in lower case, as RFC 1123 section 2.1 and Kubernetes have it.
bool is_rfc1123_label(std::string_view label);

/// A UUID in lower case (RFC 9562 section 4).
bool is_uuid(std::string_view label);

/// A cluster's id: a lower-case RFC 1123 label, a UUID by default.
using ClusterId = std::string;

/// Whose instance this is: TXT `id=` where it is a valid id, else the instance label without the
/// " #2" that a name conflict leaves behind (RFC 6763 appendix D), both folded to lower case.
/// Nothing where neither is a valid id: such an instance is not a cluster.
std::optional<ClusterId> cluster_id_of(std::string_view instance, const TxtRecord& txt);

}  // namespace liqo
