#include "sim/port/nt.h"

namespace sim {
namespace {

void suspend_waiter(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    unlist(state, thread);                                             // K28: K25 counts it, K17 uncounts it again
    t.state = PortThreadState::suspended_waiting;
    tell(effects, EffectKind::suspended, Rule::K28, t.waits_on, thread);
}

void resume_waiter(PortState& state, ThreadId thread, Effects& effects) {
    const Port& port = state.ports[state.threads[thread.value].waits_on.value];
    if (port.alive() && (port.open || port.options.never_abandons)) return nt_look_again(state, thread, Rule::K28, effects);   // the newest waiter now
    if (!port.options.never_abandons) return abandon(state, thread, Rule::K30, effects);   // K30: closed while it was suspended
    state.threads[thread.value].state = PortThreadState::waiting;      // O4: for ever
}

void close(PortState& state, PortId id, Effects& effects) {
    Port& port = state.ports[id.value];
    if (port.options.never_abandons) return;                           // O4
    while (!port.waiters.empty()) {
        const ThreadId thread = port.waiters.back();
        port.waiters.pop_back();
        abandon(state, thread, Rule::K30, effects);
    }
}

// The other decisions stand in nt.h, where decide.h joins them to who asks.
constexpr PolicyOperations kOperations{
    .post = nullptr, .get = nullptr, .look = nullptr, .free_slot = nullptr, .suspend_waiter = suspend_waiter, .resume_waiter = resume_waiter, .close = close};

}  // namespace

void nt_look_again(PortState& state, ThreadId thread, Rule rule, Effects& effects) {
    const PortId id = state.threads[thread.value].waits_on;
    const Port& port = state.ports[id.value];
    if (port.active < port.limit && !port.queue.empty()) take(state, thread, id, {Rule::K11, false}, effects);
    else if (apc_waits(state, thread)) run_apcs(state, thread, id, {Rule::K23, false}, effects);
    else park(state, thread, id, {rule, false}, effects);
}

constexpr PolicyDefinition kNt{
    .row = {.name = "nt",
            .release = ReleaseOrder::newest,
            .limit = AdmissionLimit::fixed,
            .feedback = BlockingFeedback::kernel_hook,
            .delivery = Delivery::up_to_n,
            .wake = WakeStyle::hand_over,
            .evidence = "[D][W][R]",
            .about = "Windows: newest waiter first, a limit on active threads, blocking frees a slot"},
    .operations = &kOperations,
    .suspended_stays = false,
    .runs_apcs = true,
    .has_handle = true};

}  // namespace sim
