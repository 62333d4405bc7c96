#pragma once

#include <array>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agent/registry/deadlines.h"
#include "agent/registry/entry.h"
#include "agent/registry/find.h"
#include "agent/registry/name_claims.h"
#include "agent/registry/registry.h"

namespace liqo {

/// The registry's inside, in six files: sources.cc (what sources tell), doubt.cc (suspicion and
/// proof), identity.cc (who answers), ageing.cc (time), flush.cc (from records to told clusters),
/// registry.cc (the rest).
class Registry::Impl {
 public:
  explicit Impl(RegistryOptions options);

  // sources.cc
  void seen(Sighting sighting, EvidenceMethod method, Now now);
  void unseen(const SightingKey& key, Gone reason, Now now);
  void source_lost(Source source, Now now);
  void source_synced(Source source, Now now);
  void drop_source(Source source, Gone reason);
  void limit_interfaces(const std::function<bool(const std::string& name)>& allowed);
  void domain_listed(Source source, const DomainName& domain, Service service);
  void restore(const Cluster& cluster, Now now);
  void resume(Record& record, const Cluster& before);

  // doubt.cc
  void evidence(const SightingKey& key, EvidenceMethod method, Now now);
  void suspect_cluster(const ClusterId& id, Now now);
  void suspect_interface(std::uint32_t interface, Now now);
  void resumed(Now now);

  // identity.cc
  std::optional<Identity> identified(const Sighting& asked, IdsAnswer answer, Now now);
  Result<bool> trust(const ClusterId& id, const std::optional<std::string>& fingerprint, Now now);
  void restore_certificates(CertificateBook certificates);
  [[nodiscard]] const CertificateBook& certificates() const { return certificates_; }
  [[nodiscard]] std::uint64_t certificates_generation() const { return certificates_generation_; }

  // ageing.cc
  [[nodiscard]] std::optional<BootTime> next_deadline() const;
  void advance(Now now);

  // flush.cc
  void flush();

  // registry.cc
  void set_local_network(LocalNetwork network);
  void set_own_id(ClusterId id);
  void set_preference(Source prefer);
  [[nodiscard]] Token subscribe(ChangeHandler handler);
  void set_check_handler(CheckHandler handler) { check_handler_ = std::move(handler); }
  [[nodiscard]] const View& view() const { return view_; }
  [[nodiscard]] Result<std::shared_ptr<const Cluster>> find(std::string_view reference) const {
    return find_cluster(view_, told_names_, reference);
  }
  [[nodiscard]] Counters counters() const;

 private:
  struct ByKey {
    using is_transparent = void;
    bool operator()(const std::unique_ptr<Entry>& a, const std::unique_ptr<Entry>& b) const {
      return a->sighting->key < b->sighting->key;
    }
    bool operator()(const std::unique_ptr<Entry>& a, const SightingKey& b) const {
      return a->sighting->key < b;
    }
    bool operator()(const SightingKey& a, const std::unique_ptr<Entry>& b) const {
      return a < b->sighting->key;
    }
  };
  using Entries = std::set<std::unique_ptr<Entry>, ByKey>;
  struct SourceState {
    bool lost = false;
    std::size_t founded = 0;  // records that it was the first to tell
  };

  // sources.cc
  Entry* insert(const Sighting& sighting, const ClusterId& id, Evidence evidence, Now now);
  [[nodiscard]] std::optional<ClusterId> id_of(const Sighting& sighting,
                                               Entries::const_iterator known) const;
  void told_again(Entry& entry, const Sighting& sighting, std::size_t unusable,
                  EvidenceMethod method, Now now);
  Entries::iterator erase(Entries::iterator entry, Gone reason);
  void erase(Entry& entry, Gone reason);
  Record* record_of(const ClusterId& id, Source source, Now now);
  [[nodiscard]] bool has_room(const Record& record, const Sighting& sighting) const;
  void forget(Record& record);

  // doubt.cc
  enum class Urgency { kNow, kPaced };
  void suspect(Entry& entry, Urgency urgency, Now now);
  void ask(Entry& entry, Now now);
  void ask_again(Entry& entry, Now now);
  void ask_later(Entry& entry, Now now);
  void refute(Entry& entry, Now now);
  void prove(Entry& entry, EvidenceMethod method, Now now);
  void set_doubt(Entry& entry, Doubt doubt, BootTime due);

  // identity.cc
  void move(Record& from, const Sighting& asked, const ClusterId& to, Now now);
  [[nodiscard]] Identity judge(const ClusterId& id, const IdsAnswer& answer, Now now);
  bool remember(const ClusterId& id, const std::string& fingerprint, Now now);
  void count(Identity before, Identity verdict);
  void judge_again(Record& record, Now now);

  // ageing.cc
  void renew(Entry& entry, Now now);
  [[nodiscard]] BootTime end_of_stale(const SightingEntry& restored, Now now) const;
  void leave(Entry& entry, Now now);
  bool wait_for_others(Entry& entry, Now now);
  void turn_stale(Entry& entry);

  // flush.cc
  std::vector<Record*> take_batch();
  void rebuild(Record& record);
  [[nodiscard]] std::shared_ptr<Cluster> merged(const Record& record) const;
  [[nodiscard]] std::string fingerprint_of(const Cluster& cluster) const;
  [[nodiscard]] std::string held_name(const Record& record) const;
  [[nodiscard]] bool is_listed(const ClusterId& id) const;
  [[nodiscard]] bool is_taken(const ClusterId& id) const;
  void touch_id(const std::string& id);
  std::shared_ptr<const Cluster> replace_told(Record& record);
  std::optional<Change> settle(Record& record);
  void tell(const std::vector<Change>& changes);
  void request_checks();

  void touch(Record& record);
  void touch_all();
  [[nodiscard]] bool is_own(const Entry& entry) const {
    return *entry.record->id == options_.own_id;
  }
  SourceState& state_of(Source source) { return sources_[static_cast<std::size_t>(source)]; }

  RegistryOptions options_;
  LocalNetwork network_;
  std::map<ClusterId, Record, std::less<>> records_;
  Entries entries_;
  std::array<SourceState, 3> sources_;
  Deadlines deadlines_;
  Pacer pacer_;
  NameClaims names_;
  CertificateBook certificates_;
  std::uint64_t certificates_generation_ = 0;
  std::deque<Record*> dirty_;  // in the order of their first change; records go only in flush()
  std::vector<SightingKey> asked_;  // since the last flush()
  View view_;
  ToldNames told_names_;  // of view_
  Counters counters_;
  std::vector<std::weak_ptr<ChangeHandler>> handlers_;
  CheckHandler check_handler_;
};

}  // namespace liqo
