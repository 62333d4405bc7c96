#include "agent/memory_trimmer.h"

#include "resolver/memory.h"

namespace liqo {

void MemoryTrimmer::changed() {
  if (!timer_.armed()) timer_.arm(delay_, give_back_memory);
}

}  // namespace liqo
