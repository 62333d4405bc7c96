#include "tests/unit/agent/fake_dns.h"

#include <utility>

namespace liqo::test {
namespace {

std::string with_names(std::string text, const dns::SourceOptions& options) {
  for (const auto& each : options.domains) text += " " + each.name.to_string();
  return text;
}

class FakeSource final : public dns::Source {
 public:
  FakeSource(FakeSources& world, const dns::SourceOptions& options, SightingSink& sink)
      : world_(world) {
    world_.sink = &sink;
    world_.told.push_back(with_names("created", options));
  }
  ~FakeSource() override {
    world_.sink = nullptr;
    world_.told.emplace_back("destroyed");
  }
  void configure(dns::SourceOptions options) override {
    world_.told.push_back(with_names("configured", options));
  }
  void refresh() override { world_.told.emplace_back("refreshed"); }
  void check(const SightingKey& key) override { world_.told.push_back("checked " + key.instance); }
  [[nodiscard]] bool synced() const override { return world_.synced; }
  [[nodiscard]] dns::SourceStatus status() const override { return world_.status; }

 private:
  FakeSources& world_;
};

class FakeLook final : public dns::Look {
 public:
  FakeLook(FakeLooks& world, SightingSink& sink) : world_(world) { world_.sink = &sink; }
  ~FakeLook() override { world_.sink = nullptr; }

 private:
  FakeLooks& world_;
};

}  // namespace

dns::DomainOptions domain(const std::string& name_text) {
  dns::DomainOptions options;
  options.name = name(name_text);
  return options;
}

dns::SourceOptions domains(const std::vector<std::string>& names) {
  dns::SourceOptions options;
  for (const std::string& each : names) options.domains.push_back(domain(each));
  return options;
}

DnsWatcher::Create FakeSources::create() {
  return [this](loop::Loop&, const dns::SourceOptions& options, SightingSink& told_to) {
    return std::make_unique<FakeSource>(*this, options, told_to);
  };
}

DnsLook::Create FakeLooks::create() {
  return [this](loop::Loop&, dns::SourceOptions wanted, SightingSink& told_to,
                dns::Look::Done when_done) {
    options = std::move(wanted);
    done = std::move(when_done);
    return std::make_unique<FakeLook>(*this, told_to);
  };
}

Peer in_dns(const ClusterId& id) {
  return {.id = id, .source = Source::kDns, .addresses = {"203.0.113.7"}, .domain = "example.com"};
}

}  // namespace liqo::test
