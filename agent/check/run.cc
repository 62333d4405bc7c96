#include "agent/check/run.h"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>
#include <vector>

#include "agent/check/rows.h"
#include "agent/check/setting.h"
#include "agent/probe/udp.h"
#include "resolver/loop/timer.h"

namespace liqo::check {
namespace {

/// What lets one hope most, first.
constexpr std::array kByHope = {probe::UdpOutcome::kSilent, probe::UdpOutcome::kAnswered,
                                probe::UdpOutcome::kRefused, probe::UdpOutcome::kUnreachable};

class CheckRun final : public Run {
 public:
  CheckRun(loop::Loop& loop, probe::Https& https, std::optional<Advert> own, LocalNetwork network,
           std::shared_ptr<const Cluster> cluster, std::vector<std::string> fingerprints,
           Handlers handlers)
      : loop_(loop),
        https_(https),
        own_(std::move(own)),
        network_(std::move(network)),
        cluster_(std::move(cluster)),
        fingerprints_(std::move(fingerprints)),
        handlers_(std::move(handlers)),
        setting_(setting_of(sides())),
        tell_(loop) {
    for (const Service service : kServices) begin(service);
    for (const Service service : kServices) {
      our_rows_[index_of(service)] = our_row(sides(), setting_, service);
      known(our_rows_[index_of(service)]);
    }
    known(version_row(sides()));
  }

  [[nodiscard]] const Setting& setting() const override { return setting_; }

 private:
  struct Datagram {
    IpAddress address;
    std::optional<probe::UdpOutcome> outcome{};
    Duration time{};
    std::unique_ptr<probe::UdpProbe> probe{};
  };

  [[nodiscard]] Sides sides() const { return {own_, network_, *cluster_, fingerprints_}; }

  void begin(Service service) {
    const Row row = their_row(sides(), setting_, service);
    const auto& endpoint = cluster_->endpoints[index_of(service)];
    if (!endpoint) return measured(service, row);
    ++waiting_;
    if (service == Service::kGateway) return send_datagrams(*endpoint, row);
    probe::HttpsRequest request;
    request.host = endpoint->host.to_string();
    request.port = endpoint->port;
    request.path = service == Service::kAuth ? "/ids" : "/livez";
    request.addresses = endpoint->addresses;
    questions_.push_back(
        https_.get(std::move(request), [this, service, row](const probe::HttpsOutcome& outcome) {
          Row judged = row;
          if (service == Service::kAuth) {
            judge_auth(judged, sides(), setting_, outcome);
          } else {
            judge_api(judged, setting_, outcome);
          }
          --waiting_;
          measured(service, judged);
        }));
  }

  void send_datagrams(const Endpoint& endpoint, const Row& row) {
    gateway_row_ = row;
    const std::size_t count = std::min(endpoint.addresses.size(), kMaxGatewayAddresses);
    datagrams_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      Datagram& datagram = datagrams_.emplace_back(Datagram{endpoint.addresses[i]});
      datagram.probe =
          probe::UdpProbe::create(loop_, datagram.address, endpoint.port,
                                  [this, &datagram](probe::UdpOutcome outcome, Duration time) {
                                    datagram.outcome = outcome;
                                    datagram.time = time;
                                    datagrams_changed();
                                  });
    }
  }

  void datagrams_changed() {
    const auto open = [](const Datagram& datagram) { return !datagram.outcome; };
    if (std::any_of(datagrams_.begin(), datagrams_.end(), open)) return;
    const auto hope = [](const Datagram& datagram) {
      return std::find(kByHope.begin(), kByHope.end(), *datagram.outcome);
    };
    const auto best =
        std::min_element(datagrams_.begin(), datagrams_.end(),
                         [&hope](const auto& a, const auto& b) { return hope(a) < hope(b); });
    judge_gateway(gateway_row_, setting_, best->address, *best->outcome, best->time);
    --waiting_;
    measured(Service::kGateway, gateway_row_);
  }

  void measured(Service service, const Row& row) {
    if (service == Service::kGateway) gateway_row_ = row;
    known(row);
  }

  void known(const Row& row) {
    rows_.push_back(row);
    tell_.arm(Duration::zero(), [this] { tell(); });
  }

  /// May be the last thing that this does.
  void tell() {
    if (waiting_ == 0 && !std::exchange(complete_, true)) {
      rows_.push_back(
          one_gateway_row(gateway_row_, our_rows_[index_of(Service::kGateway)], setting_));
    }
    while (told_ < rows_.size()) handlers_.row(rows_[told_++]);
    if (complete_) handlers_.verdict(verdict_of(rows_));
  }

  loop::Loop& loop_;
  probe::Https& https_;
  std::optional<Advert> own_;
  LocalNetwork network_;
  std::shared_ptr<const Cluster> cluster_;
  std::vector<std::string> fingerprints_;
  Handlers handlers_;
  Setting setting_;
  loop::Timer tell_;
  std::size_t waiting_ = 0;  ///< services that are being measured
  bool complete_ = false;
  std::vector<Row> rows_;
  std::size_t told_ = 0;
  Row gateway_row_{.requirement = "gateway"};
  std::array<Row, kServiceCount> our_rows_;
  std::vector<Datagram> datagrams_;
  std::vector<probe::Https::Question> questions_;
};

}  // namespace

std::unique_ptr<Run> Run::create(loop::Loop& loop, probe::Https& https, std::optional<Advert> own,
                                 LocalNetwork network, std::shared_ptr<const Cluster> cluster,
                                 std::vector<std::string> fingerprints, Handlers handlers) {
  return std::make_unique<CheckRun>(loop, https, std::move(own), std::move(network),
                                    std::move(cluster), std::move(fingerprints),
                                    std::move(handlers));
}

}  // namespace liqo::check
