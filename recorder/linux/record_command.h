// `portside record SCENARIO` on Linux: which backend, where the Windows recorder and Wine are, what is printed.
#pragma once
#include "sim/cli/commands.h"

namespace recorder {

int record_command(const sim::RecordOptions& options);

}  // namespace recorder
