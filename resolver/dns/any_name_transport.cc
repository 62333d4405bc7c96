#include "resolver/dns/any_name_transport.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace liqo::dns {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

bool is_plain_name(const DomainName& name) {
  const auto labels = name.labels();
  return std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
    return std::all_of(label.begin(), label.end(), is_plain);
  });
}

class AnyNameTransport final : public Transport {
 public:
  AnyNameTransport(std::shared_ptr<Transport> plain,
                   std::function<std::shared_ptr<Transport>()> make_other)
      : plain_(std::move(plain)), make_other_(std::move(make_other)) {}

  [[nodiscard]] std::unique_ptr<Query> ask(const wire::Question& question, Done done) override {
    if (is_plain_name(question.name)) return plain_->ask(question, std::move(done));
    if (!other_) other_ = make_other_();
    return other_->ask(question, [done = std::move(done)](Reply reply) {
      reply.dnssec.reset();
      reply.why_bogus.clear();
      done(std::move(reply));
    });
  }

 private:
  std::shared_ptr<Transport> plain_;
  std::function<std::shared_ptr<Transport>()> make_other_;
  std::shared_ptr<Transport> other_;
};

}  // namespace

std::shared_ptr<Transport> create_any_name_transport(
    std::shared_ptr<Transport> plain, std::function<std::shared_ptr<Transport>()> make_other) {
  return std::make_shared<AnyNameTransport>(std::move(plain), std::move(make_other));
}

}  // namespace liqo::dns
