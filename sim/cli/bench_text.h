// What `portside bench engine` found, for people and for programs.
#pragma once
#include <cstdint>
#include <string>

namespace sim {

struct BenchFigures {
    uint64_t packets = 0;                     ///< completed in one run
    uint64_t events = 0;                      ///< trace records of one run
    double without_trace_s = 0, with_trace_s = 0;   ///< median of the runs
    uint64_t bytes = 0;                       ///< of the trace file
    std::string file_system;                  ///< that it was written to
};
std::string bench_text(const BenchFigures& figures);
std::string bench_json(const BenchFigures& figures);

}  // namespace sim
