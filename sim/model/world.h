// The whole state of a run of the model as one copyable value: ids, no pointers. `World b = a;` is a snapshot. What never
// changes in a run (the scenario) is outside. Only sim/engine/step.cpp changes a world.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "sim/model/device.h"
#include "sim/model/event_queue.h"
#include "sim/model/file.h"
#include "sim/model/instead.h"
#include "sim/model/lock.h"
#include "sim/model/packet.h"
#include "sim/model/port.h"
#include "sim/model/processor.h"
#include "sim/model/program.h"
#include "sim/model/thread.h"
#include "sim/model/verbs.h"

namespace sim {

struct World {
    Instant now;
    EventQueue events;
    PortState ports;                      ///< threads of the ports have the world's thread numbers
    std::vector<Thread> threads;
    Machine machine;
    std::vector<ProgramState> programs;   ///< of the threads after those of the workers
    std::vector<Lock> locks;
    std::vector<Device> devices;
    uint64_t io_started = 0, io_ended = 0;   ///< operations
    std::vector<FileHandle> files;        ///< by FileId
    std::vector<FileObject> objects;      ///< those of the devices' own handles and [[file]] tables
    std::map<uint64_t, NamedOperation> named_operations;   ///< by name << 32 | thread that started it
    std::vector<IoWait> io_waits;         ///< in the order in which they began
    std::vector<QueuedPackets> queued;    ///< by PortId: what lies in the port's queue
    std::vector<SourceState> sources;
    uint64_t next_order = 0;              ///< of events that end something
    uint64_t tie_shuffle = 0;             ///< not 0: what happens at one instant comes in an order drawn from this (sim/engine/ties.h)
    Instead instead;                      ///< one decision that goes, or went, another way than the rules say
    uint64_t posted = 0, completed = 0;   ///< packets; the next one's number is `posted`
    uint64_t lost = 0;                    ///< packets that nobody will handle: queued at a port that is gone (K31), of a batch whose thread exited
    std::vector<ThreadVerbs> verbs;       ///< by thread; empty where the scenario has nothing of that
    uint64_t record_count = 0;
    uint64_t records_before_now = 0;      ///< 3a.12: record_count when `now` began
    Effects effects;                      ///< scratch of a step, empty between steps; here so that a step allocates nothing
    Scratch<ThreadId> awake;              ///< likewise: threads that the step makes ready when it has done all else
};

}  // namespace sim
