// The figures of a run (docs/design.md 3a.11 and 5), computed from records alone, so that simulated and measured figures
// mean the same. Streaming: memory does not grow with completed packets.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/trace/header.h"
#include "sim/trace/record.h"
#include "sim/trace/records.h"
#include "sim/trace/state.h"

namespace sim {

/// Times in ns. Percentiles by nearest rank, at most 1 % off; mean and max exact. count 0: all 0.
struct Spread { uint64_t count = 0; double mean = 0; int64_t p50 = 0, p90 = 0, p99 = 0, max = 0; };

struct PortFigures { std::string name; uint32_t concurrency = 0; double depth_mean = 0; uint64_t depth_max = 0; double active_mean = 0; uint64_t active_max = 0; int64_t over_limit_ns = 0; };
struct ThreadFigures { std::string name; uint64_t packets = 0; int64_t running_ns = 0, ready_ns = 0, waiting_ns = 0, blocked_ns = 0, suspended_ns = 0; };

struct Summary {
    std::string source, policy, backend, scenario, made_by;
    uint64_t seed = 0;
    std::string fingerprint;                 ///< 16 hex digits; empty (JSON null) for a measured trace
    int64_t duration_ns = 0;
    uint64_t events = 0;                     ///< trace records
    uint64_t posted = 0, completed = 0, left = 0;
    double throughput_per_s = 0;             ///< completed per second of duration
    Spread latency, queue_wait;
    std::vector<PortFigures> ports;
    std::vector<ThreadFigures> threads;
    uint64_t context_switches = 0;
    uint64_t losses = 0;
    uint64_t compute_ns = 0, block_ns = 0;   ///< drawn, of completed packets / of blocks begun: the same under every policy
};

class Summarizer {
public:
    explicit Summarizer(const TraceHeader& header);
    Summarizer(Summarizer&&) noexcept;
    ~Summarizer();
    /// In time order. What lies beyond the header's `until` is counted among `events` and nowhere else.
    void add(const Record& record);
    /// end_ns: `until` where it is given, else the time of the last event (trace_end_ns). losses: records lost.
    /// After the records that were added. What lies beyond `until` does not change it.
    const TraceState& trace() const;
    Summary finish(int64_t end_ns, uint64_t losses = 0);

private:
    struct State;
    State* state_;
};

/// Where a trace's figures end: `until` where it is given, else the last record that is not about stopping the workers.
int64_t trace_end_ns(const TraceHeader& header, const std::vector<Record>& records);
int64_t trace_end_ns(const TraceHeader& header, const Records& records);

/// All figures of a trace in memory.
Summary summarize(const TraceHeader& header, const std::vector<Record>& records, uint64_t losses = 0);

/// One number for a whole run: over the bytes of every record in order, however they are handed in.
class Fingerprint {
public:
    Fingerprint();
    Fingerprint(Fingerprint&&) noexcept;
    Fingerprint& operator=(Fingerprint&&) noexcept;
    ~Fingerprint();
    void add(const Record* records, size_t count);
    /// 16 hex digits.
    std::string text() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// For people: a table with units.
std::string summary_text(const Summary& summary);

}  // namespace sim
