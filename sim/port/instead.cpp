// What no rule says: another limit in the middle of a run, and a decision that goes another way. No rule is named for it.
#include <algorithm>

#include "sim/base/check.h"
#include "sim/port/decide.h"
#include "sim/port/unlimited.h"

namespace sim {
namespace {

bool looks(const Port& port) { return policy_of(port).row.wake == WakeStyle::wake_and_look; }

// Whom it lets go; none: nobody.
struct Chosen { Instead::Went went = Instead::Went::so; ThreadId thread; };
Chosen choose(const PortState& state, const Port& port, const Instead& instead, size_t packets) {
    switch (instead.what) {
        case Instead::What::nobody: return {};
        case Instead::What::thread: {
            const bool waits = std::find(port.waiters.begin(), port.waiters.end(), instead.thread) != port.waiters.end() && state.threads[instead.thread.value].state == PortThreadState::waiting;
            return {waits ? Instead::Went::so : Instead::Went::not_waiting, instead.thread};
        }
        case Instead::What::next: break;
    }
    ThreadId next;
    if (port.policy != Policy::nt) next = unlimited_next(state, port, packets);
    else if (!port.waiters.empty()) next = port.waiters.back();
    return {next.valid() ? Instead::Went::so : Instead::Went::no_waiter, next};
}

}  // namespace

void port_set_limit(PortState& state, PortId id, uint32_t limit, Effects& effects) {
    SIM_CHECK(limit >= 1, "the limit in force is at least 1 (S2)");
    Port& port = live_port(state, id);
    port.limit = limit;
    if (policy_of(port).row.limit != AdmissionLimit::fixed) return;
    while (port.active < port.limit && !port.queue.empty() && !port.waiters.empty()) {
        const ThreadId thread = port.waiters.back();
        release_with_queued(state, thread, port.options.drains_on_wake ? state.threads[thread.value].batch_max : 1, Rule::none, effects);
    }
}

Instead::Went port_post_instead(PortState& state, PortId id, PacketId packet, const Instead& instead, Effects& effects) {
    Port& port = live_port(state, id);
    const Chosen chosen = choose(state, port, instead, port.queue.size() + 1);
    if (chosen.went != Instead::Went::so) return chosen.went;
    if (chosen.thread.valid() && !looks(port)) {
        hand_over(state, chosen.thread, packet, Rule::none, effects);
        return chosen.went;
    }
    queue(state, id, packet, Rule::none, effects);
    if (chosen.thread.valid()) wake(state, chosen.thread, effects);
    signal_if_queued(state, id, effects);
    return chosen.went;
}

Instead::Went port_block_instead(PortState& state, ThreadId id, const Instead& instead, Effects& effects) {
    PortThread& t = thread_in(state, id, PortThreadState::running, "block of a thread that does not run");
    if (!t.association.valid()) return Instead::Went::no_waiter;
    Port& port = state.ports[t.association.value];
    const Chosen chosen = choose(state, port, instead, port.queue.size());
    if (chosen.went != Instead::Went::so) return chosen.went;
    if (chosen.thread.valid() && port.queue.empty()) return Instead::Went::nothing_queued;
    t.state = PortThreadState::blocked;
    tell(effects, EffectKind::blocked, rule_at(state, t.association, Rule::K17), t.association, id);
    port.active -= 1;
    if (!chosen.thread.valid()) return chosen.went;
    if (looks(port)) wake(state, chosen.thread, effects);
    else release_with_queued(state, chosen.thread, port.options.drains_on_wake ? state.threads[chosen.thread.value].batch_max : 1, Rule::none, effects);
    return chosen.went;
}

}  // namespace sim
