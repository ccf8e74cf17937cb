#include "sim/port/port.h"

#include <algorithm>

#include "sim/base/check.h"
#include "sim/port/decide.h"

namespace sim {
namespace {

/// The thread's wait on its port or on a handle is over without a packet: it runs and counts (K19, K22, K23).
void end_wait(PortState& state, ThreadId thread, EffectKind kind, Rule rule, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    if (t.state == PortThreadState::watching) std::erase(state.ports[t.waits_on.value].watchers, thread);
    else unlist(state, thread);
    count_again(state, t.association);
    t.state = PortThreadState::running;
    tell(effects, kind, rule_at(state, t.waits_on, rule), t.waits_on, thread);
}

/// K31, K32: neither handle nor file refers to the port any more.
void rundown(PortState& state, PortId id) {
    Port& port = state.ports[id.value];
    for (PortThread& t : state.threads) {
        if (t.association != id) continue;
        t.association = PortId{};
        t.keeps_slot = false;
    }
    port.queue.clear();                                                // K31: nobody sees these packets
    port.waiters.clear();
    port.active = 0;
}

bool is_active(const PortThread& t) { return t.state == PortThreadState::running || t.state == PortThreadState::looking || t.keeps_slot; }

/// Whether a thread in this state stands in the waiters of the port that it waits on.
bool is_listed(PortThreadState s, const Port& port) {
    return s == PortThreadState::waiting || (s == PortThreadState::suspended_waiting && policy_of(port).suspended_stays);
}

}  // namespace

void signal_watchers(PortState& state, PortId id, Rule rule, Effects& effects) {
    std::vector<ThreadId> watchers;
    std::swap(watchers, state.ports[id.value].watchers);
    for (const ThreadId thread : watchers) {
        PortThread& t = state.threads[thread.value];
        t.state = PortThreadState::running;
        count_again(state, t.association);
        tell(effects, EffectKind::signalled, rule_at(state, id, rule), id, thread);
    }
}

PortId port_reserve(PortState& state) {
    state.ports.emplace_back().open = false;
    return {static_cast<uint32_t>(state.ports.size() - 1)};
}

bool port_gone(const PortState& state, PortId id) {
    if (state.ports[id.value].alive() || !state.ports[id.value].watchers.empty()) return false;
    const auto waits = [](PortThreadState s) { return s == PortThreadState::waiting || s == PortThreadState::looking || s == PortThreadState::watching || s == PortThreadState::suspended_waiting; };
    return std::none_of(state.threads.begin(), state.threads.end(), [&](const PortThread& t) { return t.association == id || (t.waits_on == id && waits(t.state)); });
}

void port_open_reserved(PortState& state, PortId id, Policy policy, uint32_t limit, Effects& effects, const PortOptions& options) {
    SIM_CHECK(limit >= 1, "the limit in force is at least 1 (S2)");
    SIM_CHECK(policy == Policy::nt || options == PortOptions{}, "only nt has options");
    SIM_CHECK(id.value < state.ports.size() && port_gone(state, id), "the port is there already, or still");
    Port& port = state.ports[id.value];
    port = {};
    port.policy = policy;
    port.limit = limit;
    port.options = options;
    tell(effects, EffectKind::opened, rule_at(state, id, Rule::S2), id, ThreadId{});
}

PortId port_open(PortState& state, Policy policy, uint32_t limit, Effects& effects, const PortOptions& options) {
    const PortId id = port_reserve(state);
    port_open_reserved(state, id, policy, limit, effects, options);
    return id;
}

uint32_t port_post(PortState& state, PortId port, PacketId packet, Effects& effects) { return decide_post(state, port, packet, effects); }

void port_post_head(PortState& state, PortId port, PacketId packet, Effects& effects) {
    SIM_CHECK(open_port(state, port).policy == Policy::nt, "only nt has a head insert");
    nt_post(state, port, packet, QueueEnd::head, effects);
    signal_if_queued(state, port, effects);
}

void port_get(PortState& state, ThreadId thread, PortId port, GetCall call, Effects& effects) { decide_get(state, thread, port, call, effects); }

void port_look(PortState& state, ThreadId thread, Effects& effects) {
    const PortThread& t = thread_in(state, thread, PortThreadState::looking, "look of a thread that was not woken");
    operations(state, t.waits_on).look(state, thread, effects);
}

void port_timeout(PortState& state, ThreadId thread, Effects& effects) {
    const PortThread& t = state.threads[thread.value];
    SIM_CHECK(t.state == PortThreadState::waiting || t.state == PortThreadState::watching, "timeout of a thread that does not wait");
    end_wait(state, thread, EffectKind::timed_out, t.state == PortThreadState::waiting ? Rule::K22 : Rule::K19, effects);
}

void port_block(PortState& state, ThreadId thread, Effects& effects) { decide_block(state, thread, effects); }

void port_page_in(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = thread_in(state, thread, PortThreadState::running, "page-in of a thread that does not run");
    if (!t.association.valid() || !state.ports[t.association.value].options.page_in_runs) return port_block(state, thread, effects);
    port_block_unheard(state, thread);                                 // O6
    tell(effects, EffectKind::blocked, rule_at(state, t.association, Rule::K21), t.association, thread);
}

void port_block_unheard(PortState& state, ThreadId thread) {
    PortThread& t = thread_in(state, thread, PortThreadState::running, "a block of a thread that does not run");
    t.state = PortThreadState::blocked;
    t.keeps_slot = true;
}

void port_wake(PortState& state, ThreadId thread, Effects& effects) { decide_wake(state, thread, effects); }

void port_suspend(PortState& state, ThreadId thread, Effects& effects) {
    SIM_CHECK(thread.value < state.threads.size(), "no such thread");
    PortThread& t = state.threads[thread.value];
    if (t.state == PortThreadState::waiting) return operations(state, t.waits_on).suspend_waiter(state, thread, effects);
    SIM_CHECK(t.state == PortThreadState::running, "suspend of a thread that neither runs nor waits");
    t.state = PortThreadState::suspended;
    tell(effects, EffectKind::suspended, rule_at(state, t.association, Rule::K28), t.association, thread);
    free_slot(state, t.association, Rule::K17, effects);               // K28: as any wait that is not the port's
}

void port_suspend_unrun(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = thread_in(state, thread, PortThreadState::running, "suspend of a thread that was not released");
    if (!t.association.valid() || state.ports[t.association.value].options.unrun_stops_counting) return port_suspend(state, thread, effects);
    t.state = PortThreadState::suspended;
    t.keeps_slot = true;                                               // O5: until it executes the suspend wait
    tell(effects, EffectKind::suspended, rule_at(state, t.association, Rule::K28), t.association, thread);
}

void port_suspend_wait(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = thread_in(state, thread, PortThreadState::suspended, "the suspend wait of a thread that is not suspended");
    if (!t.keeps_slot) return;
    t.keeps_slot = false;
    free_slot(state, t.association, Rule::K17, effects);
}

void port_resume(PortState& state, ThreadId thread, Effects& effects) {
    SIM_CHECK(thread.value < state.threads.size(), "no such thread");
    PortThread& t = state.threads[thread.value];
    if (t.state == PortThreadState::suspended_waiting) {
        tell(effects, EffectKind::resumed, rule_at(state, t.waits_on, Rule::K28), t.waits_on, thread);
        return operations(state, t.waits_on).resume_waiter(state, thread, effects);
    }
    SIM_CHECK(t.state == PortThreadState::suspended, "resume of a thread that is not suspended");
    t.state = PortThreadState::running;
    if (!t.keeps_slot) count_again(state, t.association);
    t.keeps_slot = false;
    tell(effects, EffectKind::resumed, rule_at(state, t.association, Rule::K28), t.association, thread);
}

void port_apc(PortState& state, ThreadId thread, Effects& effects) {
    SIM_CHECK(thread.value < state.threads.size() && state.threads[thread.value].state != PortThreadState::exited, "an APC to a thread that is not there");
    PortThread& t = state.threads[thread.value];
    t.apcs += 1;
    if (t.state == PortThreadState::unknown) t.state = PortThreadState::running;
    if (t.state != PortThreadState::waiting || !t.alertable) return;   // K24: it waits until an alertable get
    t.apcs = 0;
    end_wait(state, thread, EffectKind::apc, Rule::K23, effects);
}

void port_kernel_apc(PortState& state, ThreadId thread, const ApcPost* post, Effects& effects) {
    PortThread& t = thread_in(state, thread, PortThreadState::waiting, "a kernel APC here interrupts a wait on a port");
    const PortId id = t.waits_on;
    SIM_CHECK(live_port(state, id).policy == Policy::nt, "only nt has kernel APCs");
    unlist(state, thread);                                             // K25: it counts while the APC runs
    state.ports[id.value].active += 1;
    if (post != nullptr && post->port == id) {                         // K5: it will find the packet itself
        queue(state, id, post->packet, Rule::K5, effects);
        signal_if_queued(state, id, effects);
    } else if (post != nullptr) {
        port_post(state, post->port, post->packet, effects);
    }
    state.ports[id.value].active -= 1;
    nt_look_again(state, thread, Rule::K25, effects);
}

void port_watch(PortState& state, ThreadId thread, PortId port, Effects& effects) {
    PortThread& t = caller(state, thread, "a wait on a handle by a thread that does not run");
    SIM_CHECK(policy_of(open_port(state, port)).has_handle, "the policy's handle is not waited on");
    t.state = PortThreadState::running;
    if (!state.ports[port.value].queue.empty()) {                      // K33; K18: it does not block
        tell(effects, EffectKind::signalled, rule_at(state, port, Rule::K33), port, thread);
        return;
    }
    t.state = PortThreadState::watching;
    t.waits_on = port;
    state.ports[port.value].watchers.push_back(thread);
    tell(effects, EffectKind::watching, rule_at(state, port, Rule::K33), port, thread);
    free_slot(state, t.association, Rule::K17, effects);               // a wait that is not a remove
}

void port_exit(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = thread_in(state, thread, PortThreadState::running, "exit of a thread that does not run");
    const PortId port = t.association;
    t.state = PortThreadState::exited;
    t.association = PortId{};
    tell(effects, EffectKind::exited, rule_at(state, port, Rule::K27), port, thread);
    free_slot(state, port, Rule::K27, effects);
}

void port_add_file(PortState& state, PortId port) {
    open_port(state, port).files += 1;
}

void port_close_file(PortState& state, PortId id) {
    Port& port = live_port(state, id);
    SIM_CHECK(port.files > 0, "the port has no file");
    port.files -= 1;
    if (!port.alive()) rundown(state, id);                             // K32: that was the last reference
}

void port_close(PortState& state, PortId id, Effects& effects) {
    Port& port = open_port(state, id);
    port.open = false;
    tell(effects, EffectKind::closed, rule_at(state, id, Rule::K30), id, ThreadId{});
    if (operations(state, id).close != nullptr) operations(state, id).close(state, id, effects);
    if (!port.alive()) rundown(state, id);
    signal_watchers(state, id, Rule::K35, effects);
}

std::string_view port_invariant_broken(const PortState& state, bool any_way) {
    for (uint32_t p = 0; p < state.ports.size(); ++p) {
        const Port& port = state.ports[p];
        uint32_t active = 0;
        size_t listed = 0, watching = 0;
        for (const PortThread& t : state.threads) {
            if (t.association == PortId{p} && is_active(t)) ++active;
            if (port.alive() && t.waits_on == PortId{p} && is_listed(t.state, port)) ++listed;
            if (t.state == PortThreadState::watching && t.waits_on == PortId{p}) ++watching;
        }
        if (active != port.active) return "I1: active differs from the number of associated threads that are neither parked nor blocked";
        if (listed != port.waiters.size()) return "S4: the waiters are not the threads that wait on the port";
        if (watching != port.watchers.size()) return "K33: those who wait on the port's handle are not those whom it knows";
        if (watching > 0 && !port.queue.empty()) return "K33: a packet is queued and a thread waits on the handle";
        for (size_t i = 0; i < port.waiters.size(); ++i) {
            const ThreadId w = port.waiters[i];
            if (w.value >= state.threads.size()) return "S4: a waiter is no thread";
            const PortThread& t = state.threads[w.value];
            if (t.waits_on != PortId{p} || !is_listed(t.state, port)) return "S4: a waiter of the port does not wait on it";
            if (t.association != PortId{p}) return "S5: a waiter belongs to another port";
            for (size_t j = 0; j < i; ++j)
                if (port.waiters[j] == w) return "S4: a thread waits twice";
        }
        if (!any_way && policy_row(port.policy).limit == AdmissionLimit::fixed && port.active < port.limit && !port.queue.empty() && !port.waiters.empty())
            return "I2: a slot is free, a packet is queued and a thread waits";
    }
    return {};
}

}  // namespace sim
