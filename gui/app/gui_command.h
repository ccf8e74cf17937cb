// `portside gui`: reads its options, opens the files, shows the window.
#pragma once
#include "sim/cli/commands.h"

namespace gui {

int gui_command(const sim::GuiOptions& options);

}  // namespace gui
