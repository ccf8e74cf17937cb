#include "sim/device/device.h"

#include "sim/base/check.h"

namespace sim {

bool device_has_free_channel(const Device& device, uint32_t channels) { return device.busy < channels; }

std::optional<uint32_t> device_start(Device& device, uint32_t channels, const DeviceOperation& operation) {
    if (!device_has_free_channel(device, channels)) {
        device.queue.push_back(operation);
        return std::nullopt;
    }
    uint32_t channel = 0;
    while (channel < device.channels.size() && device.channels[channel].busy) ++channel;
    if (channel == device.channels.size()) device.channels.emplace_back();
    device.channels[channel] = {operation, true};
    ++device.busy;
    return channel;
}

DeviceAnswer device_end(Device& device, uint32_t number) {
    SIM_CHECK(number < device.channels.size() && device.channels[number].busy, "an operation ends on a channel that is idle");
    Device::Channel& channel = device.channels[number];
    DeviceAnswer answer{channel.operation, std::nullopt};
    if (device.queue.empty()) {
        channel = {};
        --device.busy;
        return answer;
    }
    channel.operation = device.queue.front();
    device.queue.pop_front();
    answer.next = channel.operation.latency;
    return answer;
}

uint64_t device_operations(const Device& device) { return uint64_t{device.busy} + device.queue.size(); }

}  // namespace sim
