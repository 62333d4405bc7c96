#include "agent/api/check_answer.h"

#include <utility>

#include "agent/json/text.h"
#include "agent/varlink/call.h"
#include "resolver/dnssd/domain_name.h"

namespace liqo::api {
namespace {

void write_text(JsonWriter& json, const std::string& text) {
  json.string_or_null(is_utf8(text) ? text : label_to_text(text));
}

std::string scenario_text(const check::Setting& setting) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.key("scenario").begin_object();
  json.key("name").string(to_string(setting.scenario));
  write_text(json.key("reason"), setting.reason);
  json.end_object();
  json.end_object();
  return text;
}

std::string row_text(const check::Row& row) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.key("row").begin_object();
  json.key("requirement").string(row.requirement);
  json.key("direction").string(to_string(row.direction));
  json.key("outcome").string(to_string(row.outcome));
  write_text(json.key("advertised"), row.advertised);
  write_text(json.key("exposure"), row.exposure);
  write_text(json.key("tried"), row.tried);
  json.key("milliseconds");
  row.time ? json.number(row.time->count()) : json.null();
  write_text(json.key("detail"), row.detail);
  write_text(json.key("advice"), row.advice);
  json.end_object();
  json.end_object();
  return text;
}

std::string verdict_text(const check::Verdict& verdict) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.key("verdict").begin_object();
  json.key("holds").boolean(verdict.holds);
  write_text(json.key("summary"), verdict.summary);
  json.end_object();
  json.end_object();
  return text;
}

}  // namespace

CheckAnswer::CheckAnswer(std::size_t& checks, const ClusterCheck::Begin& begin,
                         std::shared_ptr<const Cluster> cluster, std::function<void()> wake)
    : place_(checks), wake_(std::move(wake)) {
  check_ = begin(std::move(cluster), {[this](const check::Row& row) {
                                        varlink::append_reply(told_, row_text(row), true);
                                        wake_();
                                      },
                                      [this](const check::Verdict& verdict) {
                                        varlink::append_reply(told_, verdict_text(verdict));
                                        over_ = true;
                                        wake_();
                                      }});
  varlink::append_reply(told_, scenario_text(check_->setting()), true);
}

varlink::Answer::Step CheckAnswer::produce(std::string& out) {
  out += std::exchange(told_, {});
  return over_ ? Step::kDone : Step::kWait;
}

}  // namespace liqo::api
