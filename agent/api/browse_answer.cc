#include "agent/api/browse_answer.h"

#include <utility>

#include "agent/json/text.h"
#include "resolver/dnssd/domain_name.h"

namespace liqo::api {
namespace {

/// What is not kept has no names on this host.
ClusterTexts::Text text_of(const std::shared_ptr<const Cluster>& cluster) {
  auto text = std::make_shared<std::string>();
  append_cluster(*text, *cluster, {});
  return text;
}

}  // namespace

BrowseAnswer::BrowseAnswer(const Limits& limits, std::size_t& looks, bool more,
                           std::function<void()> wake)
    : limits_(limits), place_(looks), more_(more), wake_(std::move(wake)) {}

Result<void> BrowseAnswer::begin(const DomainLook::Begin& begin, const std::string& domain) {
  auto look = begin(domain, [this](std::string error) {
    error_ = std::move(error);
    wake_();
  });
  if (!look) return look.error();
  look_ = std::move(*look);
  return {};
}

varlink::Answer::Step BrowseAnswer::produce(std::string& out) {
  if (!error_) return Step::kWait;
  if (!replies_) {
    replies_.emplace(
        look_->seen(), limits_,
        ClusterReplies::Form{.more = more_, .method = "Browse", .text = text_of, .end = [this] {
                               return end_text();
                             }});
  }
  return replies_->produce(out);
}

std::string BrowseAnswer::end_text() const {
  std::string text =
      error_->empty() ? R"("complete":true,"error":)" : R"("complete":false,"error":)";
  JsonWriter(text).string_or_null(is_utf8(*error_) ? *error_ : label_to_text(*error_));
  return text;
}

}  // namespace liqo::api
