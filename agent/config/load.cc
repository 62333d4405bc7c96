#include <toml++/toml.h>

#include <algorithm>

#include "agent/config/config.h"
#include "agent/config/draft.h"
#include "agent/config/files.h"

namespace liqo {
namespace {

Result<toml::table> parse(const std::string& file, const std::string& text) {
  if (std::count(text.begin(), text.end(), '.') > kMaxConfigDots) {
    return Error{Errc::kInvalid, to_string(Place{file}) + ": expected at most " +
                                     std::to_string(kMaxConfigDots) + " dots"};
  }
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    const Place place{file, error.source().begin.line};
    return Error{Errc::kInvalid,
                 to_string(place) + ": not TOML: " + printable(error.description())};
  }
}

Result<void> add_file(const std::string& file, Draft& draft) {
  const auto text = read_config_file(file);
  if (!text) return text.error();
  const auto table = parse(file, *text);
  if (!table) return table.error();
  Complaints complaints;
  read_document(Section(*table, file, complaints), draft);
  if (complaints.first()) return *complaints.first();
  return {};
}

}  // namespace

Result<Config> load_config(const std::string& file, bool required) {
  Draft draft;
  const auto added = add_file(file, draft);
  const bool missing = !added && added.error().code == Errc::kNotFound;
  if (!added && (required || !missing)) return added.error();

  const auto fragments = config_fragments(file);
  if (!fragments) return fragments.error();
  for (const std::string& fragment : *fragments) {
    if (auto more = add_file(fragment, draft); !more) return more.error();
  }

  Complaints complaints;
  Config config = build_config(draft, complaints);
  if (complaints.first()) return *complaints.first();
  return config;
}

}  // namespace liqo
