#include "cli/live/board.h"

#include <algorithm>

#include "cli/cluster_table.h"

namespace liqo::cli {
namespace {

/// "withdrawn-or-expired" as people write it.
std::string spoken(std::string reason) {
  std::replace(reason.begin(), reason.end(), '-', ' ');
  return reason;
}

std::string name_of(const Json& cluster) {
  const std::string name = text_field(cluster, "name");
  return name.empty() ? text_field(cluster, "id") : name;
}

/// The reason, with what it came to where the reason alone does not tell.
std::string told(const std::string& reason, const Json& cluster) {
  return reason == "identity" ? "identity " + text_field(cluster, "identity") : reason;
}

/// What differs only in when it was last seen is the same to the eye.
bool looks_same(const Json& a, const Json& b) {
  for (const char* key : {"name", "version", "site", "state", "identity", "endpoints"}) {
    if (field(a, key) != field(b, key)) return false;
  }
  return true;
}

}  // namespace

void Board::apply(const Json& event, Now now) {
  const std::string what = raw_field(event, "event");
  const Json& cluster = field(event, "cluster");
  const std::string reason = spoken(text_field(event, "reason"));
  if (what == "sync") {
    end_snapshot(now);
  } else if (what == "resync") {
    begin_snapshot();
  } else if (what == "removed") {
    const auto row = rows_.find(raw_field(cluster, "id"));
    if (row != rows_.end() && row->second.mark != Mark::kGone) remove(row->second, reason, now);
  } else if (cluster.is_object()) {
    take(cluster, reason, now);
  }
}

void Board::take(const Json& cluster, const std::string& reason, Now now) {
  auto [place, fresh] = rows_.try_emplace(raw_field(cluster, "id"));
  Row& row = place->second;
  const bool came = fresh || row.mark == Mark::kGone;
  const bool same = !came && looks_same(row.cluster, cluster);
  Json before = std::exchange(row.cluster, cluster);
  row.key = sort_key(cluster);
  row.told = true;
  if (same || (came && !synced_ && !ever_synced_)) return;
  row.mark = came ? Mark::kAdded : Mark::kChanged;
  row.before = came ? Json() : std::move(before);
  row.marked = now.boot;
  row.reason = reason == "snapshot" ? (came ? "discovered" : "updated") : reason;
  record(row.mark, name_of(cluster), told(row.reason, cluster), now);
}

void Board::remove(Row& row, const std::string& reason, Now now) {
  row.mark = Mark::kGone;
  row.marked = now.boot;
  row.reason = reason;
  record(Mark::kGone, name_of(row.cluster), reason, now);
}

void Board::begin_snapshot() {
  synced_ = false;
  for (auto& [id, row] : rows_) row.told = row.mark == Mark::kGone;
}

void Board::end_snapshot(Now now) {
  for (auto& [id, row] : rows_) {
    if (!row.told) remove(row, "gone meanwhile", now);
    row.told = true;
  }
  if (away_) record(Mark::kNone, "", "the agent is back", now);
  synced_ = ever_synced_ = true;
  away_ = false;
}

void Board::lost(const std::string& why, Now now) {
  begin_snapshot();
  away_ = true;
  away_since_ = now.boot;
  record(Mark::kNone, "", why, now);
}

void Board::record(Mark mark, std::string name, std::string text, Now now) {
  entries_.push_front({now.wall, mark, std::move(name), std::move(text)});
  if (entries_.size() > kMaxEntries) entries_.pop_back();
}

void Board::advance(BootTime now) {
  std::erase_if(rows_, [now](const auto& each) {
    return each.second.mark == Mark::kGone && now >= each.second.marked + kGoneTime;
  });
  for (auto& [id, row] : rows_) {
    if (row.mark == Mark::kNone || row.mark == Mark::kGone) continue;
    if (now < row.marked + kMarkTime) continue;
    row.mark = Mark::kNone;
    row.before = Json();
  }
}

std::vector<const Board::Row*> Board::rows() const {
  std::vector<const Row*> sorted;
  sorted.reserve(rows_.size());
  for (const auto& [id, row] : rows_) sorted.push_back(&row);
  std::sort(sorted.begin(), sorted.end(),
            [](const Row* a, const Row* b) { return a->key < b->key; });
  return sorted;
}

std::size_t Board::size() const {
  return static_cast<std::size_t>(std::count_if(rows_.begin(), rows_.end(), [](const auto& each) {
    return each.second.mark != Mark::kGone;
  }));
}

std::size_t Board::count(std::string_view state) const {
  return static_cast<std::size_t>(
      std::count_if(rows_.begin(), rows_.end(), [state](const auto& each) {
        return each.second.mark != Mark::kGone && raw_field(each.second.cluster, "state") == state;
      }));
}

}  // namespace liqo::cli
