// `portside bench view`: whether the window keeps up with a large trace. Drives the same functions as the window over a recorded
// path of zooms, without a screen.
#pragma once
#include "sim/cli/commands.h"

namespace gui {

int bench_view_command(const sim::BenchOptions& options);

}  // namespace gui
