// A worker thread of the model: where it is, and what it does when it runs.
#pragma once
#include <cstdint>

#include "sim/base/ids.h"
#include "sim/base/time.h"
#include "sim/model/file.h"
#include "sim/model/packet.h"
#include "sim/model/ready_queues.h"

namespace sim {

enum class ThreadPhase : uint8_t {
    parked,               ///< in the port's wait list
    exited,               ///< its program is done
    blocked,              ///< in a wait that is not the port's
    waking,               ///< released, or its wait ended; ready after wake_latency
    ready,                ///< in the ready queue, or a processor is being switched to it
    running,
    suspended,            ///< wherever it was (sim/model/verbs.h)
};

/// What uses processor time.
enum class Activity : uint8_t { none, get_call, own_get, post_call, read_call, io_call, file_call, compute, hold };

/// What its get gave, to be told when the thread runs again; stops: it was suspended on its way (O5).
enum class PendingReturn : uint8_t { none, packets, look, stops };

inline constexpr uint32_t kNoProgram = UINT32_MAX;
inline constexpr uint32_t kOwnCalls = UINT32_MAX - 1;   ///< a worker of a scenario that has World::verbs

struct alignas(64) Thread {              // found by number all the time: a size that is quick to multiply with
    ThreadPhase phase = ThreadPhase::parked;
    uint8_t priority = kUsualPriority;
    PendingReturn pending = PendingReturn::none;
    uint32_t worker = 0;                  ///< table in the scenario
    Activity activity = Activity::none;   ///< not beside the phase: who asks for both would wait until both, written one by one, are in the cache
    uint32_t program = kNoProgram;        ///< in World::programs; it is no worker then
    uint32_t affinity = 0;                ///< in Scenario::affinities; 0: every processor
    uint32_t turn = 0;                    ///< counts preemptions: tells the end of a slice or switch that did not come to pass from the current one
    Duration remaining;                   ///< processor time left of the activity
    Duration slice;                       ///< of it, until the next event
    Instant slice_began;
    Duration quantum_left;
    ProcessorId processor;                ///< while running or being switched to
    ProcessorId last_processor;
    Batch batch;                          ///< of its last get
    PacketWork post_work;                 ///< of the packet that a post or start_io call brings
    PortId post_port;
    uint64_t post_key = 0;
    Instant deadline{INT64_MAX};          ///< of the get it waits in
    DeviceId io_device;                   ///< of a read or start_io call
    Duration io_latency;
    IoFate io_fate = IoFate::pends;
    uint32_t file_call = UINT32_MAX;      ///< of a start_io or another call on a file: in Scenario::file_calls; none: plain
    LockId lock;                          ///< it holds, or waits for while it is blocked
    uint32_t get_generation = 0;          ///< tells a stale timer from the current one

    bool has_packet() const { return batch.left() > 0; }
};

}  // namespace sim
