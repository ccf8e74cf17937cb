#include "sim/port/port.h"

#include <algorithm>

#include "sim/base/check.h"
#include "sim/port/effects.h"
#include "sim/port/nt.h"
#include "sim/port/policy.h"
#include "sim/port/wine8.h"

namespace sim {
namespace {

Port& open_port(PortState& state, PortId id) {
    SIM_CHECK(id.value < state.ports.size(), "no such port");
    SIM_CHECK(state.ports[id.value].open, "the port is closed");
    return state.ports[id.value];
}

PortThread& thread_in(PortState& state, ThreadId id, PortThreadState wanted, const char* what) {
    SIM_CHECK(id.value < state.threads.size(), "no such thread");
    SIM_CHECK(state.threads[id.value].state == wanted, what);
    return state.threads[id.value];
}

/// The rule to name for a thread's own change: the nt rules say nothing about a thread of no port or of another policy.
Rule rule_at(const PortState& state, PortId port, Rule rule) {
    return port.valid() && state.ports[port.value].policy == Policy::nt ? rule : Rule::none;
}

/// An associated thread stops counting (K17): what that does is up to the port's policy.
void free_slot(PortState& state, PortId port, Rule rule, Effects& effects) {
    if (!port.valid()) return;
    switch (state.ports[port.value].policy) {
        case Policy::nt: nt_free_slot(state, port, rule, effects); break;
        case Policy::wine8: state.ports[port.value].active -= 1; break;   // nobody is released: there is no limit to fall below
    }
}

/// An associated thread counts again (K19): the limit is not asked.
void count_again(PortState& state, PortId port) {
    if (port.valid()) state.ports[port.value].active += 1;
}

bool is_active(PortThreadState s) { return s == PortThreadState::running || s == PortThreadState::looking; }

/// Whether a thread in this state stands in the waiters of the port that it waits on.
bool is_listed(PortThreadState s, Policy policy) {
    return s == PortThreadState::waiting || (s == PortThreadState::suspended_waiting && policy == Policy::wine8);
}

}  // namespace

PortId port_open(PortState& state, Policy policy, uint32_t limit, Effects& effects) {
    SIM_CHECK(limit >= 1, "the limit in force is at least 1 (S2)");
    const PortId id{static_cast<uint32_t>(state.ports.size())};
    state.ports.push_back({});
    state.ports.back().policy = policy;
    state.ports.back().limit = limit;
    add_effect(effects, EffectKind::opened, rule_at(state, id, Rule::S2), id, ThreadId{});
    return id;
}

uint32_t port_post(PortState& state, PortId port, PacketId packet, Effects& effects) {
    const auto queued_before = static_cast<uint32_t>(open_port(state, port).queue.size());   // K4
    // K6: who posts makes no difference here; a poster that is associated is in `active` already.
    switch (state.ports[port.value].policy) {
        case Policy::nt: nt_post(state, port, packet, QueueEnd::tail, effects); break;
        case Policy::wine8: wine8_post(state, port, packet, effects); break;
    }
    return queued_before;
}

void port_post_head(PortState& state, PortId port, PacketId packet, Effects& effects) {
    SIM_CHECK(open_port(state, port).policy == Policy::nt, "only nt has a head insert");
    nt_post(state, port, packet, QueueEnd::head, effects);
}

void port_post_from_apc(PortState& state, ThreadId poster, PortId port, PacketId packet, Effects& effects) {
    SIM_CHECK(open_port(state, port).policy == Policy::nt, "only nt has kernel APCs");
    SIM_CHECK(poster.value < state.threads.size(), "no such thread");
    const PortThread& t = state.threads[poster.value];
    if (t.state == PortThreadState::waiting && t.waits_on == port) nt_queue(state, port, packet, Rule::K5, effects);
    else nt_post(state, port, packet, QueueEnd::tail, effects);
}

void port_get(PortState& state, ThreadId thread, PortId port, GetCall call, Effects& effects) {
    SIM_CHECK(thread.value < state.threads.size(), "no such thread");
    SIM_CHECK(call.batch_max >= 1, "a get takes at least one packet");
    open_port(state, port);
    PortThread& t = state.threads[thread.value];
    SIM_CHECK(t.state == PortThreadState::unknown || t.state == PortThreadState::running, "get of a thread that does not run");
    const bool again = t.association == port;
    if (!again) free_slot(state, t.association, Rule::K10, effects);   // K10; of no port: K9
    t.association = port;                                              // K29: until it exits, asks elsewhere or the port goes
    t.batch_max = call.batch_max;
    switch (state.ports[port.value].policy) {
        case Policy::nt: nt_get(state, thread, port, again, call.poll, effects); break;
        case Policy::wine8: wine8_get(state, thread, port, again, call.poll, effects); break;
    }
}

void port_look(PortState& state, ThreadId thread, Effects& effects) {
    thread_in(state, thread, PortThreadState::looking, "look of a thread that was not woken");
    wine8_look(state, thread, effects);
}

void port_timeout(PortState& state, ThreadId thread, Effects& effects) {
    const PortThread& t = thread_in(state, thread, PortThreadState::waiting, "timeout of a thread that does not wait");
    switch (state.ports[t.waits_on.value].policy) {
        case Policy::nt: nt_timeout(state, thread, effects); break;
        case Policy::wine8: wine8_timeout(state, thread, effects); break;
    }
}

void port_block(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = thread_in(state, thread, PortThreadState::running, "block of a thread that does not run");
    t.state = PortThreadState::blocked;
    add_effect(effects, EffectKind::blocked, rule_at(state, t.association, Rule::K17), t.association, thread);
    free_slot(state, t.association, Rule::K17, effects);
}

void port_wake(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = thread_in(state, thread, PortThreadState::blocked, "wake of a thread that is not blocked");
    t.state = PortThreadState::running;
    count_again(state, t.association);                                 // K19: over the limit if need be
    add_effect(effects, EffectKind::woke, rule_at(state, t.association, Rule::K19), t.association, thread);
}

void port_suspend(PortState& state, ThreadId thread, Effects& effects) {
    SIM_CHECK(thread.value < state.threads.size(), "no such thread");
    PortThread& t = state.threads[thread.value];
    if (t.state == PortThreadState::waiting) {
        switch (state.ports[t.waits_on.value].policy) {
            case Policy::nt: nt_suspend_waiter(state, thread, effects); break;
            case Policy::wine8: wine8_suspend_waiter(state, thread, effects); break;
        }
        return;
    }
    SIM_CHECK(t.state == PortThreadState::running, "suspend of a thread that neither runs nor waits");
    t.state = PortThreadState::suspended;
    add_effect(effects, EffectKind::suspended, rule_at(state, t.association, Rule::K28), t.association, thread);
    free_slot(state, t.association, Rule::K17, effects);               // K28: as any wait that is not the port's
}

void port_resume(PortState& state, ThreadId thread, Effects& effects) {
    SIM_CHECK(thread.value < state.threads.size(), "no such thread");
    PortThread& t = state.threads[thread.value];
    if (t.state == PortThreadState::suspended_waiting) {
        add_effect(effects, EffectKind::resumed, rule_at(state, t.waits_on, Rule::K28), t.waits_on, thread);
        switch (state.ports[t.waits_on.value].policy) {
            case Policy::nt: nt_resume_waiter(state, thread, effects); break;
            case Policy::wine8: wine8_resume_waiter(state, thread, effects); break;
        }
        return;
    }
    SIM_CHECK(t.state == PortThreadState::suspended, "resume of a thread that is not suspended");
    t.state = PortThreadState::running;
    count_again(state, t.association);
    add_effect(effects, EffectKind::resumed, rule_at(state, t.association, Rule::K28), t.association, thread);
}

void port_exit(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = thread_in(state, thread, PortThreadState::running, "exit of a thread that does not run");
    const PortId port = t.association;
    t.state = PortThreadState::exited;
    t.association = PortId{};
    add_effect(effects, EffectKind::exited, rule_at(state, port, Rule::K27), port, thread);
    free_slot(state, port, Rule::K27, effects);
}

void port_close(PortState& state, PortId id, Effects& effects) {
    Port& port = open_port(state, id);
    port.open = false;
    add_effect(effects, EffectKind::closed, rule_at(state, id, Rule::K30), id, ThreadId{});
    switch (port.policy) {
        case Policy::nt: nt_close(state, id, effects); break;
        case Policy::wine8: break;                                     // wakes nobody
    }
    for (PortThread& t : state.threads)                                // K31: all associations end
        if (t.association == id) t.association = PortId{};
    port.queue.clear();                                                // K31: nobody sees these packets
    port.waiters.clear();
    port.active = 0;
}

Rule port_rule_for(const PortState& state, ThreadId thread, Rule rule) { return rule_at(state, state.threads[thread.value].association, rule); }

std::string_view port_invariant_broken(const PortState& state) {
    for (uint32_t p = 0; p < state.ports.size(); ++p) {
        const Port& port = state.ports[p];
        uint32_t active = 0;
        size_t listed = 0;
        for (const PortThread& t : state.threads) {
            if (t.association == PortId{p} && is_active(t.state)) ++active;
            if (port.open && t.waits_on == PortId{p} && is_listed(t.state, port.policy)) ++listed;
        }
        if (active != port.active) return "I1: active differs from the number of associated threads that are neither parked nor blocked";
        if (listed != port.waiters.size()) return "S4: the waiters are not the threads that wait on the port";
        for (size_t i = 0; i < port.waiters.size(); ++i) {
            const ThreadId w = port.waiters[i];
            if (w.value >= state.threads.size()) return "S4: a waiter is no thread";
            const PortThread& t = state.threads[w.value];
            if (t.waits_on != PortId{p} || !is_listed(t.state, port.policy)) return "S4: a waiter of the port does not wait on it";
            if (t.association != PortId{p}) return "S5: a waiter belongs to another port";
            for (size_t j = 0; j < i; ++j)
                if (port.waiters[j] == w) return "S4: a thread waits twice";
        }
        if (policy_row(port.policy).wake == WakeStyle::hand_over && port.active < port.limit && !port.queue.empty() && !port.waiters.empty())
            return "I2: a slot is free, a packet is queued and a thread waits";
    }
    return {};
}

}  // namespace sim
