// The sentence of a record, built from the state before it. A hearer is told each fact once: the record that shows the
// decision speaks, those that only accompany it are silent.
#include <algorithm>

#include "sim/trace/print.h"

namespace sim {
namespace {

std::string counted(uint64_t n, const char* one, const char* many) { return std::to_string(n) + ' ' + (n == 1 ? one : many); }

std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (size_t i = 0; i < names.size(); ++i) out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    return out;
}

struct Teller {
    const TraceHeader& header;
    const TraceState& state;      // before the record
    const Record& record;

    std::string thread(uint32_t number) const { return thread_label(header, number); }
    std::string subject() const { return thread(record.thread); }
    std::string packet() const { return packet_label(header, state, record.packet); }
    std::string rule() const { const std::string id = rule_label(record.rule); return id.empty() ? "" : " (" + id + ")"; }
    const ThreadTraceState* of_thread() const { return record.thread < state.threads.size() ? &state.threads[record.thread] : nullptr; }
    const PortTraceState* of_port() const { return record.port < state.ports.size() ? &state.ports[record.port] : nullptr; }
    bool is_nt() const { return record.port < header.ports.size() && header.ports[record.port].policy == "nt"; }

    // "1 of 2 slots is in use", "3 threads are active over a limit of 2".
    static std::string slots(uint64_t active, uint64_t limit) {
        if (active > limit) return counted(active, "thread is", "threads are") + " active over a limit of " + std::to_string(limit);
        return std::to_string(active) + " of " + counted(limit, "slot", "slots") + (active == 1 ? " is in use" : " are in use");
    }

    std::string others_waiting(const PortTraceState& port) const {
        std::vector<std::string> names;
        for (uint32_t waiter : port.waiters) names.push_back(thread(waiter));
        if (names.size() > 3) return counted(names.size(), "thread", "threads") + " wait";
        return listed(names) + (names.size() == 1 ? " waits" : " wait");
    }

    std::string queue_text(const PortTraceState& port) const {
        std::vector<std::string> names;
        for (uint32_t queued : port.queue) names.push_back(packet_label(header, state, queued));
        return names.size() > 3 ? counted(names.size(), "packet", "packets") : listed(names);
    }

