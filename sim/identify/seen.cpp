#include "sim/identify/seen.h"

#include <algorithm>

#include "sim/model/limits.h"
#include "sim/port/policy.h"
#include "sim/trace/arguments.h"

namespace sim {

bool Seen::knows(const Record& record) {
    if (record.thread != kNoThread) {
        if (record.thread >= kThreadsMax) return false;
        if (record.thread >= threads.size()) threads.resize(size_t{record.thread} + 1);
    }
    if (record.port != kNoPort) {
        if (record.port >= kPortsMax) return false;
        if (record.port >= ports.size()) ports.resize(size_t{record.port} + 1);
    }
    return true;
}

void Seen::leaves_wait(uint32_t thread) {
    SeenThread& t = threads[thread];
    if (t.waits_on < ports.size()) std::erase(ports[t.waits_on].waiters, thread);
    t.waits_on = kNoPort;
}

void Seen::parked(const Record& record) {
    SeenThread& t = threads[record.thread];
    leaves_wait(record.thread);
    ports[record.port].waiters.push_back(record.thread);
    t.waits_on = record.port;
    t.state = PortThreadState::waiting;
    t.asks = false;
}

void Seen::returned(const Record& record) {
    SeenThread& t = threads[record.thread];
    leaves_wait(record.thread);
    if (t.state != PortThreadState::exited) t.state = PortThreadState::running;
    t.asks = t.released_with = false;
}

void Seen::closed(const Record& record) {
    SeenPort& port = ports[record.port];
    port.open = false;
    if ((record.flags & kKeepsSlot) != 0) return;                      // K32: until a second one
    port.known = false;
    port.queue.clear();
    port.waiters.clear();
    for (SeenThread& t : threads)
        if (t.association == record.port) t.association = kNoPort;
}

void Seen::suspends(SeenThread& t, const Record& record) {
    if (suspend_others(record.argument) > 0 || t.in_wait) return;
    if (record.kind == Kind::resumed) {
        if (t.state == PortThreadState::suspended_waiting) t.state = PortThreadState::waiting;
        if (t.state == PortThreadState::suspended) t.state = PortThreadState::running;
        t.keeps_slot = false;
        return;
    }
    t.keeps_slot = (record.flags & kKeepsSlot) != 0;
    if (t.state == PortThreadState::waiting) t.state = PortThreadState::suspended_waiting;
    else if (t.state == PortThreadState::running) t.state = PortThreadState::suspended;
}

void Seen::apply(const Record& record) {
    SeenThread* t = record.thread != kNoThread ? &threads[record.thread] : nullptr;
    SeenPort* port = record.port != kNoPort ? &ports[record.port] : nullptr;
    switch (record.kind) {
        case Kind::port_opened: *port = {.known = true, .open = true, .limit = static_cast<uint32_t>(record.argument), .queue = {}, .waiters = {}}; break;
        case Kind::limit_set: port->limit = static_cast<uint32_t>(record.argument); break;
        case Kind::port_closed: closed(record); break;
        case Kind::thread_start: t->state = PortThreadState::running; break;
        case Kind::thread_exit:
            leaves_wait(record.thread);
            *t = {.state = PortThreadState::exited, .least = t->least};
            break;
        case Kind::associated: t->association = record.port; break;
        case Kind::get_called:
            t->asks = true;
            t->asked = record.port;
            t->most = std::max(record.packet, uint32_t{1});
            t->poll = record.argument == 0;
            t->alertable = (record.flags & kAlerted) != 0;
            break;
        case Kind::parked: parked(record); break;
        case Kind::released:
            leaves_wait(record.thread);
            t->released_with = record.packet != kNoPacket;
            t->state = t->released_with ? PortThreadState::running : PortThreadState::looking;
            if (!t->released_with) t->waits_on = record.port;
            break;
        case Kind::get_returned: returned(record); break;
        case Kind::queued: port->queue.push_back(record.packet); break;
        case Kind::taken:
            if (const auto at = std::find(port->queue.begin(), port->queue.end(), record.packet); at != port->queue.end()) port->queue.erase(at);
            break;
        case Kind::block_begin:
        case Kind::block_end:
            if (is_unseen_block(record)) break;
            t->in_wait = record.kind == Kind::block_begin;
            t->keeps_slot = t->in_wait && (record.flags & kKeepsSlot) != 0;
            t->state = t->in_wait ? PortThreadState::blocked : PortThreadState::running;
            break;
        case Kind::suspended:
        case Kind::resumed: suspends(*t, record); break;
        case Kind::none: case Kind::posted: case Kind::handed_over: case Kind::completed: case Kind::ready: case Kind::on_processor: case Kind::off_processor: case Kind::io_started: case Kind::io_finished:
        case Kind::io_cancelled: case Kind::mark: case Kind::detail: case Kind::io_detail: case Kind::call: case Kind::apc: case Kind::call_failed: case Kind::call_detail: case Kind::release_tried: case Kind::limit_tried: case Kind::kind_count: break;
    }
}

PortState Seen::as_ports(const Variant& variant) const {
    PortState out;
    out.ports.resize(ports.size());
    out.threads.resize(threads.size());
    const bool nt = variant.policy == Policy::nt, looks = policy_row(variant.policy).wake == WakeStyle::wake_and_look;
    for (size_t p = 0; p < ports.size(); ++p) {
        Port& port = out.ports[p];
        port.policy = variant.policy;
        if (nt) port.options = variant.options;
        port.open = ports[p].open;
        port.files = ports[p].known && !ports[p].open ? 1 : 0;
        port.limit = std::max(ports[p].limit != 0 ? ports[p].limit : variant.limit, uint32_t{1});
        for (const uint32_t packet : ports[p].queue) port.queue.push_back({packet});
        for (const uint32_t thread : ports[p].waiters)
            if (!nt || threads[thread].state == PortThreadState::waiting) port.waiters.push_back({thread});   // K28
    }
    for (size_t i = 0; i < threads.size(); ++i) {
        const SeenThread& seen = threads[i];
        PortThread& t = out.threads[i];
        t.state = seen.state;
        if (t.state == PortThreadState::looking && !looks) t.state = PortThreadState::running;
        t.keeps_slot = seen.keeps_slot;
        t.alertable = seen.alertable && policy_runs_apcs(variant.policy);
        t.batch_min = policy_row(variant.policy).delivery == Delivery::min_to_max ? std::min(seen.least, seen.most) : 1;
        t.batch_max = policy_row(variant.policy).delivery == Delivery::one ? 1 : seen.most;
        if (seen.association != kNoPort) t.association = {seen.association};
        if (seen.waits_on != kNoPort) t.waits_on = {seen.waits_on};
        const bool counts = t.state == PortThreadState::running || t.state == PortThreadState::looking || t.keeps_slot;
        if (counts && t.association.valid() && t.association.value < out.ports.size()) out.ports[t.association.value].active += 1;
    }
    return out;
}

}  // namespace sim
