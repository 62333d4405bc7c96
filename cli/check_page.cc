#include "cli/check_page.h"

#include <array>
#include <utility>

#include "cli/text.h"

namespace liqo::cli {
namespace {

constexpr std::size_t kOutcomeWidth = 7;
constexpr std::size_t kTitleWidth = 28;

/// "their authentication server": what has to be reached.
std::string title_of(const Json& row) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kTitles = {
      {{"auth", "authentication server"},
       {"api", "API server"},
       {"gateway", "network gateway"},
       {"one-gateway", "one of the gateways"},
       {"version", "version of Liqo"}}};
  std::string title = text_field(row, "requirement");
  for (const auto& [requirement, words] : kTitles) {
    if (title == requirement) {
      title = words;
      break;
    }
  }
  const std::string direction = text_field(row, "direction");
  if (direction == "to-them") return "their " + title;
  if (direction == "to-us") return "our " + title;
  return title;
}

Tone tone_of_outcome(std::string_view outcome) {
  if (outcome == "ok") return Tone::kGood;
  return outcome == "failed" ? Tone::kBad : Tone::kDoubt;
}

std::string line(std::string_view label, const std::string& text) {
  if (text.empty()) return {};
  return std::string(kOutcomeWidth + 1, ' ') + padded(std::string(label), 11) + text + "\n";
}

std::string tried_text(const Json& row) {
  std::string tried = text_field(row, "tried");
  const auto time = number_field(row, "milliseconds");
  if (!tried.empty() && time) tried += ", " + std::to_string(*time) + " ms";
  return tried;
}

}  // namespace

std::string CheckPage::next(const Json& reply) {
  const Json& scenario = field(reply, "scenario");
  if (scenario.is_object()) {
    return palette_.paint(Tone::kTitle, "Scenario: ") + text_field(scenario, "name") + "\n" +
           line("because", text_field(scenario, "reason")) + "\n";
  }
  if (const Json& its_row = field(reply, "row"); its_row.is_object()) return row(its_row);
  const Json& verdict = field(reply, "verdict");
  if (!verdict.is_object()) return {};
  // Why not is the command's own error.
  if (!flag_field(verdict, "holds")) return "\n";
  return "\n" + palette_.paint(Tone::kGood, text_field(verdict, "summary")) + "\n";
}

std::string CheckPage::row(const Json& row) const {
  const std::string outcome = text_field(row, "outcome");
  const std::string exposure = text_field(row, "exposure");
  std::string advertised = text_field(row, "advertised");
  if (!exposure.empty()) advertised += advertised.empty() ? exposure : ": " + exposure;
  const std::string advice = text_field(row, "advice");
  return palette_.paint(tone_of_outcome(outcome), padded(outcome, kOutcomeWidth)) +
         padded(title_of(row), kTitleWidth) + text_field(row, "detail") + "\n" +
         line("advertised", advertised) + line("tried", tried_text(row)) +
         (advice.empty() ? std::string() : line("to do", palette_.paint(Tone::kStrong, advice)));
}

}  // namespace liqo::cli
