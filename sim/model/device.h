// A device of a scenario: what it works on and what waits for it. Only sim/device changes it. Copyable.
#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/time.h"
#include "sim/model/file.h"
#include "sim/model/packet.h"

namespace sim {

struct DeviceOperation {
    uint64_t number = 0;              ///< counted over all devices of the run
    ThreadId reader;                  ///< of a `read`: blocked until the answer; none: overlapped
    PacketId packet;                  ///< whose handler started it; may be completed before the answer
    PacketWork answer;                ///< overlapped: of the packet that will be posted
    Duration latency;                 ///< once it is on a channel
    ThreadId issuer;                  ///< overlapped: whose CancelIo reaches it, also after its exit (F7)
    FileId file;                      ///< overlapped: the handle it was started with
    uint32_t object = 0;              ///< and that handle's file object
    uint32_t name = UINT32_MAX;       ///< `as`, in Scenario::operations
    uint16_t error = 0;               ///< what it will end with, 0 success
    EventUse event = EventUse::none;
};

struct Device {
    struct Channel {
        DeviceOperation operation;
        bool busy = false;
        bool stale = false;                   ///< its operation was cancelled: unused until the end that was foreseen has passed
    };
    std::vector<Channel> channels;            ///< as many as were ever needed at once
    uint32_t busy = 0;
    std::deque<DeviceOperation> queue;        ///< waiting for a channel, oldest first
};

}  // namespace sim
