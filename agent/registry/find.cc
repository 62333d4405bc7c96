#include "agent/registry/find.h"

#include <map>
#include <string>

#include "resolver/dnssd/domain_name.h"

namespace liqo {
namespace {

// Enough to see which was meant; an error is one line.
constexpr std::size_t kMaxNamed = 8;

Error ambiguous(const Registry::View& matches, const std::string& shown) {
  std::string ids;
  std::size_t named = 0;
  for (const auto& [id, cluster] : matches) {
    if (named == kMaxNamed) break;
    ids += (named++ == 0 ? "" : ", ") + id;
  }
  if (matches.size() > named) ids += " and " + std::to_string(matches.size() - named) + " more";
  return Error{Errc::kInvalid, "'" + shown + "' names several clusters: " + ids};
}

}  // namespace

Result<std::shared_ptr<const Cluster>> find_cluster(const Registry::View& view,
                                                    std::string_view reference) {
  if (reference.empty())
    return Error{Errc::kInvalid, "no cluster named: an id or a name is needed"};
  const std::string folded = fold_case(reference);
  if (const auto exact = view.find(folded); exact != view.end()) return exact->second;

  Registry::View matches;
  for (auto it = view.lower_bound(folded); it != view.end() && it->first.starts_with(folded);
       ++it) {
    matches.insert(*it);
  }
  for (const auto& entry : view) {
    const std::string& name = entry.second->name;
    if (name.size() == folded.size() && fold_case(name) == folded) matches.insert(entry);
  }
  const std::string shown = label_to_text(reference.substr(0, DomainName::kMaxLabelOctets));
  if (matches.empty()) return Error{Errc::kNotFound, "no cluster '" + shown + "'"};
  if (matches.size() > 1) return ambiguous(matches, shown);
  return matches.begin()->second;
}

}  // namespace liqo
