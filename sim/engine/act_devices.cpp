// Devices: operations that threads start, and what their answers bring.
#include "sim/device/device.h"
#include "sim/engine/act.h"
#include "sim/scenario/handler.h"
#include "sim/trace/arguments.h"

namespace sim {

void Act::call_io(ThreadId id, const Step& step, Duration latency) {
    const bool waits = step.kind == Step::Kind::read;
    Thread& t = thread(id);
    t.io_device = step.device;
    t.io_latency = latency;
    t.file_call = step.call;
    t.io_fate = draw_fate(scenario_.devices[step.device.value], stream_of(id));
    if (!waits) t.post_work = next_packet_of(id);
    if (scenario_.machine.post_cost > Duration{0}) return start_activity(id, waits ? Activity::read_call : Activity::io_call, scenario_.machine.post_cost);
    do_io(id, waits);
}

// A synchronous operation if `waits`, and on a file that is not overlapped.
void Act::do_io(ThreadId id, bool waits) {
    if (!waits) return start_operation(id);
    const Thread& t = thread(id);
    const DeviceId number = t.io_device;
    const DeviceParams& params = scenario_.devices[number.value];
    Device& device = world_.devices[number.value];
    DeviceOperation operation;
    operation.number = world_.io_started++;
    operation.reader = id;
    operation.packet = t.batch.number();
    operation.latency = t.io_latency;
    const bool failed = t.io_fate == IoFate::fails || t.io_fate == IoFate::fails_at_once;
    note_io(Kind::io_started, id, number, operation, true);
    if (failed) operation.error = params.error;
    const bool at_once = t.io_fate == IoFate::at_once || t.io_fate == IoFate::fails_at_once;
    if (at_once || (t.io_latency == Duration{0} && device_has_free_channel(device, params.channels))) {   // K18: answered at once, no wait
        ++world_.io_ended;
        return note_io(Kind::io_finished, id, number, operation, true);
    }
    if (const auto channel = device_start(device, params.channels, operation)) at_end_of(EventKind::io_ends, operation.latency, number.value, *channel);
    enter_wait(id, kDeviceWait, number.value);
}

void Act::io_ended(DeviceId number, uint32_t channel) {
    if (device_end_is_stale(world_.devices[number.value], channel)) return;
    const DeviceAnswer answer = device_end(world_.devices[number.value], channel);
    if (answer.next) at_end_of(EventKind::io_ends, *answer.next, number.value, channel);
    ++world_.io_ended;
    const DeviceOperation& ended = answer.ended;
    if (ended.reader.valid()) {
        note_io(Kind::io_finished, ended.reader, number, ended, true);
        return leave_wait(ended.reader, kDeviceWait, number.value);
    }
    const bool answers = io_brings_packet(world_.objects[ended.object], IoOutcome::pending, ended.event);
    note_io(Kind::io_finished, {}, number, ended, answers, Rule::F3);
    operation_ended(ended, answers);
}

// Started: by the thread whose step it is. Ended: for the thread that waits, else for nobody but the port of the handle.
// answers: of an overlapped one that ends: a packet comes of it.
void Act::note_io(Kind kind, ThreadId id, DeviceId device, const DeviceOperation& operation, bool answers, Rule rule) {
    const bool detailed = kind != Kind::io_started && operation.error != 0;
    if (Record* record = note(kind, id)) {
        record->packet = operation.packet.value;
        record->argument = io_argument(device, operation.number);
        if (operation.reader.valid()) record->flags = kDeviceWait;
        else record->port = static_cast<uint16_t>(world_.objects[operation.object].port.value);
        if (!answers) record->flags |= kNoAnswer;
        if (detailed) record->flags |= kDetailed;
    }
    if (detailed) note_io_detail(id, operation, IoOutcome::pending, answers ? rule : Rule::none);
}

// What io_started, io_finished or io_cancelled has no room for: the record follows it.
void Act::note_io_detail(ThreadId id, const DeviceOperation& operation, IoOutcome outcome, Rule rule) {
    const PortId port = operation.reader.valid() ? PortId{} : world_.objects[operation.object].port;
    if (!port.valid() || world_.ports.ports[port.value].policy != Policy::nt) rule = Rule::none;   // rules are nt's
    Record* record = note(Kind::io_detail, id);
    if (record == nullptr) return;
    record->rule = rule;
    record->packet = operation.packet.value;
    if (!operation.reader.valid()) record->port = static_cast<uint16_t>(port.value);
    record->argument = io_detail_argument({.file = operation.file, .name = operation.name, .error = operation.error, .outcome = outcome, .event = operation.event});
}

}  // namespace sim
