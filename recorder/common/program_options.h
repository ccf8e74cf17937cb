// What `record run` and `record attach` were asked for.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace recorder {

struct ProgramOptions {
    std::vector<std::string> command;     ///< run: program and arguments
    std::string attach;                   ///< attach: the process, by number or by the name of its file
    std::string out;                      ///< "": <program>.ptrace here
    std::string port;                     ///< only this one
    bool follow = false;                  ///< its children too, each in a trace of its own
    bool waits = true;                    ///< waits inside handlers
    bool etw = false;                     ///< the kernel's events too
    uint32_t depth_every = 16;            ///< ask for a port's depth after so many gets of a thread; 0: never
    std::string last;                     ///< "10s"
    std::string until;                    ///< "depth>100"
    std::string duration;                 ///< "5s": then the recording ends, and the program goes on
    uint32_t memory_mb = 64;              ///< for the rings, in the file
    std::string stop_file;                ///< the recording ends when this file appears
};

/// A program's recording from beginning to end; the exit code. windows/program_run.cpp; linux/program.cpp says where to turn.
int record_program(const ProgramOptions& options);
/// Prints what a record costs inside a program, measured over so many, as one line of JSON; the exit code. windows/program_cost.cpp; Linux as above.
int record_cost(uint64_t records);

}  // namespace recorder
