// The calls of steps on files. What they answer by the rules (docs/port-rules.md 2.1) is what a backend without such calls records;
// one that has them records what the system answers.
#include <algorithm>

#include "recorder/common/files.h"

namespace recorder {

using sim::ApiCall;
using sim::ApiReason;
using sim::FileCall;
using sim::Kind;
using sim::Record;
using sim::Rule;

void Files::note_call(uint32_t thread, uint32_t packet, const FileCall& call, Answer answer, uint16_t other, Rule rule, int64_t at_ns) {
    Record told = session_.record(Kind::call, thread, sim::number_of(call.port));
    told.time_ns = at_ns;
    told.packet = packet;
    told.rule = answer.error == 0 && session_.has_decisions ? rule : Rule::none;
    told.argument = sim::call_argument({.call = call.call, .reason = answer.reason, .error = answer.error, .file = call.file, .other = other});
    session_.ring_of(thread).push(told);
}

// The key of an association follows its call.
void Files::note_key(uint32_t thread, const FileCall& call, int64_t at_ns) {
    if (call.key == 0) return;
    Record told = session_.record(Kind::call_detail, thread, sim::number_of(call.port));
    told.time_ns = at_ns;
    told.argument = call.key;
    session_.ring_of(thread).push(told);
}

// The one that a thread means by a name: its own last, else anybody's.
Operation* Files::operation_named(uint32_t name, uint32_t thread) const {
    const auto own = named_.find({name, thread});
    if (own != named_.end()) return own->second;
    Operation* meant = nullptr;
    for (const auto& [of, operation] : named_)
        if (of.first == name && (meant == nullptr || operation->number > meant->number)) meant = operation;
    return meant;
}

// Those of a file that have not ended, oldest first: all, of one thread, or the one that is meant by a name.
std::vector<Operation*> Files::operations_of(uint32_t object, uint32_t issuer, uint32_t name, uint32_t thread) {
    const Operation* meant = name == sim::kNoOperation ? nullptr : operation_named(name, thread);
    std::vector<Operation*> found;
    for (Operation& operation : operations_) {
        if (operation.state == Operation::State::over || operation.reader != sim::kNoThread || operation.object != object) continue;
        if (issuer != sim::kNoThread && operation.issuer != issuer) continue;
        if (name == sim::kNoOperation || meant == &operation) found.push_back(&operation);
    }
    return found;
}

// found: there is something to cancel.
Files::Answer Files::answer_of(const FileCall& call, bool found) const {
    const Handle handle = handles_[call.file.value];
    if (!handle.open) return {sim::kInvalidHandle, ApiReason::file_is_closed};
    const Object& object = objects_[handle.object];
    switch (call.call) {
        case ApiCall::create_io_completion_port:
            if (!object.overlapped) return {sim::kInvalidParameter, ApiReason::not_overlapped};
            if (object.port.valid()) return {sim::kInvalidParameter, ApiReason::associated_already};
            return session_.closed[call.port.value].load() ? Answer{sim::kInvalidHandle, ApiReason::port_is_closed} : Answer{};
        case ApiCall::set_file_completion_notification_modes: return object.overlapped || (call.modes & sim::kSkipOnSuccess) == 0 ? Answer{} : Answer{sim::kInvalidParameter, ApiReason::not_overlapped};
        case ApiCall::cancel_io_ex: return found ? Answer{} : Answer{sim::kNotFound, ApiReason::nothing_to_cancel};
        case ApiCall::cancel_io:
        case ApiCall::close_handle:
        case ApiCall::duplicate_handle:
        case ApiCall::none: case ApiCall::start_io: case ApiCall::bind_io_completion_callback: case ApiCall::cancel_synchronous_io:
        case ApiCall::get_overlapped_result: case ApiCall::count: return {};
    }
    return {};
}

Files::Answer Files::result_of(const Operation& operation) {
    if (operation.state != Operation::State::over) return {sim::kIoIncomplete, ApiReason::still_pending};
    return operation.error == 0 ? Answer{} : Answer{operation.error, ApiReason::operation_failed};
}

// K17: a wait as any other. Without an event of its own the operation is waited for by the file's handle, which the end of any
// operation of the file signals.
void Files::wait(uint32_t thread, uint32_t packet, const sim::Step& step) {
    const FileCall& call = session_.scenario.file_calls[step.call];
    const auto other = static_cast<uint16_t>(call.operation + 1);
    std::unique_lock lock(mutex_);
    Operation* operation = operation_named(call.operation, thread);
    if (operation == nullptr) return note_call(thread, packet, call, {0, ApiReason::nothing_started}, other, Rule::none, session_.clock.now_ns());
    const bool by_event = operation->event != sim::EventUse::none;
    const bool waits = operation->state != Operation::State::over && call.timeout > sim::Duration{0} && (by_event || !objects_[operation->object].signalled);
    if (!waits) return note_call(thread, packet, call, result_of(*operation), other, Rule::none, session_.clock.now_ns());   // K18
    const uint64_t argument = sim::io_wait_argument(operation->number, call.operation);
    session_.gate_arguments[thread].store(argument);
    io_waits_.push_back({thread, operation, by_event});
    lock.unlock();
    const bool opened = backend_.block(thread, packet, {.flags = sim::kIoWait, .argument = argument, .longest = call.timeout, .operation = operation});
    lock.lock();
    const bool still_there = std::erase_if(io_waits_, [thread](const IoWait& wait) { return wait.thread == thread; }) > 0;
    if (session_.stop.load()) return;
    if (!opened && !still_there && !backend_.waits_for_operations()) session_.gates[thread].wait();   // it ended in the last moment
    const Answer answer = opened || !still_there ? result_of(*operation) : Answer{sim::kWaitTimeout, ApiReason::timed_out};
    note_call(thread, packet, call, answer, other, Rule::none, session_.clock.now_ns());
}

void Files::end_io_waits(const Operation& operation) {
    Object& object = objects_[operation.object];
    object.signalled = !object.skip_set_event;
    std::erase_if(io_waits_, [&](const IoWait& wait) {
        const bool ends = wait.by_event ? wait.operation == &operation : wait.operation->object == operation.object && object.signalled;
        if (ends && !backend_.waits_for_operations()) session_.gates[wait.thread].open();
        return ends;
    });
}

// The read for which that thread is blocked.
void Files::cancel_read(uint32_t thread, uint32_t packet, const FileCall& call, int64_t at_ns) {
    std::vector<Operation*> found;
    for (Operation& operation : operations_)
        if (operation.reader == call.thread.value && operation.state != Operation::State::over) found.push_back(&operation);
    Answer answer = found.empty() ? Answer{sim::kNotFound, ApiReason::nothing_to_cancel} : Answer{};
    for (Operation* operation : found) operation->error = sim::kOperationAborted;
    const uint16_t error = backend_.call(call, found, answer.error);
    if (error != answer.error) answer = {error, ApiReason::none};
    note_call(thread, packet, call, answer, static_cast<uint16_t>(call.thread.value), Rule::none, at_ns);
    if (answer.error == 0) return cancelled(thread, found, Rule::none, at_ns);
    for (Operation* operation : found) is_not_cancelled(*operation);
}

void Files::call(uint32_t thread, uint32_t packet, const sim::Step& step) {
    const FileCall& call = session_.scenario.file_calls[step.call];
    const std::lock_guard lock(mutex_);
    const int64_t at_ns = session_.clock.now_ns();
    if (call.call == ApiCall::cancel_synchronous_io) return cancel_read(thread, packet, call, at_ns);
    const Handle handle = handles_[call.file.value];
    const bool closes_last = call.call == ApiCall::close_handle && handle.open && objects_[handle.object].handles == 1;
    std::vector<Operation*> operations;
    if (handle.open && (closes_last || call.call == ApiCall::cancel_io || call.call == ApiCall::cancel_io_ex))
        operations = operations_of(handle.object, call.call == ApiCall::cancel_io ? thread : sim::kNoThread, call.operation, thread);
    for (Operation* operation : operations) {                // their packets may come before the call returns
        operation->error = sim::kOperationAborted;
        if (brings_packet(objects_[operation->object], *operation, sim::IoOutcome::pending)) prepare_packet(*operation);
    }
    Answer answer = answer_of(call, !operations.empty());
    const uint16_t error = backend_.call(call, operations, answer.error);
    if (error != answer.error) answer = {error, ApiReason::none};
    const bool duplicates = call.call == ApiCall::duplicate_handle;
    const auto other = static_cast<uint16_t>(duplicates ? call.copy.value : call.call == ApiCall::set_file_completion_notification_modes ? call.modes : call.operation + 1);
    note_call(thread, packet, call, answer, other, duplicates ? Rule::F5 : Rule::none, at_ns);
    if (answer.error == 0) return carry_out(thread, call, operations, at_ns);
    for (Operation* operation : operations) is_not_cancelled(*operation);
}

void Files::is_not_cancelled(Operation& operation) {
    operation.error = 0;
    if (operation.packet != sim::kNoPacket) session_.packets[operation.packet].failed = 0;
}

void Files::carry_out(uint32_t thread, const FileCall& call, const std::vector<Operation*>& operations, int64_t at_ns) {
    Handle& handle = handles_[call.file.value];
    Object& object = objects_[handle.object];
    switch (call.call) {
        case ApiCall::create_io_completion_port:
            object.port = call.port;
            object.key = call.key;
            note_key(thread, call, at_ns);
            return backend_.file_joins(call.port);
        case ApiCall::set_file_completion_notification_modes:
            object.skip_on_success = object.skip_on_success || (call.modes & sim::kSkipOnSuccess) != 0;
            object.skip_set_event = object.skip_set_event || (call.modes & sim::kSkipSetEvent) != 0;
            return;
        case ApiCall::cancel_io:
        case ApiCall::cancel_io_ex: return cancelled(thread, operations, Rule::none, at_ns);
        case ApiCall::close_handle: {
            handle.open = false;
            if (--object.handles > 0) return;
            cancelled(thread, operations, Rule::F4, at_ns);
            const sim::PortId port = std::exchange(object.port, {});
            if (port.valid()) backend_.file_leaves(thread, port);
            return;
        }
        case ApiCall::duplicate_handle:
            ++object.handles;
            handles_[call.copy.value] = handle;
            return;
        case ApiCall::none: case ApiCall::start_io: case ApiCall::bind_io_completion_callback: case ApiCall::cancel_synchronous_io:
        case ApiCall::get_overlapped_result: case ApiCall::count: return;
    }
}

void Files::cancelled(uint32_t thread, const std::vector<Operation*>& operations, Rule rule, int64_t at_ns) {
    for (Operation* operation : operations) {
        if (!backend_.is_cancelled(*operation)) {            // the device will end it
            is_not_cancelled(*operation);
            continue;
        }
        const bool served = operation->state == Operation::State::serving;
        if (!served) std::erase(devices_[operation->device.value].queue, operation);
        ends(*operation, Kind::io_cancelled, thread, at_ns, rule);
        if (served) channel_is_free(operation->device, at_ns);
    }
}

}  // namespace recorder
