// The program `portside`: every command of sim/cli, with the recorder and the window handed in.
#include "gui/app/bench_view.h"
#include "gui/app/gui_command.h"
#include "recorder/linux/record_command.h"
#include "recorder/linux/record_command_bench.h"
#include "recorder/linux/record_command_program.h"
#include "sim/cli/commands.h"

int main(int argc, char** argv) { return sim::cli_main(argc, argv, {.record = recorder::record_command, .record_program = recorder::record_command_program, .bench_record = recorder::record_command_bench, .bench_view = gui::bench_view_command, .gui = gui::gui_command}); }
