#include "agent/state/agent_tag.h"

#include <sys/random.h>

#include <array>
#include <charconv>
#include <cstdio>

#include "agent/state/whole_file.h"

namespace liqo::state {
namespace {

constexpr std::size_t kDigits = 8;

bool parse(std::string_view text, std::uint32_t& tag) {
  if (text.size() != kDigits + 1 || text.back() != '\n') return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + kDigits, tag, 16);
  return error == std::errc() && end == text.data() + kDigits;
}

}  // namespace

std::uint32_t random_tag() {
  std::uint32_t tag = 0;
  while (::getrandom(&tag, sizeof tag, 0) != sizeof tag) {
  }
  return tag;
}

Result<std::uint32_t> agent_tag(const std::string& directory) {
  const std::string path = directory + "/" + std::string(kAgentTagName);
  std::uint32_t tag = 0;
  const auto text = read_whole(path, kDigits + 1);
  if (text && parse(*text, tag)) return tag;
  tag = random_tag();
  std::array<char, kDigits + 2> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x\n", tag);
  NewFile file(path);
  if (!file.opened()) return file.error("create");
  if (!file.append(digits.data())) return file.error("write");
  if (auto kept = file.commit(); !kept) return kept.error();
  return tag;
}

}  // namespace liqo::state
