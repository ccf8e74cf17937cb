// The header of a trace: who made it and from what. Written as JSON (header_json.cpp, the only place that knows).
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/model/scenario.h"

namespace sim {

struct TracePort { std::string name; uint32_t concurrency = 0; uint32_t limit = 0; std::string policy; };

/// Measured traces: how the recorder knew that a thread waits for something else than its port.
struct TraceBlocking {
    std::string how;                    ///< "seen": by the system's records of context switches; "reported": by the steps themselves; "": nothing counts blocks
    std::string why;                    ///< reported: why it is not seen
    uint64_t releases = 0;              ///< blocks that let a waiter go ...
    int64_t delay_p50_ns = 0, delay_p99_ns = 0;   ///< ... and how long after it each did
    uint64_t too_short = 0;             ///< blocks that were over before they were seen, and freed nothing
    bool seen() const { return how == "seen"; }
};

struct TraceDevice {
    std::string name;
    uint32_t channels = 1;
    std::string real{};                   ///< what a recorder opened for it: "named pipe", "temporary file" ...; empty: nothing
};

/// What a recording of an unmodified program says of one of its ports.
struct TraceProgramPort {
    uint32_t handle = 0;
    bool limit_known = false;             ///< it was made while it was recorded
    std::map<uint32_t, uint64_t> batches;   ///< so many gets brought so many packets
    uint32_t depth_max = 0;               ///< the most packets left after a get, where the system was asked
};

/// What the Windows kernel's own events told of a recorded program (record run --etw).
struct TraceKernelEvents {
    bool told = false;                    ///< there were any; else all is 0
    uint64_t switches = 0, readied = 0;   ///< times that its threads got a processor, times that they were made ready
    uint64_t queued = 0, taken = 0;       ///< entries of kernel queues, whoever's
    uint64_t moments = 0;                 ///< packets from the kernel of which the moment of queuing is known by them
};

/// The unmodified program that was recorded. FORMAT.md, "Recordings of programs".
struct TraceProgram {
    std::string name;                     ///< its file, without the folder; "": the trace is of none
    uint32_t process = 0;                 ///< as the system numbers it
    std::vector<std::string> hooks;       ///< system calls that are recorded, and by which layout of their stubs
    std::vector<std::string> refused;     ///< those that are not, and why
    double clock_cost_ns = 0;             ///< of record_cost_ns, for reading the clock
    double round_trip_ns = 0, round_trip_recorded_ns = 0;   ///< of a post and the get that brings it back, as the system does it, and recorded
    std::vector<TraceProgramPort> ports;  ///< by port number
    TraceKernelEvents kernel;
};

/// Where a simulated run goes on as another scenario (FORMAT.md, `branches`).
struct TraceBranch {
    struct Change { std::string path, from, to; };   ///< "": there is none
    int64_t at_ns = 0;
    int64_t records = -1;               ///< after so many records; -1: after all of that moment
    std::string scenario_text;
    std::vector<std::string> sets;
    std::vector<Change> changes;
};
/// One decision of a simulated run that was made against the rules.
struct TraceInstead {
    int64_t record = -1;                ///< that asked for it; -1: none was
    std::string what;                   ///< "nobody", "next", or the name of the thread that was let go
};

struct TraceHeader {
    uint32_t version = 0;
    std::string source;                 ///< "simulated" or "measured"
    std::string backend;                ///< "model", "port", "iocp", ...
    std::string policy;                 ///< of the first port; measured: the rules that the backend claims, "" where it claims none
    std::string made_by;                ///< one line for people: "nt rules in user mode on Linux", "completion port, Wine 8.0"
    std::string clock;                  ///< "simulated", "CLOCK_MONOTONIC", "QueryPerformanceCounter"
    std::string host;                   ///< OS, kernel or Wine version, processor model and count; no names of hosts, users or paths
    std::string scenario;               ///< name
    std::string scenario_text;
    std::vector<std::string> sets;
    std::vector<TraceBranch> branches;  ///< in order of time: from each on the run is no more of scenario_text
    TraceInstead instead;
    uint64_t seed = 0;
    int64_t until_ns = -1;              ///< -1: not given
    uint32_t processors_asked = 0;
    uint32_t processors_used = 0;
    bool has_decisions = false;         ///< parked, released, queued, taken ... are in the trace (not for iocp)
    bool has_processors = false;        ///< ready, on_processor, off_processor are in the trace
    TraceBlocking blocking;
    double record_cost_ns = 0;          ///< measured cost of one record; 0 simulated
    std::vector<std::string> threads;   ///< names by thread number
    std::vector<uint32_t> priorities;   ///< by thread number; empty where all have the usual one
    std::vector<std::vector<uint32_t>> affinities;   ///< by thread number: processors that it may use, none = all; empty where all may use all
    uint32_t background = 0;            ///< so many threads, the last ones, are other work of the machine
    std::vector<TracePort> ports;       ///< by port number
    std::vector<std::string> sources;   ///< names by source number, for identities
    std::vector<TraceDevice> devices;   ///< by device number
    std::vector<std::string> locks;     ///< names by lock number
    std::vector<std::string> files;     ///< names by file number; empty where the trace names none
    std::vector<std::string> operations;   ///< names of operations by number
    TraceProgram program;
    std::vector<uint64_t> source_clients;   ///< clients of a closed source, 0 for the others
};

/// Other work of the machine, which is no part of what the ports are about.
inline bool is_background(const TraceHeader& header, uint32_t thread) { return thread < header.threads.size() && thread + uint64_t{header.background} >= header.threads.size(); }
/// Of a thread that the header does not know: the usual.
uint32_t priority_of(const TraceHeader& header, uint32_t thread);
bool may_use(const TraceHeader& header, uint32_t thread, uint32_t processor);

std::string header_to_json(const TraceHeader& header);
Result<TraceHeader> header_from_json(std::string_view json);

/// "concurrency 1 -> 2": the last word of each path, for people; "nothing": a branch with no change.
std::string branch_text(const TraceBranch& branch);
/// "worker.1 is let go", "nobody is let go".
std::string instead_text(const TraceInstead& instead);

/// Without what says whose port it was: scenario, seed, source, backend, maker, clock, host, and each port's policy and concurrency.
/// Names of threads, ports and what records refer to stay. `portside identify` answers the same with and without.
TraceHeader header_without_claims(TraceHeader header);

/// Everything that the scenario settles; the caller adds source, backend, made_by, clock, host and what it used.
TraceHeader header_of(const Scenario& scenario);

}  // namespace sim
