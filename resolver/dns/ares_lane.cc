#include "resolver/dns/ares_lane.h"

#include <algorithm>
#include <utility>

namespace liqo::dns {

AresLane::AresLane(loop::Loop& loop, const NameServer& server, const AresOptions& options,
                   AresChannel::Owner& owner)
    : loop_(loop),
      server_(server),
      name_(to_string(server)),
      owner_(owner),
      patience_(options.attempt_time),
      ports_change_(options.ports_change_on_loopback || !server.address.is_loopback()),
      questions_per_channel_(options.queries_per_channel),
      pool_(ports_change_ ? std::max<std::size_t>(options.channels_per_server, 1) : 1) {}

std::unique_ptr<LaneChannel> AresLane::open(bool edns) {
  auto channel = std::make_unique<LaneChannel>();
  channel->edns = edns;
  channel->ares =
      AresChannel::create(loop_, server_, {.patience = patience_, .edns = edns}, owner_);
  return channel->ares == nullptr ? nullptr : std::move(channel);
}

LaneChannel* AresLane::next(BootTime now) {
  const bool edns = now >= plain_until_;
  turn_ = (turn_ + 1) % pool_.size();
  std::unique_ptr<LaneChannel>& channel = pool_[turn_];
  if (channel != nullptr && is_worn(*channel, edns)) retire(*channel);
  if (channel == nullptr) channel = open(edns);
  return channel.get();
}

bool AresLane::is_worn(const LaneChannel& channel, bool edns) const {
  if (channel.worn || channel.edns != edns) return true;
  return ports_change_ && channel.ares->asked() >= questions_per_channel_;
}

void AresLane::retire(LaneChannel& channel) {
  if (!channel.retired) {
    channel.retired = true;
    const auto place = std::find_if(pool_.begin(), pool_.end(),
                                    [&](const auto& one) { return one.get() == &channel; });
    retired_.push_back(std::move(*place));
  }
  sweep();
}

void AresLane::sweep() {
  std::erase_if(retired_, [](const auto& channel) { return channel->waiting == 0; });
}

void AresLane::saw_answer(LaneChannel& channel, bool has_opt) {
  knows_edns_ = knows_edns_ || has_opt;
  if (knows_edns_ && !has_opt) channel.worn = true;
}

}  // namespace liqo::dns
