// The commands of `portside`, one file each (cmd_NAME.cpp), called by cli.cpp, which alone knows CLI11.
// Each prints its answer to stdout, progress and errors to stderr, and returns the exit code.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/cli/course.h"

namespace sim {

enum ExitCode { kExitDone = 0, kExitBadInput = 1, kExitWrongUse = 2, kExitExpectationFailed = 3 };

/// Says on stderr what went wrong, as "portside COMMAND: ...". Returns the code.
int fail(const char* command, const Error& error, ExitCode code = kExitBadInput);

struct SimOptions {
    std::string scenario;
    std::string out;                          ///< -o, "" = no trace
    std::vector<std::string> sets;            ///< --set, --seed as "seed=N" last
    bool check = false, json = false, narrate = false;
    std::vector<std::string> expects;
    uint32_t tie_shuffle = 0;                 ///< reruns; 0: none asked for
    CourseOptions course{};
};
struct CompareOptions {
    std::vector<std::string> sides;           ///< two or more
    std::string html;                         ///< page to write; "" = none
    bool json = false;
};
struct IdentifyOptions {
    std::string trace;
    bool json = false;
};
struct CalibrateCommandOptions {
    std::string trace;
    std::string out;                          ///< the scenario to write; "": standard output
    bool moments = false;                     ///< packets at the moments at which they came
    bool json = false;
};
struct PredictCommandOptions {
    std::string trace;
    std::vector<std::string> sets;
    uint32_t seeds = 9;
    bool json = false;
};
struct InfoOptions {
    std::string trace;
    bool json = false;
    bool follow = false;                      ///< a recording that grows
    std::string every = "1s";                 ///< follow: between two lines
    bool strip_header = false;                ///< write the trace to `out` without what its header claims
    std::string out{};
};
struct BenchOptions {
    std::string scenario;                     ///< "" = the reference workload
    std::vector<std::string> sets;
    std::string out;                          ///< trace file to write and keep; "" = a temporary one
    uint32_t runs = 3;
    uint64_t events = 10'000'000;             ///< rewind: records of the run; record: records to write
    uint64_t seeks = 1'000;                    ///< rewind
    bool json = false;
};
struct SweepOptions {
    std::string scenario;
    std::vector<std::string> sets, axes, metrics;
    unsigned jobs = 0;                        ///< 0: one a processor
    bool csv = false, json = false;
};
struct PrintOptions { std::string trace, from, to; bool narrate = false; };

int cmd_scenarios(bool json);
int cmd_sim(const SimOptions& options);
int cmd_rules(const std::string& file);       ///< "" or "-": standard input
int cmd_info(const InfoOptions& options);
int cmd_info_follow(const InfoOptions& options);
int cmd_info_strip(const InfoOptions& options);
int cmd_info_line(const std::string& trace);  ///< as JSON, in one line
int cmd_print(const PrintOptions& options);
int cmd_compare(const CompareOptions& options);
int cmd_identify(const IdentifyOptions& options);
int cmd_calibrate(const CalibrateCommandOptions& options);
int cmd_predict(const PredictCommandOptions& options);
int cmd_sweep(const SweepOptions& options);
int cmd_bench_engine(const BenchOptions& options);
int cmd_bench_rewind(const BenchOptions& options);

struct RecordOptions {
    std::string scenario;
    std::string backend;                      ///< "" = port on Linux, iocp on Windows
    std::string out;                          ///< "" = <scenario>-<backend>.ptrace
    std::vector<std::string> sets;
    std::string last, until;                  ///< as they were written; "" = not given
    uint32_t memory_mb = 0;                   ///< 0 = as the scenario needs
    bool json = false;
};
/// `record run` and `record attach`: an unmodified Windows program.
struct RecordProgramOptions {
    std::vector<std::string> command;         ///< run: program and arguments
    std::string attach;                       ///< attach: a process, by number or by the name of its file
    std::string out;                          ///< "" = <program>.ptrace
    std::string port, last, until, duration;  ///< as they were written; "" = not given
    bool follow = false, waits = true, etw = false;
    uint32_t depth_every = 16, memory_mb = 64;
};
struct GuiOptions {
    std::vector<std::string> files;           ///< scenario and traces; empty: the first scenario
    std::vector<std::string> sets;
    CourseOptions course{};
    std::string screenshot;                   ///< PNG to write, then leave
    std::string svg, gif, handout;            ///< likewise: the picture as SVG, the range as a GIF, as a page
    std::string panel;                        ///< of the picture: one part of the window
    std::string at;                           ///< cursor, "2.6ms"
    std::string view;                         ///< the part that is shown, "1ms..3ms"
    std::string size;                         ///< "1600x900"
    std::string theme;                        ///< "dark", "light", "contrast" or "grey"
    double scale = 0;                         ///< 0: from the screen
    std::string search;                       ///< what is searched for, "thread:5 wait>2ms"
    std::string range;                        ///< the chosen part, "1ms..3ms"
    std::vector<std::string> run;             ///< commands of the window, by name, before it is shown
    std::string align;                        ///< the event by which the sides are aligned, "taken 12"; "": by their clocks
    std::string select, breaks;               ///< what is selected, "thread:5"; the rules that playback stops at, "K17 K19"
    std::string note;                         ///< a note to keep at the cursor
    std::string save_as;                      ///< scenario file to write with all --set values in its text, then leave
    bool presenter = false, quiz = false;     ///< as if their keys had been pressed
    bool explore = false;                     ///< the map of a figure over two values is open
    std::vector<std::string> axes;            ///< of the map: across, down; "" = concurrency and threads
    std::string metric;                       ///< of the map, "" = latency_ns.p99
    std::string record;                       ///< backend to record the scenario on, beside its simulation
    std::string record_program;               ///< command line of a program to record, as it is
    std::string watch;                        ///< trace that another process records
    bool no_restore = false;                  ///< begin afresh, whatever was open when a window did not close
    bool edit = false;                        ///< all values and the text are open
};

/// What lies outside sim/ and is handed in by the program that links it.
struct OutsideCommands {
    int (*record)(const RecordOptions&) = nullptr;
    int (*record_program)(const RecordProgramOptions&) = nullptr;
    int (*bench_record)(const BenchOptions&) = nullptr;
    int (*bench_view)(const BenchOptions&) = nullptr;
    int (*gui)(const GuiOptions&) = nullptr;
};

/// main() of portside: reads the command line and runs one command.
int cli_main(int argc, char** argv, const OutsideCommands& outside);

}  // namespace sim
