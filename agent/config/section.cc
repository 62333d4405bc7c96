#include "agent/config/section.h"

#include <algorithm>
#include <utility>

namespace liqo {
namespace {

/// What stands where something else was expected.
std::string description(const toml::node& node) {
  if (const auto* text = node.as_string()) return "\"" + shown(text->get()) + "\"";
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (node.is_floating_point()) return "a number with a fraction";
  if (node.is_array()) return "an array";
  if (node.is_table()) return "a table";
  return "a date or time";
}

/// "a, b or c"
std::string enumeration(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace

Section::Section(const toml::table& table, std::string file, Complaints& complaints)
    : Section(table, "", Place{std::move(file), 1}, complaints) {}

Section::Section(const toml::table& table, std::string path, Place place, Complaints& complaints)
    : table_(&table), path_(std::move(path)), place_(std::move(place)), complaints_(&complaints) {}

std::optional<Section::Found> Section::find(std::string_view key) {
  known_.emplace_back(key);
  const auto entry = table_->find(key);
  if (entry == table_->end()) return std::nullopt;
  return Found{&entry->second, Place{place_.file, entry->first.source().begin.line}};
}

std::optional<Section> Section::section(std::string_view key) {
  const auto found = find(key);
  if (!found) return std::nullopt;
  if (const toml::table* table = found->node->as_table()) {
    return Section(*table, path_of(key), found->place, *complaints_);
  }
  expect(found->place, key, "a table", description(*found->node));
  return std::nullopt;
}

std::optional<Located<bool>> Section::flag(std::string_view key) {
  const auto found = find(key);
  if (!found) return std::nullopt;
  if (const auto* flag = found->node->as_boolean()) return {{flag->get(), found->place}};
  expect(found->place, key, "true or false", description(*found->node));
  return std::nullopt;
}

std::optional<Located<std::int64_t>> Section::number(std::string_view key, std::int64_t least,
                                                     std::int64_t most, std::string_view expected) {
  const auto found = find(key);
  if (!found) return std::nullopt;
  const auto* number = found->node->as_integer();
  if (number != nullptr && number->get() >= least && number->get() <= most) {
    return {{number->get(), found->place}};
  }
  expect(found->place, key, expected, description(*found->node));
  return std::nullopt;
}

std::optional<Located<std::string>> Section::text(std::string_view key, std::string_view expected) {
  const auto found = find(key);
  if (!found) return std::nullopt;
  if (const auto* text = found->node->as_string()) return {{text->get(), found->place}};
  expect(found->place, key, expected, description(*found->node));
  return std::nullopt;
}

std::optional<Located<std::vector<std::string>>> Section::texts(std::string_view key,
                                                                std::string_view expected) {
  auto written = each_text(key, expected);
  if (!written) return std::nullopt;
  std::vector<std::string> texts;
  for (Located<std::string>& text : written->value) texts.push_back(std::move(text.value));
  return {{std::move(texts), written->place}};
}

std::optional<Located<std::vector<Located<std::string>>>> Section::each_text(
    std::string_view key, std::string_view expected) {
  const auto found = find(key);
  if (!found) return std::nullopt;
  const toml::array* array = found->node->as_array();
  if (array == nullptr) {
    expect(found->place, key, expected, description(*found->node));
    return std::nullopt;
  }
  std::vector<Located<std::string>> texts;
  for (const toml::node& element : *array) {
    const Place place{place_.file, element.source().begin.line};
    const auto* text = element.as_string();
    if (text == nullptr || text->get().empty()) {
      expect(place, key, expected, description(element));
      return std::nullopt;
    }
    texts.push_back({text->get(), place});
  }
  return {{std::move(texts), found->place}};
}

std::vector<Section> Section::sections(std::string_view key) {
  const auto found = find(key);
  if (!found) return {};
  const std::string expected = "an array of tables, [[" + path_of(key) + "]]";
  const toml::array* array = found->node->as_array();
  if (array == nullptr) {
    expect(found->place, key, expected, description(*found->node));
    return {};
  }
  std::vector<Section> sections;
  for (const toml::node& element : *array) {
    Place place{place_.file, element.source().begin.line};
    const std::string path = path_of(key) + "[" + std::to_string(sections.size() + 1) + "]";
    const toml::table* table = element.as_table();
    if (table == nullptr) {
      expect(place, key, expected, description(element));
      return {};
    }
    sections.push_back(Section(*table, path, std::move(place), *complaints_));
  }
  return sections;
}

void Section::refuse_others() {
  const std::string expected = enumeration(known_);
  for (const auto& [key, node] : *table_) {
    if (std::find(known_.begin(), known_.end(), key.str()) != known_.end()) continue;
    const Place place{place_.file, key.source().begin.line};
    complain(place, key.str(), "unknown; expected " + expected);
  }
}

std::string Section::path_of(std::string_view key) const {
  return path_.empty() ? shown(key) : path_ + "." + shown(key);
}

void Section::complain(const Place& place, std::string_view key, std::string_view text) {
  complaints_->add(place, path_of(key), text);
}

void Section::expect(const Place& place, std::string_view key, std::string_view expected,
                     std::string_view found) {
  std::string text = "expected ";
  complain(place, key, text.append(expected).append(", found ").append(found));
}

}  // namespace liqo