    // Whether the number is kept is for the records to show: other kernels ignore it.
    std::string opened() const { return port_label(header, record.port) + " opens with a concurrency of " + std::to_string(record.argument) + (is_nt() ? ": " + counted(record.argument, "thread", "threads") + " may run at a time." : "."); }
    std::string parked() const;
    std::string queued() const;
    std::string released() const;
    std::string released_newest(const PortTraceState& port, size_t place) const;
    std::string taken() const;
    std::string returned() const;
    std::string observed_return() const;
    std::string on_processor() const;
    std::string block_begin() const;
    std::string block_end() const;
    std::string tell() const;
};

std::string Teller::parked() const {
    const PortTraceState* port = of_port();
    const ThreadTraceState* t = of_thread();
    if (port == nullptr || t == nullptr) return subject() + " waits" + rule() + ".";
    if (t->released) return subject() + " looks, finds the queue empty because another thread was faster, and waits again as the newest.";
    const std::string place = port->waiters.empty() ? "it is the only one that waits" : "it waits as the newest of " + std::to_string(port->waiters.size() + 1);
    if (port->queue.empty()) return subject() + " asks, finds nothing queued and parks: " + place + rule() + ".";
    const uint32_t others = port->active - (t->counted ? 1 : 0);
    return subject() + " asks, but " + counted(others, "other thread is", "others are") + " active and the limit is " + std::to_string(port->limit) + ": it parks although " + counted(port->queue.size(), "packet is", "packets are") + " queued, and " + place + rule() + ".";
}

std::string Teller::queued() const {
    const PortTraceState* port = of_port();
    if (port == nullptr) return "Packet " + packet() + " is queued" + rule() + ".";
    const std::string behind = port->queue.empty() ? "it is queued" : "it joins the queue behind " + queue_text(*port);
    if (!is_nt()) return "Packet " + packet() + " arrives and " + (port->queue.empty() ? "is queued." : "joins the queue behind " + queue_text(*port) + ".");
    if (port->waiters.empty()) return "Packet " + packet() + " arrives and no thread waits: " + behind + rule() + ".";
    return "Packet " + packet() + " arrives: " + slots(port->active, port->limit) + ", so " + behind + ", although " + others_waiting(*port) + rule() + ".";
}

// place: of the thread among the waiters, in parking order.
std::string Teller::released_newest(const PortTraceState& port, size_t place) const {
    const bool newest = place + 1 == port.waiters.size();
    if (port.waiters.size() == 1) return subject() + ", the only one that waits";
    const uint32_t other = newest ? port.waiters.front() : port.waiters.back();
    return subject() + ", not " + thread(other) + ": it parked " + (newest ? "last" : place == 0 ? "first" : "neither first nor last") + ", at " + time_text(state.threads[record.thread].waiting_since_ns);
}

std::string Teller::released() const {
    const PortTraceState* port = of_port();
    if (port == nullptr || of_thread() == nullptr) return subject() + " is released" + rule() + ".";
    const size_t place = static_cast<size_t>(std::find(port->waiters.begin(), port->waiters.end(), record.thread) - port->waiters.begin());
    const std::string who = released_newest(*port, place);
    if (record.packet == kNoPacket) return "The port wakes " + who + "; it will look at the queue when it runs.";
    const std::string after = "; " + slots(port->active + 1, port->limit) + ".";
    if ((record.flags & kFromQueue) != 0) return "The freed slot lets packet " + packet() + " go to " + who + rule() + after;
    return "Packet " + packet() + " arrives and goes to " + who + rule() + after;
}

std::string Teller::taken() const {
    const ThreadTraceState* t = of_thread();
    const PortTraceState* port = of_port();
    if (t == nullptr || port == nullptr) return subject() + " takes packet " + packet() + rule() + ".";
    if (is_nt() && t->waits_on != kNoPort) return {};   // it is let go: `released` tells
    const std::string rest = port->queue.size() > 1 ? ", the oldest of " + std::to_string(port->queue.size()) + " queued" : "";
    if (t->released) return subject() + " looks and takes packet " + packet() + rest + ".";
    const bool others = !port->waiters.empty();
    return subject() + " asks again and takes packet " + packet() + rest + (others ? "; " + others_waiting(*port) + " on" : "") + rule() + ".";
}

// Without decision records: what the order of calls lets one say.
std::string Teller::observed_return() const {
    const PortTraceState* port = of_port();
    const ThreadTraceState* t = of_thread();
    const PacketTraceState* p = state.packets.find(record.packet);
    if (port == nullptr || t == nullptr || p == nullptr) return subject() + " gets packet " + packet() + ".";
    const size_t place = static_cast<size_t>(std::find(port->waiters.begin(), port->waiters.end(), record.thread) - port->waiters.begin());
    const std::string active = " " + counted(uint64_t{port->active} + 1, "thread is", "threads are") + " now outside its get, the limit is " + std::to_string(port->limit) + ".";
    if (t->waiting_since_ns > p->posted_ns) return subject() + " asks and gets packet " + packet() + ", which was there already." + active;
    const std::string order = port->waiters.size() <= 1 ? "; it was the only one that waited." : place == 0 ? "; it had waited longest of " + std::to_string(port->waiters.size()) + "." : place + 1 == port->waiters.size() ? "; it was the newest of " + std::to_string(port->waiters.size()) + " that waited." : "; " + std::to_string(place) + " of " + std::to_string(port->waiters.size()) + " had waited longer.";
    return subject() + " gets packet " + packet() + order + active;
}

std::string Teller::returned() const {
    if ((record.flags & kAbandoned) != 0) return "The port is closed: the get of " + subject() + " fails with ERROR_ABANDONED_WAIT_0" + rule() + ".";
    if ((record.flags & kTimedOut) != 0) {
        const PortTraceState* port = of_port();
        return "The get of " + subject() + " times out: it runs without a packet and holds a slot until it asks again" + rule() + (port != nullptr ? "; " + slots(uint64_t{port->active} + (of_thread() != nullptr && of_thread()->counted ? 0u : 1u), port->limit) : "") + ".";
    }
    if (record.packet == kNoPacket) return {};
    if (!header.has_decisions) return observed_return();
    const ThreadTraceState* t = of_thread();
    if (header.has_processors || t == nullptr || !t->released) return {};   // on_processor, or `taken`, has told
    return subject() + " runs and returns from its get with packet " + packet() + ".";
}

std::string Teller::on_processor() const {
    const std::string where = " runs on processor " + std::to_string(record.processor);
    const ThreadTraceState* t = of_thread();
    if (t != nullptr && record.packet == kNoPacket) return t->released ? subject() + where + "." : std::string{};
    const bool again = t != nullptr && !t->released;
    return subject() + where + (again ? " again, with packet " : " and returns from its get with packet ") + packet() + ".";
}

std::string Teller::block_begin() const {
    const PortTraceState* port = of_port();
    std::string out = subject() + " blocks" + (record.argument > 0 ? " for " + time_text(static_cast<int64_t>(record.argument)) : "") + " in packet " + packet();
    if (port == nullptr || port->active == 0) return out + rule() + ".";
    const uint32_t active = port->active - 1;
    out += " and counts no longer" + rule() + ": " + slots(active, port->limit);
    if (!is_nt() || active >= port->limit) return out + ".";
    if (port->queue.empty()) return out + ", and nothing is queued.";
    return out + (port->waiters.empty() ? ", but nobody waits to use it." : ".");
}

std::string Teller::block_end() const {
    const PortTraceState* port = of_port();
    if (port == nullptr) return subject() + " comes back from its wait" + rule() + ".";
    const uint64_t active = uint64_t{port->active} + 1;
    return subject() + " comes back from its wait" + (active > port->limit && is_nt() ? "; nobody is stopped, so " : ": ") + slots(active, port->limit) + rule() + ".";
}

std::string Teller::tell() const {
    if ((record.flags & kStop) != 0) return {};
    switch (record.kind) {
        case Kind::port_opened: return opened();
        case Kind::port_closed: return port_label(header, record.port) + " is closed; what was queued is lost" + rule() + ".";
        case Kind::thread_exit: return subject() + " exits" + rule() + ".";
        case Kind::parked: return parked();
        case Kind::queued: return queued();
        case Kind::released: return released();
        case Kind::taken: return taken();
        case Kind::get_returned: return returned();
        case Kind::completed: return subject() + " finishes packet " + packet() + ".";
        case Kind::on_processor: return on_processor();
        case Kind::off_processor: return (record.flags & kPreempted) != 0 ? "The quantum of " + subject() + " is over and another thread is ready: it goes to the end of the ready queue; it still counts (K20)." : std::string{};
        case Kind::block_begin: return block_begin();
        case Kind::block_end: return block_end();
        case Kind::suspended: return subject() + " is suspended" + rule() + ".";
        case Kind::resumed: return subject() + " is resumed" + rule() + ".";
        case Kind::posted: return header.has_decisions ? std::string{} : "Packet " + std::to_string(record.argument & 0xFFFF'FFFF'FFFFu) + " is posted.";
        case Kind::mark: return "Mark " + std::to_string(record.argument) + ".";
        case Kind::none: case Kind::thread_start: case Kind::associated: case Kind::get_called: case Kind::handed_over: case Kind::ready:
        case Kind::io_started: case Kind::io_finished: case Kind::io_cancelled: case Kind::detail: case Kind::kind_count: return {};
    }
    return {};
}

}  // namespace

std::string narrate(const TraceHeader& header, const TraceState& before, const Record& record) { return Teller{header, before, record}.tell(); }

std::string narration_line(int64_t time_ns, const std::string& sentence) {
    const std::string time = time_text(time_ns);
    return std::string(time.size() < 14 ? 14 - time.size() : 0, ' ') + time + "  " + sentence;
}

std::string narrate_trace(const Trace& trace) {
    std::string out;
    TraceState state = trace_state_begin(trace.header);
    for (const Record& record : trace.records) {
        if (const std::string sentence = narrate(trace.header, state, record); !sentence.empty()) out += narration_line(record.time_ns, sentence) + '\n';
        trace_state_apply(state, trace.header, record);
    }
    return out;
}

}  // namespace sim
