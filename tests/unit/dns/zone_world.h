#pragma once

#include <functional>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "resolver/dns/domain.h"

namespace liqo::dns::test {

DomainName name(std::string_view text);

/// The records of a scripted server, and how it behaves. Rdata in a word: of PTR and CNAME a name,
/// of SRV "PRIORITY WEIGHT PORT TARGET", of TXT its strings between blanks, of A and AAAA an
/// address.
class Zone {
 public:
  enum class Manner { kGood, kSilent, kRefusing, kWithoutSoa };

  Manner manner = Manner::kGood;
  std::map<std::string, Manner> manners;  ///< of single names
  std::optional<Dnssec> dnssec;
  std::map<std::string, Dnssec> validity;  ///< of single names
  std::optional<RecordType> refused;       ///< questions of this type fail
  bool additionals = false;                ///< SRV answers bring all of the target along
  std::uint32_t negative_ttl = 60;

  void set(std::string_view owner, RecordType type, std::vector<std::string> rdata,
           std::uint32_t ttl = 60);
  void erase(std::string_view owner, RecordType type);
  /// A whole service: PTR (added to the set), SRV, TXT, A.
  void add_service(const std::string& id, Service service, const std::string& srv,
                   const std::string& txt = "txtvers=1");

  [[nodiscard]] Reply reply(const wire::Question& question) const;

 private:
  struct Set {
    std::vector<std::string> rdata;
    std::uint32_t ttl = 60;
  };
  using Key = std::pair<DomainName, RecordType>;

  [[nodiscard]] Manner manner_of(const DomainName& owner) const;
  [[nodiscard]] const Set* find(const DomainName& owner, RecordType type) const;
  void answer(wire::Message& message, DomainName owner, RecordType type) const;

  std::map<Key, Set> sets_;
};

/// A transport whose answers are the zone's, a while after the question.
class ScriptedTransport final : public Transport {
 public:
  ScriptedTransport(const Zone& zone, std::function<BootTime()> clock)
      : zone_(zone), clock_(std::move(clock)) {}

  Duration delay = std::chrono::milliseconds(20);
  std::vector<std::string> asked;  ///< "NAME TYPE", in order

  [[nodiscard]] std::unique_ptr<Query> ask(const wire::Question& question, Done done) override;
  [[nodiscard]] std::optional<BootTime> next() const;
  /// Gives the answers that are due.
  void deliver(BootTime now);
  [[nodiscard]] std::size_t under_way() const { return pending_.size(); }

 private:
  struct Pending;
  const Zone& zone_;
  std::function<BootTime()> clock_;
  std::list<Pending*> pending_;
};

/// One domain, its server, a clock that jumps, and what the sink was told, a line each.
class World final : public SightingSink {
 public:
  explicit World(DomainOptions options = {.name = name("example.com")});

  Zone zone;
  std::vector<std::string> events;
  std::size_t told = 0;                      ///< how often anything was seen, ever
  std::map<std::string, Sighting> seen_now;  ///< by "INSTANCE SERVICE HOST:PORT"

  /// Lets time pass: answers come and questions are asked when they are due.
  void run(Duration time);
  /// Until the first pass is over, 60 s at the longest.
  void sync();
  /// The events since the last call.
  std::vector<std::string> news();
  [[nodiscard]] BootTime now() const { return now_; }
  /// Every record set has a question under way or a time.
  [[nodiscard]] bool invariant() const;

  ScriptedTransport transport;
  ScriptedTransport retries;  ///< for what failed last
  int flushes = 0;
  int most_flushes = std::numeric_limits<int>::max();  ///< run() makes no more, ever
  std::unique_ptr<Domain> domain;

 private:
  void seen(Sighting sighting, EvidenceMethod method) override;
  void unseen(const SightingKey& key, Gone reason) override;
  void source_lost(liqo::Source) override {}
  void source_synced(liqo::Source) override {}
  void domain_listed(liqo::Source source, const DomainName& listed, Service service) override;

  BootTime now_{std::chrono::hours(100)};
  bool awake_ = false;
};

/// A cluster with two IPv4 addresses and one of IPv6, and how the world names what is seen of it.
void add_milan(World& world);
inline constexpr const char* kMilan = "milan auth h.example.com:443";

std::size_t count(const std::vector<std::string>& asked, const std::string& what);

}  // namespace liqo::dns::test
