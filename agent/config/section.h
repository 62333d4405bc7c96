#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "agent/config/place.h"

namespace liqo {

/// One table of a configuration file, read key by key. Whoever reads it names every key that it
/// may have; what is wrong is complained about, and reads as if it were not there.
class Section {
 public:
  /// The whole document. `complaints` and `table` must outlive it and the sections below it.
  Section(const toml::table& table, std::string file, Complaints& complaints);

  [[nodiscard]] const Place& place() const { return place_; }

  [[nodiscard]] bool has(std::string_view key) const { return table_->contains(key); }
  std::optional<Section> section(std::string_view key);
  std::optional<Located<bool>> flag(std::string_view key);
  std::optional<Located<std::int64_t>> number(std::string_view key, std::int64_t least,
                                              std::int64_t most, std::string_view expected);
  std::optional<Located<std::string>> text(std::string_view key, std::string_view expected);
  std::optional<Located<std::vector<std::string>>> texts(std::string_view key,
                                                         std::string_view expected);
  /// The tables of an array of tables; people count them from 1: "dns.domain[1]".
  std::vector<Section> sections(std::string_view key);

  /// An array of texts, at most `most`; `parse` makes a value of each, or says what is wrong with
  /// it.
  template <class Parse>
  auto parsed_list(std::string_view key, std::string_view expected, std::size_t most, Parse parse)
      -> std::optional<Located<std::vector<std::remove_cvref_t<decltype(*parse(std::string()))>>>> {
    std::vector<std::remove_cvref_t<decltype(*parse(std::string()))>> values;
    const auto written = each_text(key, expected);
    if (!written) return std::nullopt;
    for (const Located<std::string>& text : written->value) {
      auto value = parse(text.value);
      if (!value) {
        complain(text.place, key, value.error().detail);
        return std::nullopt;
      }
      values.push_back(*std::move(value));
    }
    if (values.size() > most) {
      complain(written->place, key, "expected at most " + std::to_string(most));
      return std::nullopt;
    }
    return {{std::move(values), written->place}};
  }

  /// A text that `parse` makes a value of, or nothing where it is not what was expected.
  template <class Parse>
  auto parsed(std::string_view key, std::string_view expected, Parse parse)
      -> std::optional<Located<typename decltype(parse(std::string()))::value_type>> {
    const auto written = text(key, expected);
    if (!written) return std::nullopt;
    auto value = parse(written->value);
    if (value) return {{std::move(*value), written->place}};
    expect(written->place, key, expected, "\"" + shown(written->value) + "\"");
    return std::nullopt;
  }

  /// Complains about a key's value.
  void complain(const Place& place, std::string_view key, std::string_view text);
  /// Complains about every key that was not asked for.
  void refuse_others();

 private:
  struct Found {
    const toml::node* node;
    Place place;
  };

  Section(const toml::table& table, std::string path, Place place, Complaints& complaints);

  std::optional<Found> find(std::string_view key);
  /// The texts of an array, each with its own place; none of them empty.
  std::optional<Located<std::vector<Located<std::string>>>> each_text(std::string_view key,
                                                                      std::string_view expected);
  [[nodiscard]] std::string path_of(std::string_view key) const;
  void expect(const Place& place, std::string_view key, std::string_view expected,
              std::string_view found);

  const toml::table* table_;
  std::string path_;  ///< "cluster.auth"; empty for the document
  Place place_;
  Complaints* complaints_;
  std::vector<std::string> known_;
};

}  // namespace liqo
