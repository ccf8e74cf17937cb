// Devices: operations that threads start, and what their answers bring.
#include "sim/device/device.h"
#include "sim/engine/act.h"
#include "sim/trace/arguments.h"

namespace sim {

void Act::call_io(ThreadId id, const Step& step, Duration latency) {
    const bool waits = step.kind == Step::Kind::read;
    Thread& t = thread(id);
    t.io_device = step.device;
    t.io_latency = latency;
    if (!waits) t.post_work = next_packet_of(id);
    if (scenario_.machine.post_cost > Duration{0}) return start_activity(id, waits ? Activity::read_call : Activity::io_call, scenario_.machine.post_cost);
    do_io(id, waits);
}

void Act::do_io(ThreadId id, bool waits) {
    const Thread& t = thread(id);
    const DeviceId number = t.io_device;
    const uint32_t channels = scenario_.devices[number.value].channels;
    Device& device = world_.devices[number.value];
    DeviceOperation operation{.number = world_.io_started++, .reader = {}, .packet = t.packet(), .answer = {}, .latency = t.io_latency};
    if (waits) operation.reader = id;
    else operation.answer = t.post_work;
    note_io(Kind::io_started, id, number, operation);
    if (waits && t.io_latency == Duration{0} && device_has_free_channel(device, channels)) {   // K18: answered at once, no wait
        ++world_.io_ended;
        return note_io(Kind::io_finished, id, number, operation);
    }
    if (const auto channel = device_start(device, channels, operation)) at_end_of(EventKind::io_ends, operation.latency, number.value, *channel);
    if (waits) enter_wait(id, kDeviceWait, number.value);
}

void Act::io_ended(DeviceId number, uint32_t channel) {
    const DeviceAnswer answer = device_end(world_.devices[number.value], channel);
    if (answer.next) at_end_of(EventKind::io_ends, *answer.next, number.value, channel);
    ++world_.io_ended;
    note_io(Kind::io_finished, answer.ended.reader, number, answer.ended);
    if (answer.ended.reader.valid()) return leave_wait(answer.ended.reader, kDeviceWait, number.value);
    const DeviceParams& params = scenario_.devices[number.value];
    Packet packet;
    packet.work = answer.ended.answer;
    packet.key = params.key;
    post(params.port, packet, {});        // F1: also where the answer came at once
}

// Started: by the thread whose step it is. Finished: for the thread that waits, else for nobody but the port of the handle.
void Act::note_io(Kind kind, ThreadId id, DeviceId device, const DeviceOperation& operation) {
    Record* record = note(kind, id);
    if (record == nullptr) return;
    record->packet = operation.packet.value;
    record->argument = io_argument(device, operation.number);
    if (operation.reader.valid()) record->flags = kDeviceWait;
    else record->port = static_cast<uint16_t>(scenario_.devices[device.value].port.value);
}

}  // namespace sim
