#include "sim/port/unlimited.h"

#include "sim/port/steps.h"

namespace sim {
namespace {

void wake_all(PortState& state, PortId id, Effects& effects) {
    const std::vector<ThreadId> waiters = state.ports[id.value].waiters;
    for (const ThreadId thread : waiters)
        if (state.threads[thread.value].state == PortThreadState::waiting) wake(state, thread, effects);
}

void post(PortState& state, PortId id, PacketId packet, Effects& effects) {
    Port& port = state.ports[id.value];
    const PolicyRow& row = policy_row(port.policy);
    const ThreadId next = unlimited_next(state, port, port.queue.size() + 1);
    if (row.wake == WakeStyle::hand_over && next.valid()) return hand_over(state, next, packet, Rule::none, effects);
    queue(state, id, packet, Rule::none, effects);
    if (row.wake == WakeStyle::hand_over) return;
    if (row.release == ReleaseOrder::all) wake_all(state, id, effects);
    else if (next.valid()) wake(state, next, effects);
}

bool enough(const PortState& state, ThreadId thread, const Port& port) {
    return !port.queue.empty() && port.queue.size() >= state.threads[thread.value].batch_min;
}

void get(PortState& state, ThreadId thread, PortId id, Ask ask, Effects& effects) {
    Port& port = state.ports[id.value];
    if (ask.again) port.active -= 1;
    const Decided decided{.rule = Rule::none, .associated = !ask.again};
    if (enough(state, thread, port)) return take(state, thread, id, decided, effects);
    if (apc_waits(state, thread)) return run_apcs(state, thread, id, decided, effects);
    if (ask.poll) return poll_ends(state, thread, id, decided, effects);
    park(state, thread, id, decided, effects);
}

void look(PortState& state, ThreadId thread, Effects& effects) {
    const PortId id = state.threads[thread.value].waits_on;
    Port& port = state.ports[id.value];
    if (!port.open) return abandon(state, thread, Rule::none, effects);        // its next call on the handle fails
    port.active -= 1;
    if (enough(state, thread, port)) return take(state, thread, id, {}, effects);
    park(state, thread, id, {}, effects);
    // Too little for this one may be enough for another: the wake is passed on, or a packet would lie beside a waiter.
    if (const ThreadId next = unlimited_next(state, port, port.queue.size()); next.valid() && !port.queue.empty()) wake(state, next, effects);
}

void free_slot(PortState& state, PortId id, Rule, Effects&) { state.ports[id.value].active -= 1; }   // there is no limit to fall below

void suspend_waiter(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    t.state = PortThreadState::suspended_waiting;                              // keeps its place
    tell(effects, EffectKind::suspended, Rule::none, t.waits_on, thread);
}

void resume_waiter(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    const PortId id = t.waits_on;
    Port& port = state.ports[id.value];
    if (!port.open && policy_of(port).operations->close != nullptr) return abandon(state, thread, Rule::none, effects);
    t.state = PortThreadState::waiting;                                        // in its old place, or for ever on a closed port
    if (!port.open) return;
    if (enough(state, thread, port)) {
        unlist(state, thread);
        take(state, thread, id, {}, effects);
    } else if (apc_waits(state, thread)) {
        unlist(state, thread);
        run_apcs(state, thread, id, {}, effects);
    }
}

void abandon_all(PortState& state, PortId id, Effects& effects) {
    const std::vector<ThreadId> waiters = state.ports[id.value].waiters;
    for (size_t i = waiters.size(); i > 0; --i)
        if (state.threads[waiters[i - 1].value].state == PortThreadState::waiting) abandon(state, waiters[i - 1], Rule::none, effects);
}

/// Whether b goes before a, which parked earlier.
bool goes_before(ReleaseOrder order, const PortThread& a, const PortThread& b) {
    switch (order) {
        case ReleaseOrder::newest: return true;
        case ReleaseOrder::by_request_size: return b.batch_min <= a.batch_min;   // equal: the newest
        case ReleaseOrder::oldest:
        case ReleaseOrder::all: return false;
    }
    return false;
}

}  // namespace

ThreadId unlimited_next(const PortState& state, const Port& port, size_t packets) {
    const ReleaseOrder order = policy_row(port.policy).release;
    ThreadId next;
    for (const ThreadId waiter : port.waiters) {
        const PortThread& t = state.threads[waiter.value];
        if (t.state != PortThreadState::waiting || t.batch_min > packets) continue;   // suspended ones are passed over
        if (!next.valid() || goes_before(order, state.threads[next.value], t)) next = waiter;
    }
    return next;
}

constexpr PolicyOperations kUnlimited{
    .post = post, .get = get, .look = look, .free_slot = free_slot, .suspend_waiter = suspend_waiter, .resume_waiter = resume_waiter, .close = nullptr};

constexpr PolicyOperations kUnlimitedThatAbandon{
    .post = post, .get = get, .look = look, .free_slot = free_slot, .suspend_waiter = suspend_waiter, .resume_waiter = resume_waiter, .close = abandon_all};

}  // namespace sim
