// The program `portside`: every command of sim/cli, with the recorder and the window handed in.
#include <cstdio>

#include "recorder/linux/record_command.h"
#include "sim/cli/commands.h"

namespace {

int no_window(const sim::GuiOptions&) {
    std::fputs("portside gui: the window is not built into this program yet\n", stderr);
    return sim::kExitBadInput;
}

}  // namespace

int main(int argc, char** argv) { return sim::cli_main(argc, argv, {.record = recorder::record_command, .gui = no_window}); }
