#pragma once

#include <string>

namespace liqo::test {

/// Moves this process into a network namespace of its own, with its loopback up. False, with a loud
/// warning, where neither root nor a user namespace allows it; with CI set that fails the test.
bool enter_private_network();

/// Runs a shell command and requires that it succeeds.
void run(const std::string& command);

}  // namespace liqo::test
