#include "tests/fuzz/replay.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "tests/fuzz/fuzz.h"

namespace {

using Octets = std::vector<std::uint8_t>;

// Its numbers are the standard's, on every machine; a distribution's are not.
using Dice = std::mt19937;

std::size_t throw_below(Dice& dice, std::size_t limit) { return dice() % limit; }

std::vector<Octets> read_corpus(const std::string& directory) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  std::vector<Octets> corpus;
  for (const std::string& file : files) {
    std::ifstream stream(file, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  return corpus;
}

void mutate_once(Octets& octets, Dice& dice) {
  // What lengths, counts and pointers do their worst with.
  constexpr std::uint8_t kTelling[] = {0x00, 0x01, 0x0C, 0x3F, 0x40, 0x7F, 0x80, 0xC0, 0xFF};
  if (octets.empty()) return;
  const std::size_t at = throw_below(dice, octets.size());
  const auto here = octets.begin() + static_cast<std::ptrdiff_t>(at);
  switch (throw_below(dice, 6)) {
    case 0:
      *here ^= static_cast<std::uint8_t>(1U << throw_below(dice, 8));
      break;
    case 1:
      *here = static_cast<std::uint8_t>(dice());
      break;
    case 2:
      *here = kTelling[throw_below(dice, std::size(kTelling))];
      break;
    case 3:
      octets.erase(here);
      break;
    case 4:
      octets.resize(at);
      break;
    default: {
      const Octets piece(here, octets.end());
      const std::size_t to = throw_below(dice, octets.size());
      octets.insert(octets.begin() + static_cast<std::ptrdiff_t>(to), piece.begin(), piece.end());
    }
  }
}

}  // namespace

std::size_t replay_corpus(const std::string& directory, std::size_t mutations) {
  Dice dice(1);
  const std::vector<Octets> corpus = read_corpus(directory);
  for (const Octets& original : corpus) {
    LLVMFuzzerTestOneInput(original.data(), original.size());
    for (std::size_t i = 0; i < mutations; ++i) {
      Octets changed = original;
      for (std::size_t changes = 1 + throw_below(dice, 4); changes > 0; --changes) {
        mutate_once(changed, dice);
      }
      LLVMFuzzerTestOneInput(changed.data(), changed.size());
    }
  }
  return corpus.size();
}
