// Threads that leave, programs, ports that are closed, and the answers of devices: the rest of the `port` backend's calls.
#include <unistd.h>

#include "recorder/common/files.h"
#include "recorder/linux/port_backend.h"
#include "sim/port/port.h"
#include "sim/trace/arguments.h"

namespace recorder {

using sim::Kind;
using sim::Record;

// To serve a port is one get that finds nothing: it counts from then on (K9, K29).
void PortBackend::begin_program(uint32_t thread, sim::PortId serves) {
    const Inside inside(blocking_, thread);
    Outcome outcome;
    {
        const std::lock_guard lock(mutex_);
        blocking_.is_system_thread(thread, static_cast<uint32_t>(gettid()));
        slots_[thread].known = true;
        enter(thread, outcome);
        if (serves.valid()) {
            Record called = session_.record(Kind::get_called, thread, sim::number_of(serves));
            called.packet = 1;
            outcome.records.push_back(called);
            sim::port_get(state_, {thread}, serves, {.batch_max = 1, .poll = true}, effects_);
            decided(thread, call_time(), outcome);
        } else {
            state_.threads[thread].state = sim::PortThreadState::running;
        }
    }
    carry_out(thread, outcome);
}

// Under the lock. K30: a call that starts after the close.
void PortBackend::returns_closed(uint32_t thread, sim::PortId port, Outcome& outcome) {
    Record record = session_.record(Kind::get_returned, thread, sim::number_of(port));
    record.time_ns = call_time();
    record.rule = state_.ports[port.value].policy == sim::Policy::nt ? sim::Rule::K30 : sim::Rule::none;
    record.flags = sim::kInvalid;
    outcome.records.push_back(record);
}

void PortBackend::exit(uint32_t thread, uint64_t lost) {
    const Inside inside(blocking_, thread);
    Outcome outcome;
    {
        const std::lock_guard lock(mutex_);
        enter(thread, outcome);
        const size_t from = outcome.records.size();
        sim::port_exit(state_, {thread}, effects_);
        decided(thread, call_time(), outcome);
        for (size_t i = from; i < outcome.records.size(); ++i)
            if (outcome.records[i].kind == Kind::thread_exit) outcome.records[i].argument = lost;
    }
    carry_out(thread, outcome);
}

void PortBackend::close(uint32_t thread, sim::PortId number) {
    const Inside inside(blocking_, thread);
    Outcome outcome;
    {
        const std::lock_guard lock(mutex_);
        enter(thread, outcome);
        const sim::Port& port = state_.ports[number.value];
        const size_t from = outcome.records.size(), queued = port.queue.size();
        if (port.open) {
            session_.closed[number.value].store(true);
            sim::port_close(state_, number, effects_);
            decided(thread, call_time(), outcome);
        } else {
            Record failed = session_.record(Kind::call_failed, thread, sim::number_of(number));
            failed.time_ns = call_time();
            failed.packet = slots_[thread].working;
            failed.argument = sim::failed_argument(sim::FailedCall::close, sim::WhyFailed::port_closed, sim::kNoThread);
            outcome.records.push_back(failed);
        }
        for (size_t i = from; i < outcome.records.size(); ++i) {
            if (outcome.records[i].kind != Kind::port_closed) continue;
            if (port.alive()) outcome.records[i].flags = sim::kKeepsSlot;      // K32
            else outcome.records[i].argument = queued;                         // K31
        }
    }
    carry_out(thread, outcome);
}

void PortBackend::apc(uint32_t thread, uint32_t to) {
    const Inside inside(blocking_, thread);
    Outcome outcome;
    {
        const std::lock_guard lock(mutex_);
        enter(thread, outcome);
        const sim::PortThread& target = state_.threads[to];
        const bool gone = target.state == sim::PortThreadState::exited, ends_wait = target.state == sim::PortThreadState::waiting && target.alertable;
        Record record = session_.record(gone ? Kind::call_failed : Kind::apc, gone ? thread : to);
        record.time_ns = call_time();
        if (gone) record.packet = slots_[thread].working;
        record.argument = gone ? sim::failed_argument(sim::FailedCall::apc, sim::WhyFailed::thread_exited, to) : sim::apc_argument(thread, sim::kNoPacket);
        if (!gone) record.rule = sim::port_rule_for(state_, {to}, ends_wait ? sim::Rule::K23 : sim::Rule::K24);
        if (!gone) record.port = sim::number_of(target.association);
        outcome.records.push_back(record);
        if (!gone) {
            ++slots_[to].apcs;
            sim::port_apc(state_, {to}, effects_);
            decided(thread, record.time_ns, outcome);
        }
    }
    carry_out(thread, outcome);
}

void PortBackend::tell_watch_end(uint32_t thread, sim::PortId port, uint16_t flags, sim::Rule rule, Outcome& outcome) {
    Record record = session_.record(Kind::block_end, thread, sim::number_of(state_.threads[thread].association));
    record.time_ns = call_time();
    record.rule = state_.ports[port.value].policy == sim::Policy::nt ? rule : sim::Rule::none;
    record.flags = static_cast<uint16_t>(sim::kHandleWait | flags);
    record.argument = port.value;
    outcome.records.push_back(record);
}

// A wait on the port's handle, which takes no packet (K33). The port itself knows of it, so it is no block that the kernel tells of.
void PortBackend::watch(uint32_t thread, uint32_t packet, sim::PortId number, sim::Duration timeout) {
    const Inside inside(blocking_, thread);
    Outcome outcome;
    bool waits = false;
    {
        const std::lock_guard lock(mutex_);
        enter(thread, outcome);
        const sim::Port& port = state_.ports[number.value];
        const bool signalled = !port.queue.empty();
        waits = port.open && !signalled && timeout > sim::Duration{0};
        Record record = session_.record(waits ? Kind::block_begin : Kind::call_failed, thread, sim::number_of(waits ? state_.threads[thread].association : number));
        record.packet = packet;
        if (!port.open) {
            record.time_ns = call_time();
            record.argument = sim::failed_argument(sim::FailedCall::watch, sim::WhyFailed::port_closed, sim::kNoThread);
            outcome.records.push_back(record);
        } else if (!waits) {                                                   // K18
            tell_watch_end(thread, number, signalled ? 0 : sim::kTimedOut, sim::Rule::K33, outcome);
        } else {
            record.time_ns = call_time();
            record.rule = sim::port_rule_for(state_, {thread}, sim::Rule::K17);
            record.flags = sim::kHandleWait;
            record.argument = number.value;
            outcome.records.push_back(record);
            sim::port_watch(state_, {thread}, number, effects_);
            decided(thread, record.time_ns, outcome);
        }
    }
    carry_out(thread, outcome);
    if (!waits) return;
    const bool opened = session_.gates[thread].wait(timeout == sim::kInfinite ? INT64_MAX : monotonic_ns() + timeout.ns);
    Outcome after;
    {
        const std::lock_guard lock(mutex_);
        catch_up(after);
        const bool watching = state_.threads[thread].state == sim::PortThreadState::watching;
        if (!opened && !watching) session_.gates[thread].wait();               // it was signalled in the last moment
        if (watching) {
            sim::port_timeout(state_, {thread}, effects_);
            effects_.clear();                                                  // no get has timed out
        }
        const Slot& slot = slots_[thread];
        if (!session_.stop.load()) tell_watch_end(thread, number, watching ? static_cast<uint16_t>(sim::kTimedOut) : slot.watch_flags, watching ? sim::Rule::K19 : slot.watch_rule, after);
    }
    carry_out(thread, after);
}

// At a gate, or in what the device really is.
bool PortBackend::waits(uint32_t thread, const Wait& wait, int64_t until_ns) {
    if ((wait.flags & sim::kDeviceWait) == 0 || wait.operation == nullptr || !real_.is_real(wait.operation->device)) return session_.gates[thread].wait(until_ns);
    real_.wait(*wait.operation, session_.gates[thread]);
    return true;
}

Backend::Started PortBackend::start(Operation& operation, Started expected) {
    if (!real_.is_real(operation.device)) return expected;
    if (operation.reader != sim::kNoThread) real_.begin(operation);
    else if (expected.outcome != sim::IoOutcome::pending) real_.carry_out(operation);
    return expected;
}

void PortBackend::read_at_once(Operation& operation) {
    if (real_.is_real(operation.device)) real_.carry_out(operation);
}

void PortBackend::answer(Operation& operation) {
    if (real_.is_real(operation.device)) real_.answer(operation);
}

// The answer of a device: from nobody, at the instant at which its operation ends.
void PortBackend::end(uint32_t caller, Operation& operation, std::vector<Record> told, int64_t) {
    if (caller == sim::kNoThread && real_.is_real(operation.device)) real_.carry_out(operation);
    const Inside inside(blocking_, caller);
    Outcome outcome;
    {
        const std::lock_guard lock(mutex_);
        enter(caller, outcome);
        const int64_t time_ns = call_time();
        for (Record& record : told) {
            record.time_ns = time_ns;
            outcome.records.push_back(record);
        }
        if (operation.packet != sim::kNoPacket) arrives(sim::kNoThread, {operation.port, operation.packet}, time_ns, operation.error, outcome);
    }
    carry_out(caller, outcome);
}

void PortBackend::file_joins(sim::PortId port) {
    const std::lock_guard lock(mutex_);
    sim::port_add_file(state_, port);
}

// K32: the last file of a closed port takes it along.
void PortBackend::file_leaves(uint32_t thread, sim::PortId number) {
    const Inside inside(blocking_, thread);
    Outcome outcome;
    {
        const std::lock_guard lock(mutex_);
        enter(thread, outcome);
        const sim::Port& port = state_.ports[number.value];
        const size_t queued = port.queue.size();
        sim::port_close_file(state_, number);
        if (!port.alive()) {
            Record closed = session_.record(Kind::port_closed, sim::kNoThread, sim::number_of(number));
            closed.time_ns = call_time();
            closed.rule = port.policy == sim::Policy::nt ? sim::Rule::K32 : sim::Rule::none;
            closed.argument = queued;
            outcome.records.push_back(closed);
        }
    }
    carry_out(thread, outcome);
}

}  // namespace recorder
