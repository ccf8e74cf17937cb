#include "sim/port/wine8.h"

#include <algorithm>

#include "sim/base/check.h"
#include "sim/port/effects.h"

namespace sim {
namespace {

void leave_waiters(Port& port, ThreadId thread) {
    if (!port.open) return;                                            // closing wakes nobody, but the list is gone
    const auto at = std::find(port.waiters.begin(), port.waiters.end(), thread);
    SIM_CHECK(at != port.waiters.end(), "a waiting thread is not among the waiters of its port");
    port.waiters.erase(at);
}

/// The thread counts already.
void take(PortState& state, ThreadId thread, PortId id, bool associated, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    Port& port = state.ports[id.value];
    Effect& took = add_effect(effects, EffectKind::took, Rule::none, id, thread);
    took.from_queue = true;
    took.associated = associated;
    for (uint32_t n = 0; n < t.batch_max && !port.queue.empty(); ++n) add_packet(effects, port.queue.pop_front());
    t.state = PortThreadState::running;
}

void wait_as_newest(PortState& state, ThreadId thread, PortId id, bool associated, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    Port& port = state.ports[id.value];
    port.active -= 1;
    port.waiters.push_back(thread);
    t.state = PortThreadState::waiting;
    t.waits_on = id;
    add_effect(effects, EffectKind::waits, Rule::none, id, thread).associated = associated;
}

}  // namespace

void wine8_post(PortState& state, PortId id, PacketId packet, Effects& effects) {
    Port& port = state.ports[id.value];
    port.queue.push_back(packet);
    add_effect(effects, EffectKind::queued, Rule::none, id, ThreadId{});
    add_packet(effects, packet);
    for (size_t i = 0; i < port.waiters.size(); ++i) {
        const ThreadId thread = port.waiters[i];
        PortThread& t = state.threads[thread.value];
        if (t.state != PortThreadState::waiting) continue;             // suspended: passed over
        port.waiters.erase(port.waiters.begin() + static_cast<std::ptrdiff_t>(i));
        t.state = PortThreadState::looking;
        port.active += 1;
        add_effect(effects, EffectKind::woken, Rule::none, id, thread);
        return;
    }
}

void wine8_get(PortState& state, ThreadId thread, PortId id, bool again, bool poll, Effects& effects) {
    Port& port = state.ports[id.value];
    if (!again) port.active += 1;
    if (!port.queue.empty()) {
        take(state, thread, id, !again, effects);
    } else if (poll) {
        state.threads[thread.value].state = PortThreadState::running;
        add_effect(effects, EffectKind::timed_out, Rule::none, id, thread).associated = !again;
    } else {
        wait_as_newest(state, thread, id, !again, effects);
    }
}

void wine8_look(PortState& state, ThreadId thread, Effects& effects) {
    const PortId id = state.threads[thread.value].waits_on;
    const Port& port = state.ports[id.value];
    if (!port.open) {                                                  // its next call on the handle fails
        state.threads[thread.value].state = PortThreadState::running;
        add_effect(effects, EffectKind::abandoned, Rule::none, id, thread);
    } else if (!port.queue.empty()) {
        take(state, thread, id, false, effects);
    } else {
        wait_as_newest(state, thread, id, false, effects);
    }
}

void wine8_timeout(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    Port& port = state.ports[t.waits_on.value];
    leave_waiters(port, thread);
    if (port.open) port.active += 1;
    t.state = PortThreadState::running;
    add_effect(effects, EffectKind::timed_out, Rule::none, t.waits_on, thread);
}

void wine8_suspend_waiter(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    t.state = PortThreadState::suspended_waiting;
    add_effect(effects, EffectKind::suspended, Rule::none, t.waits_on, thread);
}

void wine8_resume_waiter(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    Port& port = state.ports[t.waits_on.value];
    t.state = PortThreadState::waiting;                                // in its old place, or for ever on a closed port
    if (!port.open || port.queue.empty()) return;
    leave_waiters(port, thread);
    port.active += 1;
    take(state, thread, t.waits_on, false, effects);
}

}  // namespace sim
