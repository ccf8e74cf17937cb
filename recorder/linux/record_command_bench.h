// `portside bench record`: what recording costs here, a record at a time and on a round trip through each backend.
#pragma once
#include "sim/cli/commands.h"

namespace recorder {

int record_command_bench(const sim::BenchOptions& options);

}  // namespace recorder
