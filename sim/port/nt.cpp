#include "sim/port/nt.h"

#include "sim/port/steps.h"

namespace sim {
namespace {

void post(PortState& state, PortId id, PacketId packet, Effects& effects) { nt_post(state, id, packet, QueueEnd::tail, effects); }

void get(PortState& state, ThreadId thread, PortId id, Ask ask, Effects& effects) {
    Port& port = state.ports[id.value];
    const bool at_limit = ask.again && port.active == port.limit, associated = !ask.again;
    if (ask.again) port.active -= 1;                                   // K8, before K11; a first get has no count yet (K9)
    if (port.active < port.limit && !port.queue.empty())               // K11; at the limit K8 let it through: K12
        return take(state, thread, id, {at_limit ? Rule::K12 : Rule::K11, associated}, effects);
    if (ask.poll && port.options.poll_takes && !port.queue.empty()) return take(state, thread, id, {Rule::K14, associated}, effects);   // O2
    if (runs_apcs(state, thread, id, {ask.again ? Rule::K26 : Rule::K13, associated}, effects)) return;   // K13 (b), before (c)
    if (ask.poll) return poll_ends(state, thread, id, {port.queue.empty() ? Rule::K13 : Rule::K14, associated}, effects);   // K13 (c)
    const bool drained = ask.again && !port.queue.empty();             // K16: over the limit, and it is this thread that stops
    park(state, thread, id, {drained ? Rule::K16 : Rule::K13, associated}, effects);   // K13 (d)
}

void free_slot(PortState& state, PortId id, Rule rule, Effects& effects) {
    Port& port = state.ports[id.value];
    port.active -= 1;
    if (port.active >= port.limit || port.queue.empty() || port.waiters.empty()) return;
    const ThreadId thread = port.waiters.back();                       // K17: head packet, newest waiter, one wake
    release(state, thread, port.queue.pop_front(), true, rule, effects);
    if (!port.options.drains_on_wake) return;
    for (uint32_t n = 1; n < state.threads[thread.value].batch_max && !port.queue.empty(); ++n) add_packet(effects, port.queue.pop_front());   // O1 (K38)
}

void suspend_waiter(PortState& state, ThreadId thread, Effects& effects) {
    PortThread& t = state.threads[thread.value];
    unlist(state, thread);                                             // K28: K25 counts it, K17 uncounts it again
    t.state = PortThreadState::suspended_waiting;
    add_effect(effects, EffectKind::suspended, Rule::K28, t.waits_on, thread);
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

constexpr PolicyOperations kOperations{
    .post = post, .get = get, .look = nullptr, .free_slot = free_slot, .suspend_waiter = suspend_waiter, .resume_waiter = resume_waiter, .close = close};

}  // namespace

void nt_post(PortState& state, PortId id, PacketId packet, QueueEnd end, Effects& effects) {
    Port& port = state.ports[id.value];
    if (port.active < port.limit && !port.waiters.empty())             // K1: the entry is never queued
        return release(state, port.waiters.back(), packet, false, Rule::K1, effects);
    if (end == QueueEnd::tail) return queue(state, id, packet, Rule::K2, effects);   // K2: nobody is woken
    port.queue.push_front(packet);                                     // K3: only the place in the queue differs
    add_effect(effects, EffectKind::queued, Rule::K3, id, ThreadId{});
    add_packet(effects, packet);
}

void nt_look_again(PortState& state, ThreadId thread, Rule rule, Effects& effects) {
    const PortId id = state.threads[thread.value].waits_on;
    const Port& port = state.ports[id.value];
    if (port.active < port.limit && !port.queue.empty()) take(state, thread, id, {Rule::K11, false}, effects);
    else if (!runs_apcs(state, thread, id, {Rule::K23, false}, effects)) park(state, thread, id, {rule, false}, effects);
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
