#include "resolver/dns/look.h"

#include <utility>

#include "resolver/dns/source.h"
#include "resolver/loop/timer.h"

namespace liqo::dns {
namespace {

/// A source of one domain, until its first pass is over.
class OneLook final : public Look, private SightingSink {
 public:
  OneLook(loop::Loop& loop, SourceOptions options, SightingSink& sink, Done done)
      : sink_(sink),
        done_(std::move(done)),
        over_(loop),
        source_(Source::create(loop, std::move(options), *this)) {}

 private:
  void seen(Sighting sighting, EvidenceMethod method) override {
    sink_.seen(std::move(sighting), method);
  }
  void unseen(const SightingKey& key, Gone reason) override { sink_.unseen(key, reason); }
  void source_lost(liqo::Source source) override { sink_.source_lost(source); }
  void domain_listed(liqo::Source source, const DomainName& domain, Service service) override {
    sink_.domain_listed(source, domain, service);
  }
  void source_synced(liqo::Source) override {
    over_.arm(Duration::zero(), [this] { finish(); });
  }

  void finish() {
    std::string error;
    for (const DomainStatus& domain : source_->status().domains) {
      if (!domain.answered) error = domain.error;
    }
    source_.reset();
    // On the stack: it may destroy this look.
    const Done done = std::move(done_);
    done(error);
  }

  SightingSink& sink_;
  Done done_;
  loop::Timer over_;
  std::unique_ptr<Source> source_;
};

}  // namespace

std::unique_ptr<Look> Look::create(loop::Loop& loop, SourceOptions options, SightingSink& sink,
                                   Done done) {
  options.enumerate = false;
  return std::make_unique<OneLook>(loop, std::move(options), sink, std::move(done));
}

}  // namespace liqo::dns
