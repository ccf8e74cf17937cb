// How a device serves (3a.10): first come, first served, so many operations at once as it has channels. Decides only; no time
// passes here: sim/engine waits for the latencies and carries out what an answer means.
#pragma once
#include <optional>

#include "sim/model/device.h"

namespace sim {

/// An operation that is given to the device now would not wait for a channel.
bool device_has_free_channel(const Device& device, uint32_t channels);

/// Gives the operation to the device: the channel on which its latency begins now; none: it waits its turn.
std::optional<uint32_t> device_start(Device& device, uint32_t channels, const DeviceOperation& operation);

struct DeviceAnswer {
    DeviceOperation ended;
    std::optional<Duration> next;     ///< latency of the operation that begins on the same channel now
};
/// The operation on this channel ends.
DeviceAnswer device_end(Device& device, uint32_t channel);

/// The end that was foreseen for an operation which has been cancelled: nothing happens then.
bool device_end_is_stale(Device& device, uint32_t channel);

/// The thread waits for an operation in this device.
bool device_reads_for(const Device& device, ThreadId thread);

/// Which operations a call cancels. Of a file object: all, or one thread's (CancelIo), or one; or the one that `reader` waits for.
struct CancelOf {
    uint32_t object = UINT32_MAX;
    ThreadId issuer;
    uint64_t number = UINT64_MAX;
    ThreadId reader;
};
struct DeviceCancel {
    struct Begun { uint32_t channel; Duration latency; };
    std::vector<DeviceOperation> cancelled;   ///< in the order in which they were started
    std::vector<Begun> begun;                 ///< operations that begin on channels which are free now
};
/// Takes them out, those that wait for a channel and those in service.
DeviceCancel device_cancel(Device& device, uint32_t channels, const CancelOf& of);

/// Operations that were started and have not ended.
uint64_t device_operations(const Device& device);

}  // namespace sim
