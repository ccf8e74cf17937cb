#include "sim/device/device.h"

#include <algorithm>

#include "sim/base/check.h"

namespace sim {

bool device_has_free_channel(const Device& device, uint32_t channels) { return device.busy < channels; }

std::optional<uint32_t> device_start(Device& device, uint32_t channels, const DeviceOperation& operation) {
    if (!device_has_free_channel(device, channels)) {
        device.queue.push_back(operation);
        return std::nullopt;
    }
    uint32_t channel = 0;
    while (channel < device.channels.size() && (device.channels[channel].busy || device.channels[channel].stale)) ++channel;
    if (channel == device.channels.size()) device.channels.emplace_back();
    device.channels[channel] = {operation, true, false};
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

bool device_end_is_stale(Device& device, uint32_t number) {
    SIM_CHECK(number < device.channels.size(), "an operation ends on no channel");
    const bool stale = device.channels[number].stale;
    device.channels[number].stale = false;
    return stale;
}

bool device_reads_for(const Device& device, ThreadId thread) {
    return std::any_of(device.channels.begin(), device.channels.end(), [thread](const Device::Channel& c) { return c.busy && c.operation.reader == thread; }) ||
           std::any_of(device.queue.begin(), device.queue.end(), [thread](const DeviceOperation& o) { return o.reader == thread; });
}

DeviceCancel device_cancel(Device& device, uint32_t channels, const CancelOf& of) {
    DeviceCancel result;
    const auto matches = [&of](const DeviceOperation& operation) {
        if (of.reader.valid()) return operation.reader == of.reader;
        return !operation.reader.valid() && operation.object == of.object && (!of.issuer.valid() || operation.issuer == of.issuer) && (of.number == UINT64_MAX || operation.number == of.number);
    };
    for (Device::Channel& channel : device.channels) {
        if (!channel.busy || !matches(channel.operation)) continue;
        result.cancelled.push_back(channel.operation);
        channel = {{}, false, true};
        --device.busy;
    }
    for (const DeviceOperation& operation : device.queue)
        if (matches(operation)) result.cancelled.push_back(operation);
    std::erase_if(device.queue, matches);
    std::sort(result.cancelled.begin(), result.cancelled.end(), [](const DeviceOperation& a, const DeviceOperation& b) { return a.number < b.number; });
    while (!device.queue.empty() && device_has_free_channel(device, channels)) {
        const DeviceOperation next = device.queue.front();
        device.queue.pop_front();
        result.begun.push_back({*device_start(device, channels, next), next.latency});
    }
    return result;
}

uint64_t device_operations(const Device& device) { return uint64_t{device.busy} + device.queue.size(); }

}  // namespace sim
