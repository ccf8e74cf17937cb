// Files: overlapped operations, their cancellation and ends, and the calls that steps make on handles (docs/port-rules.md 2).
#include <algorithm>

#include "sim/device/api.h"
#include "sim/engine/act.h"
#include "sim/port/port.h"
#include "sim/trace/arguments.h"

namespace sim {
namespace {

uint64_t slot_of(uint32_t name, ThreadId thread) { return uint64_t{name} << 32 | thread.value; }

// The operation that a thread means by a name: the one that it started last under it; else the last one that anybody did.
std::map<uint64_t, NamedOperation>::const_iterator operation_named(const World& world, uint32_t name, ThreadId thread) {
    const auto own = world.named_operations.find(slot_of(name, thread));
    if (own != world.named_operations.end()) return own;
    auto newest = world.named_operations.end();
    for (auto at = world.named_operations.lower_bound(slot_of(name, {0})); at != world.named_operations.end() && at->first >> 32 == name; ++at)
        if (newest == world.named_operations.end() || at->second.number > newest->second.number) newest = at;
    return newest;
}

}  // namespace

// Associations that were there before time 0 (K32).
void Act::begin_files() {
    for (const FileObject& object : world_.objects)
        if (object.port.valid()) port_add_file(world_.ports, object.port);
}

// F1-F3: exactly one of success with a packet, success without one, an error at once, pending.
void Act::start_operation(ThreadId id) {
    const Thread& t = thread(id);
    const FileCall* call = t.file_call == kNoFileCall ? nullptr : &scenario_.file_calls[t.file_call];
    const FileId file = call != nullptr ? call->file : FileId{t.io_device.value};
    const FileHandle handle = world_.files[file.value];
    if (!handle.open) return note_call(id, {.call = ApiCall::start_io, .file = file}, {.error = kInvalidHandle, .reason = ApiReason::file_is_closed});   // F2: and no packet
    FileObject& object = world_.objects[handle.object];
    if (!object.overlapped) return do_io(id, true);
    const DeviceParams& params = scenario_.devices[t.io_device.value];
    DeviceOperation operation;
    operation.number = world_.io_started++;
    operation.packet = t.batch.number();
    operation.answer = t.post_work;
    operation.latency = t.io_latency;
    operation.issuer = id;
    operation.file = file;
    operation.object = handle.object;
    if (call != nullptr) {
        operation.name = call->operation;
        operation.event = call->event;
    }
    const IoOutcome outcome = io_outcome(object, t.io_fate);
    if (t.io_fate == IoFate::fails || outcome == IoOutcome::error) operation.error = params.error;
    const bool pending = outcome == IoOutcome::pending, answers = io_brings_packet(object, outcome, operation.event);
    if (Record* record = note(Kind::io_started, id)) {
        record->packet = operation.packet.value;
        record->argument = io_argument(t.io_device, operation.number);
        record->port = static_cast<uint16_t>(object.port.value);
        if (call != nullptr || !pending) record->flags = kDetailed;
    }
    if (call != nullptr || !pending) {
        DeviceOperation known = operation;
        if (pending) known.error = 0;                  // nobody knows yet
        const bool low_bit = operation.event == EventUse::low_bit;
        note_io_detail(id, known, outcome, outcome == IoOutcome::error ? Rule::F2 : pending || low_bit ? Rule::none : Rule::F1);
    }
    if (operation.name != kNoOperation) world_.named_operations[slot_of(operation.name, id)] = {.number = operation.number, .object = operation.object, .event = operation.event, .pending = true, .error = 0};
    object.signalled = false;
    ++object.pending;
    if (pending) {
        if (const auto channel = device_start(world_.devices[t.io_device.value], params.channels, operation)) at_end_of(EventKind::io_ends, operation.latency, t.io_device.value, *channel);
        return;
    }
    ++world_.io_ended;
    DeviceOperation told = operation;
    told.error = 0;                                    // it was told with the start
    note_io(Kind::io_finished, {}, t.io_device, told, answers);
    operation_ended(operation, answers);
}

// F10: first who waits for its event or handle, then the packet.
void Act::operation_ended(const DeviceOperation& operation, bool answers) {
    FileObject& object = world_.objects[operation.object];
    --object.pending;
    object.signalled = !object.skip_set_event;
    if (operation.name != kNoOperation) {
        NamedOperation& named = world_.named_operations[slot_of(operation.name, operation.issuer)];
        if (named.number == operation.number) {
            named.pending = false;
            named.error = operation.error;
        }
    }
    if (!world_.io_waits.empty()) end_io_waits(operation);
    if (answers) post_answer(operation);
}

// With the association of the instant at which it ends, not of the one at which it was started.
void Act::post_answer(const DeviceOperation& operation) {
    const FileObject& object = world_.objects[operation.object];
    Packet packet;
    packet.work = operation.answer;
    packet.key = object.key;
    if (operation.error == 0) return deliver(object.port, packet, {});
    packet.failed = 1;
    const PortId port = object.port;
    const PacketId number{static_cast<uint32_t>(world_.posted++)};
    arriving_ = &packet;
    note_posted(port, number, packet, {});
    if (Record* record = note_of_packet(Kind::detail, port, number, {}, operation.error)) record->flags = kError;
    port_post(world_.ports, port, number, world_.effects);
    apply_effects({});
}

void Act::call_file(ThreadId id, const Step& step) {
    thread(id).file_call = step.call;
    if (scenario_.machine.post_cost > Duration{0}) return start_activity(id, Activity::file_call, scenario_.machine.post_cost);
    do_file_call(id);
}

void Act::do_file_call(ThreadId id) {
    const FileCall& call = scenario_.file_calls[thread(id).file_call];
    switch (call.call) {
        case ApiCall::create_io_completion_port:
        case ApiCall::bind_io_completion_callback: return associate(id, call);
        case ApiCall::set_file_completion_notification_modes: return set_notification_modes(id, call);
        case ApiCall::cancel_io:
        case ApiCall::cancel_io_ex: return cancel_operations(id, call);
        case ApiCall::cancel_synchronous_io: return cancel_synchronous(id, call);
        case ApiCall::get_overlapped_result: return wait_io(id, call);
        case ApiCall::close_handle: return close_file(id, call);
        case ApiCall::duplicate_handle: return duplicate_file(id, call);
        case ApiCall::none:
        case ApiCall::start_io:
        case ApiCall::count: break;
    }
    SIM_CHECK(false, "a step that is no call on a file");
}

void Act::associate(ThreadId id, const FileCall& call) {
    const FileHandle handle = world_.files[call.file.value];
    const FileArgument file = file_argument(handle, world_.objects);
    const bool open = world_.ports.ports[call.port.value].open;
    const ApiAnswer answer = call.call == ApiCall::create_io_completion_port ? create_io_completion_port(file, open ? PortArgument::open : PortArgument::closed) : bind_io_completion_callback(file, true, 0);
    if (answer.associates && answer.error == 0) {
        world_.objects[handle.object].port = call.port;
        world_.objects[handle.object].key = call.key;
        port_add_file(world_.ports, call.port);
    }
    note_call(id, call, answer);
    if (call.key == 0 || answer.error != 0) return;
    if (Record* record = note(Kind::call_detail, id)) {
        record->port = static_cast<uint16_t>(call.port.value);
        record->argument = call.key;
    }
}

void Act::set_notification_modes(ThreadId id, const FileCall& call) {
    const FileHandle handle = world_.files[call.file.value];
    uint32_t flags = 0;
    const ApiAnswer answer = set_file_completion_notification_modes(file_argument(handle, world_.objects), call.modes, flags);
    if (answer.error == 0) {
        world_.objects[handle.object].skip_on_success |= (flags & kSkipOnSuccess) != 0;
        world_.objects[handle.object].skip_set_event |= (flags & kSkipSetEvent) != 0;
    }
    note_call(id, call, answer, static_cast<uint16_t>(call.modes));
}

// The call is told before the operations end: it only asks for that, and they come to the port one by one.
void Act::cancel_operations(ThreadId id, const FileCall& call) {
    const FileHandle handle = world_.files[call.file.value];
    const FileArgument file = file_argument(handle, world_.objects);
    CancelOf of;
    if (handle.open) of.object = handle.object;
    if (call.call == ApiCall::cancel_io) of.issuer = id;           // F7: of others, also of those that exited, nothing
    bool found = handle.open && world_.objects[handle.object].pending > 0;
    if (call.operation != kNoOperation) {
        const auto named = operation_named(world_, call.operation, id);
        found = found && named != world_.named_operations.end() && named->second.pending && named->second.object == handle.object;
        if (found) of.number = named->second.number;
    }
    const ApiAnswer answer = call.call == ApiCall::cancel_io ? cancel_io(file) : cancel_io_ex(file, found);
    note_call(id, call, answer, static_cast<uint16_t>(call.operation + 1));
    if (answer.error == 0 && found) carry_out_cancel(world_.objects[handle.object].device, of, Rule::none);
}

void Act::cancel_synchronous(ThreadId id, const FileCall& call) {
    CancelOf of;
    of.reader = call.thread;
    DeviceId waits_for;
    for (uint32_t d = 0; d < world_.devices.size(); ++d)
        if (device_reads_for(world_.devices[d], call.thread)) waits_for = {d};
    note_call(id, call, cancel_synchronous_io(waits_for.valid()), static_cast<uint16_t>(call.thread.value));
    if (waits_for.valid()) carry_out_cancel(waits_for, of, Rule::none);
}

// Each ends with ERROR_OPERATION_ABORTED, through the port as ever.
void Act::carry_out_cancel(DeviceId number, const CancelOf& of, Rule rule) {
    const DeviceCancel result = device_cancel(world_.devices[number.value], scenario_.devices[number.value].channels, of);
    for (const DeviceCancel::Begun& begun : result.begun) at_end_of(EventKind::io_ends, begun.latency, number.value, begun.channel);
    for (DeviceOperation operation : result.cancelled) {
        operation.error = kOperationAborted;
        ++world_.io_ended;
        if (operation.reader.valid()) {
            note_io(Kind::io_cancelled, operation.reader, number, operation, true);
            leave_wait(operation.reader, kDeviceWait, number.value);
            continue;
        }
        const bool answers = io_brings_packet(world_.objects[operation.object], IoOutcome::pending, operation.event);
        note_io(Kind::io_cancelled, {}, number, operation, answers, rule);
        operation_ended(operation, answers);
    }
}

// F4, F5: the last handle of a file object takes its operations with it; their packets carry the key that it had.
void Act::close_file(ThreadId id, const FileCall& call) {
    FileHandle& handle = world_.files[call.file.value];
    const ApiAnswer answer = close_handle(file_argument(handle, world_.objects));
    note_call(id, call, answer);
    if (answer.error != 0) return;
    const uint32_t object = handle.object;
    handle = {};
    if (--world_.objects[object].handles > 0) return;
    CancelOf of;
    of.object = object;
    carry_out_cancel(world_.objects[object].device, of, Rule::F4);
    const PortId port = world_.objects[object].port;
    world_.objects[object].port = {};
    if (port.valid()) file_leaves_port(port);                      // K32
}

void Act::duplicate_file(ThreadId id, const FileCall& call) {
    const FileHandle handle = world_.files[call.file.value];
    const ApiAnswer answer = duplicate_handle(file_argument(handle, world_.objects));
    note_call(id, call, answer, static_cast<uint16_t>(call.copy.value), Rule::F5);
    if (answer.error != 0) return;
    ++world_.objects[handle.object].handles;
    world_.files[call.copy.value] = handle;                        // what the name stood for stays open, for ever
}

// K17: a wait as any other. Without an event of its own the operation is waited for by the file's handle, which the end of any
// operation of the file signals.
void Act::wait_io(ThreadId id, const FileCall& call) {
    const auto other = static_cast<uint16_t>(call.operation + 1);
    const auto named = operation_named(world_, call.operation, id);
    if (named == world_.named_operations.end()) return note_call(id, call, {.error = 0, .reason = ApiReason::nothing_started}, other);
    const NamedOperation& operation = named->second;
    const bool by_event = operation.event != EventUse::none;
    const bool waits = operation.pending && call.timeout > Duration{0} && (by_event || !world_.objects[operation.object].signalled);
    if (!waits) return note_call(id, call, get_overlapped_result(operation), other);   // K18
    world_.io_waits.push_back({.thread = id, .name = call.operation, .number = operation.number, .object = operation.object, .by_event = by_event});
    enter_wait(id, kIoWait, io_wait_argument(operation.number, call.operation));
    const uint32_t generation = ++thread(id).get_generation;       // also without a timer: an older one is stale then
    if (call.timeout != kInfinite) at_end_of(EventKind::io_wait_times_out, call.timeout, id, generation);
}

void Act::end_io_waits(const DeviceOperation& operation) {
    const bool handle_signalled = world_.objects[operation.object].signalled;
    std::vector<IoWait> over;
    std::erase_if(world_.io_waits, [&](const IoWait& wait) {
        const bool ends = wait.by_event ? wait.number == operation.number : wait.object == operation.object && handle_signalled;
        if (ends) over.push_back(wait);
        return ends;
    });
    for (const IoWait& wait : over) {
        leave_wait(wait.thread, kIoWait, io_wait_argument(wait.number, wait.name));
        const NamedOperation outcome{.number = wait.number, .object = wait.object, .event = EventUse::none, .pending = wait.number != operation.number, .error = operation.error};
        note_call(wait.thread, {.call = ApiCall::get_overlapped_result}, get_overlapped_result(outcome), static_cast<uint16_t>(wait.name + 1));
    }
}

void Act::io_wait_timed_out(ThreadId id, uint32_t generation) {
    const auto wait = std::find_if(world_.io_waits.begin(), world_.io_waits.end(), [id](const IoWait& w) { return w.thread == id; });
    if (wait == world_.io_waits.end() || generation != thread(id).get_generation) return;      // its wait ended before: the timer is stale
    const IoWait over = *wait;
    world_.io_waits.erase(wait);
    leave_wait(id, kIoWait, io_wait_argument(over.number, over.name));
    note_call(id, {.call = ApiCall::get_overlapped_result}, {.error = kWaitTimeout, .reason = ApiReason::timed_out}, static_cast<uint16_t>(over.name + 1));
}

void Act::note_call(ThreadId id, const FileCall& call, const ApiAnswer& answer, uint16_t other, Rule rule) {
    Record* record = note(Kind::call, id);
    if (record == nullptr) return;
    if (answer.error == 0) record->rule = rule;
    if (call.port.valid()) record->port = static_cast<uint16_t>(call.port.value);
    record->argument = call_argument({.call = call.call, .reason = answer.reason, .error = answer.error, .file = call.file, .other = other});
}

}  // namespace sim
