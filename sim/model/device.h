// A device of a scenario: what it works on and what waits for it. Only sim/device changes it. Copyable.
#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/time.h"
#include "sim/model/packet.h"

namespace sim {

struct DeviceOperation {
    uint64_t number = 0;              ///< counted over all devices of the run
    ThreadId reader;                  ///< of a `read`: blocked until the answer; none: overlapped
    PacketId packet;                  ///< whose handler started it; may be completed before the answer
    PacketWork answer;                ///< overlapped: of the packet that will be posted
    Duration latency;                 ///< once it is on a channel
};

struct Device {
    struct Channel { DeviceOperation operation; bool busy = false; };
    std::vector<Channel> channels;            ///< as many as were ever needed at once
    uint32_t busy = 0;
    std::deque<DeviceOperation> queue;        ///< waiting for a channel, oldest first
};

}  // namespace sim
