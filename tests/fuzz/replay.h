#pragma once

#include <cstddef>
#include <string>

/// Gives every file of a corpus to LLVMFuzzerTestOneInput, and of each `mutations` changed copies:
/// octets set, bits turned, ends cut, pieces doubled. The same on every run. What is wrong aborts.
/// Returns how many files there were.
std::size_t replay_corpus(const std::string& directory, std::size_t mutations);
