#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/manual/entries.h"
#include "agent/registry/registry.h"
#include "resolver/dns/host_resolver.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/work.h"

namespace liqo::manual {

/// An entry and how it stands, for people.
struct EntryStatus {
  Entry entry;
  std::vector<IpAddress> addresses;
  std::string
      error;  ///< why it is not confirmed: of its name, or of its last question; may be empty
};

/// The clusters that users added by hand: keeps them in manual.json, follows the addresses of their
/// hosts, and tells the registry. What is added or removed counts once it is on the disk. Only this
/// writes that file; it does so on another thread, one change after the other.
class Source {
 public:
  /// Of an add: from the stored entry to an answer, whether or not its server has said who it is.
  static constexpr Duration kAnswerTime = std::chrono::seconds(6);
  /// Changes by users that wait for the disk at once: each is a write of the whole file.
  static constexpr std::size_t kMaxWaiting = 64;

  using Done = std::function<void(const Result<void>& outcome)>;
  /// `problem`: why it is not confirmed, empty where it is.
  using Added = std::function<void(const Result<std::string>& problem)>;
  /// Has the auth endpoints of a cluster asked again.
  using Ask = std::function<void(const ClusterId& cluster)>;
  using MakeResolver = std::function<std::unique_ptr<dns::HostResolver>(
      loop::Loop& loop, dns::HostResolver::Changed changed)>;

  /// All must outlive it. Neither asks nor tells anything before load().
  Source(loop::Loop& loop, Registry& registry, SightingSink& sink, std::string directory,
         const MakeResolver& make_resolver);
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// What was added before; nothing more is read once that is known. A file that is no good is
  /// renamed to manual.json.bad. One that cannot be read or renamed is left as it is: until it can
  /// be, by another call, whatever would replace it is refused.
  void load();
  void set_asker(Ask ask) { ask_ = std::move(ask); }

  /// Adds an entry, or gives a known one another name where one is given; one whose server did not
  /// answer is asked again. kLimitReached or kUnavailable (kMaxWaiting) before anything is done;
  /// else `added` is called once, from the loop: with kIo where it could not be kept, or once its
  /// server has answered, could not be asked, or was silent for kAnswerTime.
  Result<void> add(const AuthUrl& url, std::string name, Added added);
  /// Forgets the entries of a cluster, or the one of a URL or a name as it was given. kNotFound
  /// where there are none, kUnavailable as above; else `done` is called once that is kept, from the
  /// loop.
  Result<void> remove(const std::string& reference, const std::optional<ClusterId>& cluster,
                      Done done);
  void refresh() { resolver_->refresh(); }

  /// To be told what became of a question to one of its endpoints.
  void asked(const Sighting& sighting, const Result<void>& outcome);

  [[nodiscard]] std::vector<EntryStatus> status() const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// How often what was added before could not be read.
  [[nodiscard]] std::uint64_t unreadable() const { return unreadable_; }

 private:
  struct Change {
    std::function<void(Entries&)> apply;
    Done done;
  };
  struct Waiting {
    std::string url;
    Added added;
    std::unique_ptr<loop::Timer> patience;
  };
  using Errors = std::map<std::string, std::string>;

  Result<void> queue(std::function<void(Entries&)> apply, Done done);
  void push(Change change);
  void write_next();
  void learn();
  void commit(Entries entries);
  /// Of one that is no longer among the entries: what is known beside the registry.
  void forget(const Entry& entry);
  void on_registry(const liqo::Change& change);
  void on_host(const DomainName& host);
  void tell(const Entry& entry);
  void untell(const Entry& entry);
  void wait_for_answer(const std::string& url, Added added);
  void settle(const std::string& url, const std::string& problem);
  void ask_again(const std::string& url);
  [[nodiscard]] std::vector<std::string> urls_of(const ClusterId& cluster) const;
  [[nodiscard]] std::vector<IpAddress> addresses_of(const Entry& entry) const;
  [[nodiscard]] std::string problem_of(const Entry& entry) const;

  loop::Loop& loop_;
  Registry& registry_;
  SightingSink& sink_;
  std::string directory_;
  Entries entries_;
  Errors errors_;                                    ///< of the last question to each, by URL
  std::string unread_ = "it has not been read yet";  ///< why entries_ may not replace the file
  std::uint64_t unreadable_ = 0;
  std::map<std::string, ClusterId> learned_;  ///< by URL; not on the disk yet
  bool learning_ = false;                     ///< a change waits that puts them there
  std::string learn_error_;                   ///< of the last such change
  Ask ask_ = [](const ClusterId&) {};
  std::deque<Change> changes_;
  std::vector<Waiting> waiting_;
  std::unique_ptr<dns::HostResolver> resolver_;
  std::unique_ptr<loop::Work> work_;
  Registry::Token token_;
};

}  // namespace liqo::manual
