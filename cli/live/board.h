#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "cli/json.h"
#include "resolver/time.h"

namespace liqo::cli {

/// What a live table shows: the clusters as the events told, what of them just changed, and the
/// last events. Pure: time is an argument.
class Board {
 public:
  /// How long the eye is led to a change, and how long a row that went stays to be seen.
  static constexpr Duration kMarkTime = std::chrono::seconds(4);
  static constexpr Duration kGoneTime = std::chrono::seconds(6);
  /// More than any terminal shows.
  static constexpr std::size_t kMaxEntries = 64;

  enum class Mark { kNone, kAdded, kChanged, kGone };

  struct Row {
    Json cluster;
    Json before;      ///< kChanged: what it was
    std::string key;  ///< sort_key()
    Mark mark = Mark::kNone;
    BootTime marked;
    std::string reason;
    bool told = true;  ///< by the snapshot that is being read
  };

  /// A line of what happened.
  struct Entry {
    WallTime time;
    Mark mark = Mark::kNone;
    std::string name;
    std::string text;
  };

  void apply(const Json& event, Now now);
  /// The agent went away: what is shown is what was known.
  void lost(const std::string& why, Now now);
  /// Marks that had their time end, rows that went go.
  void advance(BootTime now);

  /// In the order in which they are shown.
  [[nodiscard]] std::vector<const Row*> rows() const;
  [[nodiscard]] const std::deque<Entry>& entries() const { return entries_; }  ///< newest first
  [[nodiscard]] std::size_t count(std::string_view state) const;
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool synced() const { return synced_; }
  [[nodiscard]] bool away() const { return away_; }
  [[nodiscard]] BootTime away_since() const { return away_since_; }

 private:
  void take(const Json& cluster, const std::string& reason, Now now);
  void remove(Row& row, const std::string& reason, Now now);
  void begin_snapshot();
  void end_snapshot(Now now);
  void record(Mark mark, std::string name, std::string text, Now now);

  std::map<std::string, Row> rows_;  // by id
  std::deque<Entry> entries_;
  bool synced_ = false;
  bool ever_synced_ = false;
  bool away_ = false;
  BootTime away_since_;
};

}  // namespace liqo::cli
