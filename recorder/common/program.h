// What a program that records needs of its system. linux/program.cpp and windows/program.cpp implement it.
#pragma once
#include "recorder/common/run.h"

namespace recorder {

/// The backend of this system: "port" on Linux, "iocp" on Windows.
const char* program_backend();
BackendInfo program_backend_info(const sim::Scenario& scenario);

/// From now on Ctrl-C and its kind end a recording and keep it (request_stop).
void program_catch_interrupts();

/// Returns when standard input has closed, having asked for the end.
void program_stop_at_eof();

}  // namespace recorder
