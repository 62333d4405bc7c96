#include "agent/registry/find.h"

#include <iterator>
#include <set>
#include <string>

#include "resolver/dnssd/domain_name.h"

namespace liqo {
namespace {

/// The ids that a reference may mean.
class Matches {
 public:
  void add(std::string_view id) {
    ++count_;
    ids_.insert(id);
    if (ids_.size() > kMaxNamed) ids_.erase(std::prev(ids_.end()));
  }

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::string_view first() const { return *ids_.begin(); }
  [[nodiscard]] std::string list() const {
    std::string list;
    for (const std::string_view id : ids_) (list += list.empty() ? "" : ", ") += id;
    if (count_ > ids_.size()) list += " and " + std::to_string(count_ - ids_.size()) + " more";
    return list;
  }

 private:
  // Enough to see which was meant; an error is one line.
  static constexpr std::size_t kMaxNamed = 8;

  std::size_t count_ = 0;
  std::set<std::string_view> ids_;
};

}  // namespace

void ToldNames::remove(const Record& record) {
  if (record.told && !record.told->name.empty()) named_.erase(&record);
}

void ToldNames::add(const Record& record) {
  if (record.told && !record.told->name.empty()) named_.insert(&record);
}

bool ToldNames::ByName::operator()(const Record* a, const Record* b) const {
  if (less_folded(a->told->name, b->told->name)) return true;
  return !less_folded(b->told->name, a->told->name) && *a->id < *b->id;
}
bool ToldNames::ByName::operator()(const Record* a, std::string_view name) const {
  return less_folded(a->told->name, name);
}
bool ToldNames::ByName::operator()(std::string_view name, const Record* b) const {
  return less_folded(name, b->told->name);
}

Result<std::shared_ptr<const Cluster>> find_cluster(const Registry::View& view,
                                                    const ToldNames& names,
                                                    std::string_view reference) {
  if (reference.empty())
    return Error{Errc::kInvalid, "no cluster named: an id or a name is needed"};
  const std::string folded = fold_case(reference);
  // What is one cluster's id and the name that another held before could mean either.
  const auto exact = view.find(folded);
  if (exact != view.end() && !exact->second->id_taken) return exact->second;

  Matches matches;
  for (auto it = view.lower_bound(folded); it != view.end() && it->first.starts_with(folded);
       ++it) {
    matches.add(it->first);
  }
  names.named(folded, [&](const Cluster& cluster) {
    if (!cluster.id.starts_with(folded)) matches.add(cluster.id);
  });
  const std::string shown = label_to_text(reference.substr(0, DomainName::kMaxLabelOctets));
  if (matches.count() == 0) return Error{Errc::kNotFound, "no cluster '" + shown + "'"};
  if (matches.count() > 1) {
    return Error{Errc::kInvalid, "'" + shown + "' names several clusters: " + matches.list()};
  }
  return view.find(matches.first())->second;
}

}  // namespace liqo
