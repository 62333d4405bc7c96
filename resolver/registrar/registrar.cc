#include "resolver/registrar/registrar.h"

#include <algorithm>
#include <map>
#include <utility>

#include "resolver/dns/resolv_conf.h"
#include "resolver/dns/transports.h"

namespace liqo::registrar {
namespace {

class DnsRegistrar final : public Registrar {
 public:
  DnsRegistrar(loop::Loop& loop, Options options, std::function<void()> changed)
      : loop_(loop),
        options_(std::move(options)),
        changed_(std::move(changed)),
        transports_(loop),
        turn_(loop) {}

  void want(const std::vector<ZoneWish>& wishes) override {
    for (auto& [name, zone] : zones_) {
      const auto same = [&name = name](const ZoneWish& wish) { return wish.options.zone == name; };
      if (std::none_of(wishes.begin(), wishes.end(), same)) zone->want({});
    }
    for (const ZoneWish& wish : wishes) {
      auto& zone = zones_[wish.options.zone];
      if (!zone) {
        zone = std::make_unique<Zone>(
            loop_, wish.options, options_.agent, [this] { return system(); }, [this] { wake(); });
      }
      zone->configure(wish.options);
      zone->want(wish.wanted);
    }
    wake();
  }

  void refresh() override {
    for (auto& [name, zone] : zones_) zone->refresh();
  }

  [[nodiscard]] bool gone() const override {
    return std::all_of(zones_.begin(), zones_.end(),
                       [](const auto& each) { return each.second->gone(); });
  }

  [[nodiscard]] std::vector<InstanceStatus> status() const override {
    std::vector<InstanceStatus> status;
    for (const auto& [name, zone] : zones_) zone->append_status(status);
    return status;
  }

 private:
  /// The servers of resolv.conf, which is followed from the first time that they are needed.
  std::shared_ptr<dns::Transport> system() {
    if (!resolv_conf_) {
      resolv_conf_ = std::make_unique<dns::ResolvConfWatch>(
          loop_, options_.resolv_conf,
          [this](const dns::ResolvConf& conf) { transports_.set_system_servers(conf.servers); });
      transports_.set_system_servers(resolv_conf_->conf().servers);
    }
    return transports_.system();
  }

  void wake() {
    if (turn_.armed()) return;
    turn_.arm(Duration::zero(), [this] {
      std::erase_if(zones_, [](const auto& each) { return each.second->gone(); });
      transports_.drop_unused();
      changed_();
    });
  }

  loop::Loop& loop_;
  Options options_;
  std::function<void()> changed_;
  dns::Transports transports_;
  std::unique_ptr<dns::ResolvConfWatch> resolv_conf_;
  std::map<DomainName, std::unique_ptr<Zone>> zones_;
  loop::Timer turn_;
};

}  // namespace

std::unique_ptr<Registrar> Registrar::create(loop::Loop& loop, Options options,
                                             std::function<void()> changed) {
  return std::make_unique<DnsRegistrar>(loop, std::move(options), std::move(changed));
}

}  // namespace liqo::registrar
