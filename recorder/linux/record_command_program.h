// The commands `portside record run` and `portside record attach` on Linux: the Windows recorder, under Wine.
#pragma once
#include "sim/cli/commands.h"

namespace recorder {

int record_command_program(const sim::RecordProgramOptions& options);

}  // namespace recorder
