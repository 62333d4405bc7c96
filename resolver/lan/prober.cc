#include "resolver/lan/prober.h"

#include <array>
#include <map>
#include <set>
#include <utility>

#include "resolver/lan/connector.h"
#include "resolver/lan/question_socket.h"
#include "resolver/loop/timer.h"

namespace liqo::lan {
namespace {

using namespace std::chrono_literals;

enum class Step : std::uint8_t { kAsk, kConnect, kGiveUp };

struct Appointment {
  Duration after;
  Step step;
};

/// A responder answers a question for a unique record within 10 ms (RFC 6762 section 6), so one
/// that answers by unicast at all is spared the connection.
constexpr std::array kSchedule = {
    Appointment{0ms, Step::kAsk}, Appointment{250ms, Step::kConnect}, Appointment{1s, Step::kAsk},
    Appointment{3s, Step::kAsk},  Appointment{8s, Step::kGiveUp},
};

/// At 2,560 a second, the most that the registry asks for after a resume, all silent for 8 s, with
/// room for reports. Each is some 500 octets while it lasts.
constexpr std::size_t kMaxProbes = 24'576;

class LanProber final : public Prober {
 public:
  LanProber(loop::Loop& loop, Proof on_proof)
      : loop_(loop),
        on_proof_(std::move(on_proof)),
        connector_(loop, [this](const SightingKey& key) { proven(key, EvidenceMethod::kTcp); }),
        timer_(loop) {}

  void probe(const Sighting& sighting) override {
    if (probes_.size() >= kMaxProbes || probes_.contains(sighting.key)) return;
    const auto name = sighting.key.domain.with_labels(
        std::array{std::string_view(sighting.key.instance), service_type_labels(sighting).first,
                   service_type_labels(sighting).second});
    if (!name) return;
    const BootTime now = BootClock::now();
    Probe& probe = probes_[sighting.key];
    probe.addresses = sighting.addresses;
    probe.port = sighting.port;
    probe.began = now;
    open_question(sighting.key, probe, *name);
    due_.insert({now, sighting.key});
    // In the next turn: a proof is never told inside this call.
    arm();
  }

  void cancel(const SightingKey& key) override { end(key); }

  void resumed() override {
    const BootTime now = BootClock::now();
    due_.clear();
    for (auto& [key, probe] : probes_) {
      connector_.cancel(key);
      probe.began = now;
      probe.step = 0;
      due_.insert({now, key});
    }
    arm();
  }

 private:
  using Door = std::pair<std::uint32_t, Family>;
  struct Channel {
    std::unique_ptr<QuestionSocket> socket;
    std::map<std::uint16_t, SightingKey> asked;
  };
  struct Probe {
    std::vector<IpAddress> addresses;
    std::uint16_t port = 0;
    BootTime began{};
    std::size_t step = 0;  ///< of kSchedule, the next
    std::optional<std::uint16_t> question;
  };

  static std::pair<std::string_view, std::string_view> service_type_labels(const Sighting& of) {
    const std::string_view type = service_type(of.key.service);
    const std::size_t dot = type.find('.');
    return {type.substr(0, dot), type.substr(dot + 1)};
  }

  void open_question(const SightingKey& key, Probe& probe, const DomainName& name) {
    const Door door{key.interface, key.family};
    Channel& channel = channels_[door];
    if (channel.socket == nullptr) {
      auto socket = QuestionSocket::create(loop_, key.interface, key.family,
                                           [this, door](std::uint16_t id) { answered(door, id); });
      // Without it there is still the connection.
      if (socket) channel.socket = std::move(*socket);
    }
    if (channel.socket == nullptr || channel.socket->full()) {
      if (channel.asked.empty()) channels_.erase(door);
      return;
    }
    probe.question = channel.socket->open(name);
    channel.asked[*probe.question] = key;
  }

  void answered(const Door& door, std::uint16_t id) {
    const auto channel = channels_.find(door);
    if (channel == channels_.end()) return;
    const auto asked = channel->second.asked.find(id);
    if (asked == channel->second.asked.end()) return;
    proven(asked->second, EvidenceMethod::kQuery);
  }

  /// Takes its own copy: the probe that holds the key ends here.
  // NOLINTNEXTLINE(performance-unnecessary-value-param)
  void proven(SightingKey key, EvidenceMethod method) {
    if (end(key)) on_proof_(key, method);
  }

  bool end(const SightingKey& key) {
    const auto found = probes_.find(key);
    if (found == probes_.end()) return false;
    connector_.cancel(key);
    const Probe& probe = found->second;
    due_.erase({probe.began + kSchedule[probe.step].after, key});
    if (probe.question) close_question(key, *probe.question);
    probes_.erase(found);
    return true;
  }

  void close_question(const SightingKey& key, std::uint16_t id) {
    const auto channel = channels_.find({key.interface, key.family});
    channel->second.socket->close(id);
    channel->second.asked.erase(id);
    if (channel->second.asked.empty()) channels_.erase(channel);
  }

  void take_steps() {
    const BootTime now = BootClock::now();
    while (!due_.empty() && due_.begin()->first <= now) {
      const SightingKey key = due_.begin()->second;
      due_.erase(due_.begin());
      Probe& probe = probes_.at(key);
      const Step step = kSchedule[probe.step].step;
      if (step != Step::kGiveUp) {
        ++probe.step;
        due_.insert({probe.began + kSchedule[probe.step].after, key});
      }
      take(step, key, probe);
    }
    arm();
  }

  void take(Step step, const SightingKey& key, const Probe& probe) {
    switch (step) {
      case Step::kAsk:
        if (probe.question) channels_.at({key.interface, key.family}).socket->ask(*probe.question);
        break;
      case Step::kConnect:
        if (transport(key.service) == "tcp") connector_.add(key, probe.addresses, probe.port);
        break;
      case Step::kGiveUp:
        end(key);
        break;
    }
  }

  void arm() {
    if (due_.empty()) return timer_.cancel();
    timer_.arm_at(due_.begin()->first, [this] { take_steps(); });
  }

  loop::Loop& loop_;
  Proof on_proof_;
  std::map<SightingKey, Probe> probes_;
  std::set<std::pair<BootTime, SightingKey>> due_;
  std::map<Door, Channel> channels_;
  Connector connector_;
  loop::Timer timer_;
};

}  // namespace

std::unique_ptr<Prober> Prober::create(loop::Loop& loop, Proof on_proof) {
  return std::make_unique<LanProber>(loop, std::move(on_proof));
}

}  // namespace liqo::lan
