// What backends that only see their own calls write in the same way.
#pragma once
#include "recorder/common/session.h"

namespace recorder {

/// Waits. port: that the thread serves, or none. Records: block_begin, block_end, by the thread's own clock.
bool observed_block(Session& session, uint32_t thread, sim::PortId port, uint32_t packet, const Wait& wait);

}  // namespace recorder
