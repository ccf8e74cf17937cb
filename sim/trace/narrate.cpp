// The sentence of a record, built from the state before it. A hearer is told each fact once: the record that shows the
// decision speaks, those that only accompany it are silent.
#include <algorithm>
#include <array>
#include <cstdio>

#include "sim/trace/print.h"
#include "sim/trace/teller.h"
#include "sim/trace/arguments.h"
#include "sim/trace/observed.h"

namespace sim {

std::string Teller::parked() const {
    const PortTraceState* port = of_port();
    const ThreadTraceState* t = of_thread();
    if (port == nullptr || t == nullptr) return subject() + " waits" + rule() + ".";
    if (t->released && !is_nt()) return subject() + on_its_processor() + " looks, finds the queue empty because another thread was faster, and waits again as the newest.";
    const std::string asks = t->looks_again ? " looks again" : " asks";
    const std::string place = port->waiters.empty() ? "it is the only one that waits" : "it waits as the newest of " + std::to_string(port->waiters.size() + 1);
    if (port->queue.empty()) return subject() + asks + ", finds nothing queued and parks: " + place + rule() + ".";
    const uint32_t others = port->active - (t->counted ? 1 : 0);
    return subject() + asks + ", but " + counted(others, "other thread is", "others are") + " active and the limit is " + std::to_string(port->limit) + ": it parks although " +
           counted(port->queue.size(), "packet is", "packets are") + " queued, and " + place + rule() + ".";
}

// "Packet 3", "Packet 3.0, posted by worker.1,"
std::string Teller::arriving() const {
    const PacketTraceState* p = state.packets.find(record.packet);
    if (p != nullptr && p->device != kNoDevice) {
        const std::string error = says_error();
        return "Packet " + packet() + ", the answer of " + (p->file != kNoFile ? file({p->file}) : device_label(header, p->device)) + (error.empty() ? "" : error) + ",";
    }
    return "Packet " + packet() + (p == nullptr ? "" : p->poster != kNoThread ? ", posted by " + thread(p->poster) + "," : "");
}

std::string Teller::queued() const {
    const PortTraceState* port = of_port();
    if (port == nullptr) return arriving() + " is queued" + rule() + ".";
    const std::string behind = port->queue.empty() ? "is queued" : "joins the queue behind " + queue_text(*port);
    if (record.rule == Rule::K5) return arriving() + " is posted inside its receiver's own wait and " + behind + rule() + ".";
    if (!is_nt()) return arriving() + " arrives and " + behind + ".";
    if (port->waiters.empty()) return arriving() + " arrives and no thread waits: it " + behind + rule() + ".";
    return arriving() + " arrives: " + slots(port->active, port->limit) + ", so it " + behind + ", although " + others_waiting(*port) + rule() + ".";
}

// Who wakes and who does not, by its place in parking order.
std::string Teller::released_who(const PortTraceState& port, size_t place) const {
    if (place == port.waiters.size()) return subject();   // not seen to wait: records are missing
    const bool newest = place + 1 == port.waiters.size();
    if (wakes_all()) return subject() + ", as everybody who waits";
    if (port.waiters.size() == 1) return subject() + ", the only one that waits";
    const uint32_t other = newest ? port.waiters.front() : port.waiters.back();
    return subject() + ", not " + thread(other) + ": it parked " + (newest ? "last" : place == 0 ? "first" : "neither first nor last") + ", " + at(state.threads[record.thread].waiting_since_ns);
}

std::string Teller::released() const {
    const PortTraceState* port = of_port();
    if (port == nullptr || of_thread() == nullptr) return subject() + " is released" + rule() + ".";
    if ((record.flags & kFromQueue) != 0 && (of_thread()->looks_again || !is_nt())) return took_again();
    const size_t place = place_of(*port, record.thread);
    const std::string who = released_who(*port, place);
    if (record.packet == kNoPacket) return "The port wakes " + who + "; it will look at the queue when it runs.";
    const uint64_t active = uint64_t{port->active} + (record.rule == Rule::K10 && is_nt() && port->active > 0 ? 0u : 1u);   // K10: somebody has left
    const std::string after = "; " + (is_nt() ? slots(active, port->limit) : counted(active, "thread is", "threads are") + " active") + ".";
    if ((record.flags & kFromQueue) != 0) return "The freed slot lets packet " + packet() + " go to " + who + rule() + after;
    return arriving() + " arrives and goes to " + who + rule() + after;
}

std::string Teller::taken() const {
    const ThreadTraceState* t = of_thread();
    const PortTraceState* port = of_port();
    if (t == nullptr || port == nullptr) return subject() + " takes packet " + packet() + rule() + ".";
    if (t->looks_again || t->waits_on != kNoPort) return {};   // it is let go, or its wait goes on: `released` tells
    if (!t->packets.empty()) return "The same get brings " + subject() + " packet " + packet() + " too: " + counted(t->packets.size() + 1, "packet", "packets") + " for one slot" + (is_nt() ? " (K36)." : ".");
    const std::string said = says_error();
    const std::string rest = port->queue.size() > 1 ? ", the oldest of " + std::to_string(port->queue.size()) + " queued" : "";
    const std::string others = port->waiters.empty() ? "" : ", while " + others_waiting(*port) + " on";
    if (t->released) return subject() + on_its_processor() + " looks and takes packet " + packet() + said + rest + ".";
    if (record.rule != Rule::K12 || !is_nt()) return subject() + " asks and takes packet " + packet() + said + rest + others + rule() + ".";
    return subject() + " asks again in its own slot and takes packet " + packet() + said + rest + others + rule() + ".";
}

std::string Teller::timed_out() const {
    const PortTraceState* port = of_port();
    const ThreadTraceState* t = of_thread();
    if (port == nullptr || t == nullptr) return "The get of " + subject() + " times out" + rule() + ".";
    const bool poll = t->waits_on == kNoPort;
    if (!is_nt()) return (poll ? subject() + " polls and finds nothing." : "The get of " + subject() + " times out; it had waited " + since(t->waiting_since_ns) + ".");
    const std::string after = "; " + slots(uint64_t{port->active} + (t->counted ? 0u : 1u), port->limit) + ".";
    if (poll && port->queue.empty()) return subject() + " polls, and nothing is queued" + rule() + after;
    if (poll) return subject() + " polls and is told that nothing came, although " + counted(port->queue.size(), "packet is", "packets are") + " queued: others have reached the limit" + rule() + after;
    return "The get of " + subject() + " times out: it runs without a packet and holds a slot until it asks again, blocks or leaves" + rule() + after;
}

std::string Teller::returned() const {
    if ((record.flags & kAbandoned) != 0) return "The port is closed: the get of " + subject() + " fails with ERROR_ABANDONED_WAIT_0" + rule() + ".";
    if ((record.flags & kTimedOut) != 0) return timed_out();
    if ((record.flags & kAlerted) != 0) return alerted();
    if ((record.flags & (kInvalid | kError)) != 0) return asked_in_vain();
    if (record.packet == kNoPacket) return {};
    if (!header.has_decisions) return observed_return();
    const ThreadTraceState* t = of_thread();
    if (t == nullptr || !t->released || t->view == ThreadView::running) return {};   // on_processor, or `taken`, has told
    return subject() + " runs and returns from its get with packet " + packet() + ".";
}

// Without decision records: what the order of the calls lets one say, and no more.
std::string Teller::observed_return() const {
    const PortTraceState* port = of_port();
    const ThreadTraceState* t = of_thread();
    const PacketTraceState* p = state.packets.find(record.packet);
    if (port == nullptr || t == nullptr || p == nullptr) return subject() + " gets packet " + packet() + ".";
    if (record.argument == 0) return "The same get brings " + subject() + " packet " + packet() + " too.";
    const uint64_t active = uint64_t{port->active} + (t->counted ? 0 : 1);
    const std::string outside = " " + counted(active, "thread is", "threads are") + " active now" + (active > port->limit ? ", over a limit of " : "; the limit is ") + std::to_string(port->limit) + ".";
    if (p->posted_ns >= 0 && t->waiting_since_ns > p->posted_ns) return subject() + " asks and gets packet " + packet() + ", which was there already." + outside;
    const size_t place = place_of(*port, record.thread), waiting = port->waiters.size();
    if (place == waiting) return subject() + " gets packet " + packet() + "." + outside;
    const std::string order = waiting == 1           ? "the only one that waited"
                              : place == 0           ? "which had waited longest of " + std::to_string(waiting)
                              : place + 1 == waiting ? "the newest of " + std::to_string(waiting) + " that waited"
                                                     : "one of " + std::to_string(waiting) + " that waited, " + std::to_string(place) + " of them longer";
    return "Packet " + packet() + " goes to " + subject() + ", " + order + ", " + since(t->waiting_since_ns) + "." + outside;
}

std::string Teller::posted() const {
    if (header.has_decisions) return {};                   // queued or released tells
    const PortTraceState* port = of_port();
    const std::string name = packet_label(header, trace_state_posted(state, record), record.packet);
    const std::string by = record.thread == kNoThread ? "" : " by " + subject();
    if (port == nullptr) return "Packet " + name + " is posted" + by + ".";
    return "Packet " + name + " is posted" + by + "; " + (port->waiters.empty() ? "no thread waits" : others_waiting(*port)) + ", " + counted(port->active, "is", "are") + " active.";
}

std::string Teller::on_processor() const {
    const std::string where = " runs on processor " + std::to_string(record.processor);
    const ThreadTraceState* t = of_thread();
    if (t == nullptr) return subject() + where + ".";
    if (record.packet == kNoPacket) return t->released ? std::string{} : subject() + where + ".";   // a look: `taken` or `parked` tells
    const bool again = !t->released;
    return subject() + where + (again ? " again, with packet " : " and returns from its get with packet ") + packet() + (again ? "" : says_error()) + ".";
}

// "all 4 channels are busy and 2 operations are ahead in line"; nothing where a channel is free. self: the operation counts already.
std::string Teller::ahead_of(uint16_t device, uint32_t self) const {
    if (device >= state.devices.size() || device >= header.devices.size()) return {};
    const uint32_t before = state.devices[device] - std::min(state.devices[device], self), channels = header.devices[device].channels;
    if (before < channels) return {};
    const std::string busy = channels == 1 ? "the only channel is busy" : channels == 2 ? "both channels are busy" : "all " + std::to_string(channels) + " channels are busy";
    return busy + (before == channels ? "" : " and " + counted(before - channels, "operation is", "operations are") + " ahead in line");
}

// The one for which a thread waits is told by block_begin.
std::string Teller::io_started() const {
    if ((record.flags & (kDeviceWait | kDetailed)) != 0) return {};   // io_detail tells of the second
    const uint16_t device = device_of_argument(record.argument);
    const std::string line = ahead_of(device, 0);
    return subject() + " starts an operation on " + device_label(header, device) + (line.empty() ? "" : ", where " + line + ",") + (record.packet == kNoPacket ? "" : " in packet " + packet()) + " and goes on.";
}

// "worker.3 blocks for 5 ms in packet 7", "worker.3 waits for lock table, which worker.1 holds, in packet 7"
std::string Teller::blocks() const {
    const std::string in = record.packet == kNoPacket ? "" : " in packet " + packet();
    if ((record.flags & kDeviceWait) != 0) {
        const auto device = static_cast<uint16_t>(record.argument);
        if ((record.flags & kWaitCall) != 0) return subject() + " is inside " + device_label(header, device) + ", where it may wait," + in;
        const std::string line = ahead_of(device, 1);
        return subject() + " waits for " + device_label(header, device) + (line.empty() ? "" : ", where " + line + ",") + in;
    }
    if ((record.flags & kIoWait) != 0) return subject() + " waits for " + operation(static_cast<uint32_t>(record.argument >> 48) - 1) + in;
    if ((record.flags & kHandleWait) != 0) return watches() + in;
    if ((record.flags & kPageIn) != 0) return subject() + " waits for a page" + (record.argument > 0 ? ", " + time_text(static_cast<int64_t>(record.argument)) + "," : "") + in;
    if ((record.flags & kLockWait) == 0) return subject() + " blocks" + (record.argument > 0 && (record.flags & ~kTimedBlock) == 0 ? " for " + time_text(static_cast<int64_t>(record.argument)) : "") + in;
    const uint32_t holder = holder_of_argument(record.argument);
    return subject() + " waits for lock " + lock_label(header, lock_of_argument(record.argument)) + (holder == kNoThread ? "" : ", which " + thread(holder) + " holds,") + in;
}

std::string Teller::block_begin() const {
    const PortTraceState* port = of_port();
    const ThreadTraceState* t = of_thread();
    std::string out = blocks();
    if (is_unseen_block(record)) return out + " for so short that the port hears of it only when it is over: no slot is freed.";
    if ((record.flags & kKeepsSlot) != 0) return out + " and counts on: the port does not hear of it" + rule() + ".";   // O6
    if (port == nullptr || t == nullptr || !t->counted || port->active == 0) return out + rule() + ".";
    const uint32_t active = port->active - 1;
    if (!is_nt()) return out + ": " + counted(active, "thread is", "threads are") + " active.";
    out += " and counts no longer" + rule() + ": " + slots(active, port->limit);
    if (active >= port->limit) return out + (port->queue.empty() ? "." : ", so no other may take its place.");
    if (port->queue.empty()) return out + ", and nothing is queued.";
    return out + (port->waiters.empty() ? ", but no thread waits for it." : ".");
}

std::string Teller::comes_back_from() const {
    if ((record.flags & kDeviceWait) != 0) return subject() + ((record.flags & kWaitCall) != 0 ? " comes back from " : " has its answer from ") + device_label(header, static_cast<uint32_t>(record.argument));
    if ((record.flags & kIoWait) != 0) return subject() + " has waited for " + operation(static_cast<uint32_t>(record.argument >> 48) - 1);
    if ((record.flags & kPageIn) != 0) return subject() + " has its page";
    if ((record.flags & kLockWait) == 0) return subject() + " comes back from its wait";
    const uint32_t holder = holder_of_argument(record.argument);
    const std::string lock = "lock " + lock_label(header, lock_of_argument(record.argument));
    return holder == kNoThread ? subject() + " has waited for " + lock + " and holds it now" : thread(holder) + " gives " + lock + " to " + subject() + ", which has waited longest";
}

std::string Teller::block_end() const {
    if ((record.flags & kHandleWait) != 0) return watch_ends();
    const PortTraceState* port = of_port();
    const std::string comes_back = comes_back_from();
    if (is_unseen_block(record)) return comes_back + "; it has kept its slot.";
    if (of_thread() != nullptr && of_thread()->counted && (record.flags & kPageIn) != 0) return comes_back + "; it has kept its slot.";   // O6
    if (port == nullptr) return comes_back + rule() + ".";
    const uint64_t active = uint64_t{port->active} + (record.rule == Rule::K10 && is_nt() && port->active > 0 ? 0u : 1u);   // K10: somebody has left
    if (!is_nt()) return comes_back + ": " + counted(active, "thread is", "threads are") + " active.";
    return comes_back + (active > port->limit ? "; nobody is stopped, so " : ": ") + slots(active, port->limit) + rule() + ".";
}

std::string Teller::opened() const {
    const bool known = record.port < header.ports.size();
    const uint64_t asked = known ? header.ports[record.port].concurrency : record.argument;
    const std::string with = (record.thread == kNoThread ? port_label(header, record.port) + " opens" : subject() + " creates " + port_label(header, record.port)) + " with a concurrency of " + std::to_string(asked) + (asked == 0 ? ", which means the number of processors" : "");
    const std::string may = counted(record.argument, "thread", "threads");
    if (is_nt()) return with + ": " + may + " may be active at a time" + (asked == 0 ? rule() : "") + ".";
    if (known && !header.ports[record.port].policy.empty()) return with + ", which policy " + header.ports[record.port].policy + " does not look at.";
    return with + (asked == 0 ? ", " + std::to_string(record.argument) : "") + ".";
}

std::string Teller::limit_set() const {
    const PortTraceState* port = of_port();
    return "From here on the limit is " + std::to_string(record.argument) + (port == nullptr ? "" : " instead of " + std::to_string(port->limit)) + ".";
}

std::string Teller::completed() const {
    const PacketTraceState* p = state.packets.find(record.packet);
    const std::string after = p != nullptr && p->posted_ns >= 0 ? ", " + said(record.time_ns - p->posted_ns) + " after it arrived" : "";
    return subject() + " finishes packet " + packet() + after + ".";
}

std::string Teller::tell() const {
    if (trace_state_is_stop(state, record)) return {};
    if (is_background(header, record.thread)) return other_work();
    switch (record.kind) {
        case Kind::port_opened: return opened();
        case Kind::port_closed: return port_closed();
        case Kind::limit_set: return limit_set();
        case Kind::thread_exit: return thread_exit();
        case Kind::parked: return parked();
        case Kind::queued: return queued();
        case Kind::released: return released();
        case Kind::taken: return taken();
        case Kind::get_returned: return returned();
        case Kind::completed: return completed();
        case Kind::ready: return ready();
        case Kind::on_processor: return on_processor();
        case Kind::off_processor: return off_processor();
        case Kind::block_begin: return block_begin();
        case Kind::block_end: return block_end();
        case Kind::suspended: return suspended();
        case Kind::resumed: return resumed();
        case Kind::apc: return apc();
        case Kind::call_failed: return call_failed();
        case Kind::posted: return posted();
        case Kind::io_started: return io_started();
        case Kind::io_detail: return io_detail();
        case Kind::call_detail: return "They carry key " + std::to_string(record.argument) + ".";
        case Kind::call: return call();
        case Kind::mark: return "Mark " + std::to_string(record.argument) + ".";
        case Kind::none: case Kind::thread_start: case Kind::associated: case Kind::get_called: case Kind::handed_over:
        case Kind::io_finished: case Kind::io_cancelled: case Kind::detail: case Kind::release_tried: case Kind::limit_tried: case Kind::kind_count: return {};
    }
    return {};
}

// The frequent kinds by what their sentences look at; the rest by the sentence itself.
bool Teller::speaks() const {
    const bool usual = !trace_state_is_stop(state, record) && !is_background(header, record.thread);
    const ThreadTraceState* t = of_thread();
    switch (record.kind) {
        case Kind::none: case Kind::thread_start: case Kind::associated: case Kind::get_called: case Kind::handed_over:
        case Kind::io_finished: case Kind::io_cancelled: case Kind::detail: case Kind::release_tried: case Kind::limit_tried: case Kind::kind_count: return false;
        case Kind::parked: case Kind::queued: case Kind::released: case Kind::completed: case Kind::block_begin:
            if (usual) return true;
            break;
        case Kind::posted:
            if (header.has_decisions) return false;
            break;
        case Kind::taken:
            if (usual) return t == nullptr || of_port() == nullptr || (!t->looks_again && t->waits_on == kNoPort);
            break;
        case Kind::get_returned:
            if (usual && (record.flags & (kAbandoned | kTimedOut | kAlerted | kInvalid | kError)) == 0) return record.packet != kNoPacket && (!header.has_decisions || (t != nullptr && t->released && t->view != ThreadView::running));
            break;
        case Kind::ready:
            if (usual) return !finds_processor();
            break;
        case Kind::on_processor:
            if (usual) return t == nullptr || record.packet != kNoPacket || !t->released;
            break;
        case Kind::off_processor:
            if ((record.flags & kPreempted) == 0) return false;
            break;
        case Kind::port_opened: case Kind::port_closed: case Kind::limit_set: case Kind::thread_exit: case Kind::block_end: case Kind::suspended: case Kind::resumed: case Kind::apc: case Kind::call_failed:
        case Kind::io_started: case Kind::io_detail: case Kind::call_detail: case Kind::call: case Kind::mark: break;
    }
    return !tell().empty();
}

bool narrates(const TraceHeader& header, const TraceState& before, const Record& record) { return Teller{header, before, record}.speaks(); }

std::string narrate(const TraceHeader& header, const TraceState& before, const Record& record) { return Teller{header, before, record}.tell(); }

// Milliseconds with the points below each other, at least microseconds.
std::string narration_line(int64_t time_ns, const std::string& sentence) {
    std::array<char, 48> time{};
    const bool fine = time_ns % 1'000 != 0;
    std::snprintf(time.data(), time.size(), fine ? "%15.6f ms" : "%12.3f ms   ", static_cast<double>(time_ns) / 1e6);
    return time.data() + ("  " + sentence);
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
