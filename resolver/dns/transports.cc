#include "resolver/dns/transports.h"

#include <algorithm>
#include <list>
#include <utility>

#include "resolver/dns/any_name_transport.h"
#include "resolver/dns/ares.h"
#include "resolver/dns/ares_transport.h"
#include "resolver/dns/trust_anchors.h"
#include "resolver/loop/timer.h"

namespace liqo::dns {
namespace {

/// Fails every question for one reason.
class NoTransport final : public Transport {
 public:
  NoTransport(loop::Loop& loop, Error why) : why_(std::move(why)), timer_(loop) {}

  [[nodiscard]] std::unique_ptr<Query> ask(const wire::Question&, Done done) override {
    auto refused = std::make_unique<Refused>(*this, std::move(done));
    refused->place = refused_.insert(refused_.end(), refused.get());
    if (!timer_.armed()) timer_.arm(Duration::zero(), [this] { tell(); });
    return refused;
  }

 private:
  struct Refused final : Query {
    Refused(NoTransport& owner, Done then) : transport(owner), done(std::move(then)) {}
    ~Refused() override {
      if (waits) transport.refused_.erase(place);
    }
    NoTransport& transport;
    Done done;
    bool waits = true;
    std::list<Refused*>::iterator place;
  };

  void tell() {
    // What is asked meanwhile is told in the next turn.
    for (std::size_t count = refused_.size(); count > 0 && !refused_.empty(); --count) {
      Refused* first = refused_.front();
      refused_.pop_front();
      first->waits = false;
      const Done done = std::move(first->done);
      done(Reply{.message = why_});
    }
    if (!refused_.empty()) timer_.arm(Duration::zero(), [this] { tell(); });
  }

  Error why_;
  std::list<Refused*> refused_;
  loop::Timer timer_;
};

/// The records of a file, or what is wrong with it; nothing where no file is named.
std::string anchors_in(const std::string& file) {
  if (file.empty()) return {};
  const auto anchors = read_trust_anchors(file);
  if (!anchors) return anchors.error().detail;
  std::string records;
  for (const TrustAnchor& anchor : *anchors) records += anchor.record + "\n";
  return records;
}

}  // namespace

void Transports::set_system_servers(std::vector<NameServer> servers) {
  system_servers_ = std::move(servers);
}

void Transports::reread_trust_anchors() {
  std::erase_if(made_,
                [](const Made& made) { return made.anchors != anchors_in(made.way.trust_anchor); });
}

std::shared_ptr<Transport> Transports::get(const DomainOptions& options,
                                           const std::string& trust_anchor) {
  Way way;
  way.mode = options.dnssec;
  way.servers = options.servers;
  const bool validates = way.mode == DnssecMode::kValidate;
  // Without servers of its own a validating one begins at the root.
  if (way.servers.empty() && !validates) way.servers = system_servers_;
  if (validates)
    way.trust_anchor = options.trust_anchor.empty() ? trust_anchor : options.trust_anchor;
  if (way.mode == DnssecMode::kAd) way.trusted = options.trusted;
  return get(way);
}

std::shared_ptr<Transport> Transports::system() { return get(Way{.servers = system_servers_}); }

std::shared_ptr<Transport> Transports::get(const Way& way) {
  const auto known = std::find_if(made_.begin(), made_.end(),
                                  [&way](const Made& made) { return made.way == way; });
  if (known != made_.end()) return known->transport;
  made_.push_back({way, anchors_in(way.trust_anchor), make(way)});
  return made_.back().transport;
}

std::shared_ptr<Transport> Transports::make(const Way& way) {
  if (way.mode == DnssecMode::kValidate) {
    return make_validating({.trust_anchor_files = {way.trust_anchor}, .servers = way.servers});
  }
  AresOptions options;
  options.servers = way.servers;
  options.want_ad = way.mode == DnssecMode::kAd;
  options.trusted = way.trusted;
  std::shared_ptr<Transport> ares = create_ares_transport(loop_, std::move(options));
  // libunbound without servers would iterate; c-ares says that there are none.
  if (!kNewAres || way.servers.empty()) return ares;
  return create_any_name_transport(std::move(ares), [this, servers = way.servers] {
    return make_validating({.servers = servers});
  });
}

std::shared_ptr<Transport> Transports::make_validating(ValidatingOptions options) {
  auto validating = create_validating_transport(loop_, std::move(options));
  if (!validating) return std::make_shared<NoTransport>(loop_, validating.error());
  return std::move(*validating);
}

void Transports::drop_unused() {
  std::erase_if(made_, [this](const Made& made) {
    const bool of_system =
        made.way.mode != DnssecMode::kValidate && made.way.servers == system_servers_;
    return made.transport.use_count() == 1 && !of_system;
  });
}

}  // namespace liqo::dns
