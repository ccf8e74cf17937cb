#include "recorder/common/files.h"

#include <algorithm>

#include "sim/trace/arguments.h"

namespace recorder {

using sim::ApiCall;
using sim::ApiReason;
using sim::IoFate;
using sim::IoOutcome;
using sim::Kind;
using sim::Record;
using sim::Rule;

Files::Files(Session& session, Backend& backend, Sources& sources) : session_(session), backend_(backend), sources_(sources), devices_(session.scenario.devices.size()) {
    for (const sim::FileParams& file : session.scenario.files) {
        handles_.push_back({.open = !file.duplicate, .object = static_cast<uint32_t>(objects_.size())});
        objects_.push_back({.device = file.device, .port = file.port, .key = file.key, .overlapped = file.overlapped, .skip_on_success = file.skip_on_success, .skip_set_event = file.skip_set_event});
        if (file.port.valid() && !file.duplicate) backend_.file_joins(file.port);
    }
}

Record Files::record(Kind kind, uint32_t thread, const Operation& operation) const {
    Record told = session_.record(kind, thread);
    told.packet = operation.parent;
    told.argument = sim::io_argument(operation.device, operation.number);
    if (operation.reader != sim::kNoThread) told.flags = sim::kDeviceWait;
    else told.port = sim::number_of(objects_[operation.object].port);
    return told;
}

Record Files::detail(uint32_t thread, const Operation& operation, IoOutcome outcome, Rule rule) const {
    Record told = record(Kind::io_detail, thread, operation);
    told.flags = 0;
    told.rule = operation.reader == sim::kNoThread ? rule_at(objects_[operation.object].port, rule) : Rule::none;
    told.argument = sim::io_detail_argument({.file = operation.file, .name = operation.name, .error = operation.error, .outcome = outcome, .event = operation.event});
    return told;
}

// Rules are nt's, and a backend's that decides by them.
Rule Files::rule_at(sim::PortId port, Rule rule) const {
    return session_.has_decisions && port.valid() && session_.scenario.ports[port.value].policy == sim::Policy::nt ? rule : Rule::none;
}

bool Files::brings_packet(const Object& object, const Operation& operation, IoOutcome outcome) const {
    return object.port.valid() && operation.event != sim::EventUse::low_bit && (outcome == IoOutcome::pending || outcome == IoOutcome::success);
}

Operation& Files::operation_for(uint32_t thread, uint32_t packet, sim::DeviceId device, const Drawn& drawn) {
    Operation& operation = operations_.emplace_back();
    operation.number = operations_.size() - 1;
    operation.device = device;
    operation.latency = drawn.latency;
    operation.fate = drawn.fate;
    operation.answer = drawn.answer;
    operation.issuer = thread;
    operation.parent = packet;
    return operation;
}

// The caller holds the mutex. Latency begins when a channel is free (3a.10).
void Files::serve(Operation& operation, int64_t from_ns) {
    Device& device = devices_[operation.device.value];
    if (device.busy == session_.scenario.devices[operation.device.value].channels) return device.queue.push_back(&operation);
    ++device.busy;
    operation.state = Operation::State::serving;
    const int64_t at_ns = std::min(from_ns + operation.latency.ns, sim::kDurationMax.ns);
    sources_.at(at_ns, [this, &operation, at_ns] { device_ends(operation, at_ns); });
}

void Files::channel_is_free(sim::DeviceId number, int64_t at_ns) {
    Device& device = devices_[number.value];
    --device.busy;
    if (device.queue.empty()) return;
    Operation& next = *device.queue.front();
    device.queue.pop_front();
    serve(next, at_ns);
}

void Files::device_ends(Operation& operation, int64_t at_ns) {
    const std::lock_guard lock(mutex_);
    if (operation.state == Operation::State::over) return;           // cancelled
    if (operation.fate == IoFate::fails) operation.error = session_.scenario.devices[operation.device.value].error;
    ends(operation, Kind::io_finished, sim::kNoThread, session_.clock.now_ns(), Rule::F3);
    channel_is_free(operation.device, at_ns);
}

// It is over: who waits goes on; the packet, if one comes of it, goes to the port that its file has now.
void Files::ends(Operation& operation, Kind kind, uint32_t caller, int64_t at_ns, Rule rule) {
    operation.state = Operation::State::over;
    const bool reads = operation.reader != sim::kNoThread;
    const bool answers = reads || brings_packet(objects_[operation.object], operation, IoOutcome::pending);
    if (!reads && answers) prepare_packet(operation);
    std::vector<Record> told{record(kind, operation.reader, operation)};
    if (!answers) told[0].flags |= sim::kNoAnswer;
    if (operation.error != 0) {
        told[0].flags |= sim::kDetailed;
        told.push_back(detail(operation.reader, operation, IoOutcome::pending, answers ? rule : Rule::none));
    }
    if (!reads) end_io_waits(operation);                             // F10: then the packet
    if (!reads || backend_.waits_for_operations()) return backend_.end(caller, operation, std::move(told), at_ns);
    for (Record& one : told) {
        one.time_ns = at_ns;
        session_.ring_of(caller).push(one);
    }
    session_.gates[operation.reader].open();
    backend_.answer(operation);
}

// Before the system can hand it out.
void Files::prepare_packet(Operation& operation) {
    if (operation.packet != sim::kNoPacket) return;
    const Object& object = objects_[operation.object];
    sim::Packet packet;
    packet.work = operation.answer;
    packet.key = object.key;
    packet.failed = operation.error != 0;
    const uint32_t number = session_.packets.add(packet);
    if (number == Packets::kMax) return;
    operation.packet = number;
    operation.port = object.port;
    sources_.will_post(object.port);
}

void Files::read(uint32_t thread, uint32_t packet, sim::DeviceId number, const Drawn& drawn) {
    const sim::DeviceParams& params = session_.scenario.devices[number.value];
    Operation* waits_for = nullptr;
    {
        const std::lock_guard lock(mutex_);
        Operation& operation = operation_for(thread, packet, number, drawn);
        operation.reader = thread;
        waits_for = &operation;
        session_.ring_of(thread).push(record(Kind::io_started, thread, operation));
        if (drawn.fate == IoFate::fails_at_once) operation.error = params.error;
        const bool at_once = drawn.fate == IoFate::at_once || drawn.fate == IoFate::fails_at_once;
        if (at_once || (drawn.latency == sim::Duration{0} && devices_[number.value].busy < params.channels)) {   // K18: no wait
            operation.state = Operation::State::over;
            if (operation.error == 0) backend_.read_at_once(operation);
            Record told = record(Kind::io_finished, thread, operation);
            if (operation.error != 0) told.flags |= sim::kDetailed;
            session_.ring_of(thread).push(told);
            if (operation.error != 0) session_.ring_of(thread).push(detail(thread, operation, IoOutcome::pending, Rule::none));
            return;
        }
        session_.gate_arguments[thread].store(number.value);
        backend_.start(operation, {IoOutcome::pending, 0});
        serve(operation, session_.clock.now_ns());
    }
    backend_.block(thread, packet, {.flags = sim::kDeviceWait, .argument = number.value, .operation = waits_for});
}

void Files::start(uint32_t thread, uint32_t packet, const sim::Step& step, const Drawn& drawn) {
    const sim::FileCall* call = step.call == sim::kNoFileCall ? nullptr : &session_.scenario.file_calls[step.call];
    const sim::FileId file = call != nullptr ? call->file : sim::FileId{step.device.value};
    std::unique_lock lock(mutex_);
    const Handle handle = handles_[file.value];
    const int64_t at_ns = session_.clock.now_ns();
    if (!handle.open) return note_call(thread, packet, {.call = ApiCall::start_io, .file = file}, {sim::kInvalidHandle, ApiReason::file_is_closed}, 0, Rule::none, at_ns);
    Object& object = objects_[handle.object];
    if (!object.overlapped) {
        lock.unlock();
        return read(thread, packet, step.device, drawn);
    }
    Operation& operation = operation_for(thread, packet, step.device, drawn);
    operation.file = file;
    operation.object = handle.object;
    if (call != nullptr) {
        operation.name = call->operation;
        operation.event = call->event;
        if (operation.name != sim::kNoOperation) named_[{operation.name, thread}] = &operation;
    }
    const uint16_t device_error = session_.scenario.devices[step.device.value].error;
    Backend::Started expected{IoOutcome::pending, 0};
    if (drawn.fate == IoFate::fails_at_once) expected = {IoOutcome::error, device_error};
    if (drawn.fate == IoFate::at_once) expected.outcome = object.skip_on_success ? IoOutcome::success_without_packet : IoOutcome::success;
    if (expected.outcome == IoOutcome::success && brings_packet(object, operation, expected.outcome)) prepare_packet(operation);
    const Backend::Started started = backend_.start(operation, expected);
    operation.error = started.outcome == IoOutcome::error ? started.error : 0;
    told_started(operation, started, call != nullptr || started.outcome != IoOutcome::pending, at_ns);
    object.signalled = started.outcome != IoOutcome::pending && !object.skip_set_event;
    if (started.outcome == IoOutcome::pending) return serve(operation, at_ns);
    operation.state = Operation::State::over;
    Record told = record(Kind::io_finished, sim::kNoThread, operation);
    if (operation.packet == sim::kNoPacket) told.flags |= sim::kNoAnswer;
    backend_.end(thread, operation, {told}, at_ns);
}

void Files::told_started(const Operation& operation, Backend::Started started, bool detailed, int64_t at_ns) {
    Ring& ring = session_.ring_of(operation.issuer);
    Record told = record(Kind::io_started, operation.issuer, operation);
    told.time_ns = at_ns;
    if (detailed) told.flags |= sim::kDetailed;
    ring.push(told);
    if (!detailed) return;
    const bool low_bit = operation.event == sim::EventUse::low_bit, pending = started.outcome == IoOutcome::pending;
    told = detail(operation.issuer, operation, started.outcome, started.outcome == IoOutcome::error ? Rule::F2 : pending || low_bit ? Rule::none : Rule::F1);
    told.time_ns = at_ns;
    ring.push(told);
}

}  // namespace recorder
