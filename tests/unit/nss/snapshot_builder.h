#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace liqo::test {

/// An entry of a name record: "10.0.0.1", "2001:db8::1" or "fe80::1" with a zone.
struct Entry {
  std::string address;
  std::uint32_t zone = 0;
};

/// Puts a snapshot together by the description in nss/snapshot.h, octet by octet and without
/// tinycdb: a second opinion on the format, and the way to make damaged ones.
class SnapshotBuilder {
 public:
  explicit SnapshotBuilder(std::string_view suffix = "liqo.internal");

  /// Milliseconds from now on, negative for the past; without it the file's own lease.
  SnapshotBuilder& lease(std::int64_t milliseconds);
  SnapshotBuilder& magic(std::string_view magic);
  SnapshotBuilder& name(std::string_view name, const std::vector<Entry>& addresses);
  /// As above with an end of its own, in milliseconds from now on.
  SnapshotBuilder& name(std::string_view name, const std::vector<Entry>& addresses,
                        std::int64_t end);
  SnapshotBuilder& reverse(std::string_view address, std::string_view name);
  SnapshotBuilder& record(std::string key, std::string value);

  [[nodiscard]] std::string bytes() const;

 private:
  struct Record {
    std::string key;
    std::string value;
  };
  std::string suffix_;
  std::string magic_;
  std::uint64_t lease_end_;
  std::vector<Record> records_;
};

/// A directory of its own with a snapshot in it that the module is pointed to while this lives.
class SnapshotFile {
 public:
  SnapshotFile();
  explicit SnapshotFile(std::string_view bytes) : SnapshotFile() { replace(bytes); }
  ~SnapshotFile();
  SnapshotFile(const SnapshotFile&) = delete;
  SnapshotFile& operator=(const SnapshotFile&) = delete;

  /// By rename, as the agent does.
  void replace(std::string_view bytes);
  void remove();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string directory_;
  std::string path_;
};

}  // namespace liqo::test
