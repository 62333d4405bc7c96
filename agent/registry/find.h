#pragma once

#include <set>
#include <string_view>

#include "agent/registry/entry.h"
#include "agent/registry/registry.h"

namespace liqo {

/// The clusters that were told, by their names in either case: a hundred thousand are not walked
/// for one that is asked for.
class ToldNames {
 public:
  /// Before `record.told` changes its name, or goes.
  void remove(const Record& record);
  /// After it did, or came.
  void add(const Record& record);

  /// Calls `each` with every cluster of that name, in the order of ids.
  template <class Each>
  void named(std::string_view name, Each&& each) const {
    const auto [first, last] = named_.equal_range(name);
    for (auto it = first; it != last; ++it) each(*(*it)->told);
  }

 private:
  struct ByName {
    using is_transparent = void;
    bool operator()(const Record* a, const Record* b) const;
    bool operator()(const Record* a, std::string_view name) const;
    bool operator()(std::string_view name, const Record* b) const;
  };

  std::set<const Record*, ByName> named_;
};

/// Registry::find() on a view and its names.
Result<std::shared_ptr<const Cluster>> find_cluster(const Registry::View& view,
                                                    const ToldNames& names,
                                                    std::string_view reference);

}  // namespace liqo
