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

/// Operations that were started and have not ended.
uint64_t device_operations(const Device& device);

}  // namespace sim
