// How well a recorder saw blocking: figures of the whole recording, for the header of its trace.
#pragma once
#include "sim/trace/file.h"

namespace recorder {

/// Fills what header.blocking says in numbers, where blocking was seen.
void measure_blocking(sim::Trace& trace);

}  // namespace recorder
