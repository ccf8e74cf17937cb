// What threads did with packets, as the records show it: how much processor time and which waits each handling took, when packets
// came, and what a wake cost. Reads records only; of the header, names and which kinds of records there are.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/stop.h"
#include "sim/trace/file.h"

namespace sim {

/// A wait inside a handling.
struct ObservedBlock {
    int64_t asked_ns = 0;                 ///< what the program asked for, where a record tells; else 0
    int64_t took_ns = 0;                  ///< until the thread ran again: a wake is in it, and the wait for a processor
};
/// Something that a handling set going: a packet that it posted, or an overlapped operation.
struct ObservedStart {
    uint32_t part = 0;                    ///< after this many blocks
    uint16_t device = UINT16_MAX;         ///< of an operation; UINT16_MAX: a post
    uint16_t port = kNoPort;              ///< of a post
    uint64_t key = 0;
    auto operator<=>(const ObservedStart&) const = default;
};
struct ObservedDevice {
    uint16_t port = kNoPort;              ///< where the packets of its operations came; kNoPort: none did
    uint64_t key = 0;
    std::vector<int64_t> latencies;       ///< of operations that handlings started: from start to end, ns
};
/// One packet, from the moment at which its thread turned to it until its last step ended.
struct Handling {
    uint32_t packet = 0, thread = 0;
    uint16_t port = kNoPort;
    uint64_t key = 0;
    int64_t begin_ns = 0, end_ns = 0;
    std::vector<int64_t> computes;        ///< processor time before, between and after the blocks: one more than those
    std::vector<ObservedBlock> blocks;
    std::vector<ObservedStart> starts;
};
/// A packet from outside: nobody posted it while handling another one.
struct Arrival {
    uint32_t packet = 0;
    uint16_t port = kNoPort;
    uint64_t key = 0;
    int64_t posted_ns = 0;
    int64_t completed_ns = -1;            ///< -1: not before the records end
};
struct ObservedWorker {
    uint16_t port = kNoPort;
    uint32_t batch = 1;                   ///< the most packets that it asked for
    int64_t timeout_ns = INT64_MAX;
    auto operator<=>(const ObservedWorker&) const = default;
};

/// How far other work of the machine kept processors from the threads that wanted them. Needs processor records.
struct ObservedOther {
    double wanted_ns = 0;                 ///< processors that the threads had or wanted, times time
    double kept_ns = 0;                   ///< of it: wanted, and none of them had it
    std::vector<int64_t> lengths;         ///< for how long a thread lost a processor that no other of them had, ns
};

struct Observation {
    bool has_processors = false;          ///< else processor time is the time that passed, waits for a processor included
    uint32_t processors = 0;
    std::vector<Handling> handlings;      ///< in the order of their ends
    std::vector<Arrival> arrivals;        ///< in posting order
    std::map<ObservedWorker, uint32_t> workers;             ///< threads of each kind
    std::map<uint16_t, ObservedDevice> devices;             ///< that handlings asked for something
    std::vector<int64_t> wakes;           ///< from release (else from the post) to ready (else to the return of the get), ns; with processor records only where one was free
    std::vector<int64_t> busy_wakes;      ///< where none was: the wait for a processor is in it
    std::vector<int64_t> switches;        ///< from ready to the return of the get, where a processor was free and a record tells who was ready, ns
    std::vector<int64_t> notices;         ///< from the begin of a block to the release that it brings about, ns; needs records of releases
    std::vector<int64_t> slices;          ///< how long threads had a processor that another of them then took from them, ns
    std::vector<int64_t> gets;            ///< processor time from the end of a packet to the return of a get that found one, ns
    ObservedOther other;
    std::vector<uint32_t> limits;         ///< by port, as port_opened tells; 0: no record does
    int64_t end_ns = 0;                   ///< of the records that count
    uint64_t other_timeouts = 0;          ///< gets with another timeout than their thread's longest so far
    uint64_t lock_waits = 0, device_waits = 0;   ///< blocks that another setting would change: for a lock, for a device
};

/// Error: something was recorded that no scenario of this kind describes, and what.
Result<Observation> observe(const Trace& trace, const Stop& stop = {});

}  // namespace sim
