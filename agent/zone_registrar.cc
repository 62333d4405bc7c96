#include "agent/zone_registrar.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "agent/registration/wishes.h"
#include "agent/state/agent_tag.h"

namespace liqo {
namespace {

bool any_shares(const Config& config) {
  return std::any_of(config.zones.begin(), config.zones.end(),
                     [](const registrar::ZoneOptions& zone) { return zone.share_lan; });
}

/// With another tag after each start what the last one registered ends with its lease, no sooner.
std::uint32_t tag_in(const std::string& state_dir) {
  const auto tag = state::agent_tag(state_dir);
  if (tag) return *tag;
  spdlog::warn("registration: {}; what is registered cannot be taken up after a restart",
               tag.error().detail);
  return state::random_tag();
}

}  // namespace

ZoneRegistrar::ZoneRegistrar(loop::Loop& loop, Registry& registry, std::string state_dir,
                             Create create)
    : loop_(loop),
      registry_(registry),
      state_dir_(std::move(state_dir)),
      create_(std::move(create)),
      gather_(loop),
      limit_(loop) {}

void ZoneRegistrar::configure(const Config& config) {
  config_ = config;
  if (!registrar_ && config_.zones.empty()) return;
  if (!registrar_) create();
  token_.reset();
  if (any_shares(config_)) {
    token_ = registry_.subscribe([this](const Change&) { gather(); });
  }
  tell();
}

void ZoneRegistrar::create() {
  registrar::Registrar::Options options;
  options.agent = tag_in(state_dir_);
  registrar_ = create_(loop_, std::move(options), [this] { on_progress(); });
}

void ZoneRegistrar::set_links(const link::LinkTable& links) {
  if (links == links_) return;
  links_ = links;
  if (registrar_) tell();
}

void ZoneRegistrar::gather() {
  if (!gather_.armed()) gather_.arm(kGatherTime, [this] { tell(); });
}

void ZoneRegistrar::tell() {
  if (!withdrawn_) registrar_->want(registration::wishes(config_, links_, registry_.clusters()));
}

void ZoneRegistrar::refresh() {
  if (registrar_) registrar_->refresh();
}

void ZoneRegistrar::withdraw(Duration limit, std::function<void()> done) {
  withdrawn_ = std::move(done);
  if (registrar_) registrar_->want({});
  const bool nothing = !registrar_ || registrar_->gone();
  limit_.arm(nothing ? Duration::zero() : limit, [this] { finish(); });
}

void ZoneRegistrar::on_progress() {
  log_.tell(registrar_->status());
  if (withdrawn_ && registrar_->gone()) finish();
}

void ZoneRegistrar::finish() {
  limit_.cancel();
  if (const auto done = std::exchange(withdrawn_, nullptr)) done();
}

std::vector<registrar::InstanceStatus> ZoneRegistrar::status() const {
  if (!registrar_) return {};
  return registrar_->status();
}

}  // namespace liqo
