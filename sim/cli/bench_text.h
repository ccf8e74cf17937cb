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
struct RewindFigures {
    uint64_t events = 0;                      ///< trace records of the run
    double build_s = 0;                       ///< to walk through it once, taking snapshots
    double p50_ms = 0, p99_ms = 0, max_ms = 0;      ///< to go to a random record
    uint64_t seeks = 0, snapshots = 0;
    uint64_t hashes_checked = 0, hashes_equal = 0;  ///< against a run that was stopped there
    double rss_mb = 0;                        ///< of the whole process, 0: the system does not tell
};
std::string rewind_text(const RewindFigures& figures);
std::string rewind_json(const RewindFigures& figures);
std::string bench_text(const BenchFigures& figures);
std::string bench_json(const BenchFigures& figures);

}  // namespace sim
