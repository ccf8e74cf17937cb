// Figures of a part of a run, from its records alone, a slice at a time. They mean what those of the whole mean
// (sim/trace/summary.h). No ImGui.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "gui/model/side.h"
#include "sim/trace/histogram.h"

namespace gui {

struct RangeFigures {
    uint64_t posted = 0, completed = 0;
    double throughput_per_s = 0;              ///< completed per second of the range
    int64_t latency_p50_ns = 0, latency_p99_ns = 0;   ///< of the packets completed in it; 0: none
    double running = 0;                       ///< threads that run, mean
    double busy = 0;                          ///< share of the processors' time, 0..1; without processors in the trace -1
    int64_t over_limit_ns = 0;                ///< of one port
};

/// Walks through the records from from_ns to to_ns, both included.
class Range {
public:
    Range() = default;
    /// port: whose time over the limit is counted. from_ns < to_ns.
    Range(const Side& side, int64_t from_ns, int64_t to_ns, size_t port);

    /// The next records, `records_max` at most. The same side each time.
    void advance(const Side& side, uint64_t records_max);
    bool done() const { return at_ >= end_; }
    /// Of its records, 0..1.
    double share() const { return end_ > begin_ ? static_cast<double>(at_ - begin_) / static_cast<double>(end_ - begin_) : 1; }
    /// Of what was walked through.
    RangeFigures figures(const Side& side) const;

private:
    sim::TraceState state_;
    uint64_t begin_ = 0, at_ = 0, end_ = 0;   // records
    int64_t from_ns_ = 0, to_ns_ = 0, now_ns_ = 0;
    size_t port_ = 0;
    uint64_t posted_ = 0, completed_ = 0;
    sim::Histogram latency_;
    double running_ns_ = 0;                   // of all threads
    int64_t over_limit_ns_ = 0;

    void pass(int64_t to_ns);
    void count(const sim::Record& record);
};

/// A figure as it is shown; "-": not known.
struct RangeRow { std::string name, value; };
std::vector<RangeRow> range_rows(const RangeFigures& figures);

}  // namespace gui
