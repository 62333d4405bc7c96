#pragma once

namespace liqo {

/// Opens /dev/null on each of the descriptors 0, 1 and 2 that the process was started without, so
/// that no file or socket of its own is ever taken for a standard stream. Each the wrong way round:
/// to read or write what was closed goes on failing (EBADF) instead of seeming to succeed. False
/// where /dev/null cannot be opened. To be called first in main().
[[nodiscard]] bool open_standard_streams();

}  // namespace liqo
