#include "sim/trace/state.h"

#include <algorithm>
#include <utility>

#include "sim/model/limits.h"
#include "sim/trace/arguments.h"
#include "sim/trace/observed.h"

namespace sim {
namespace {

constexpr uint32_t kPacketGapMax = 1 << 20;   // packet numbers rise by one; a jump beyond this is damage

template <class List>
void erase_value(List& values, uint32_t value) {
    const auto at = std::find(values.begin(), values.end(), value);
    if (at != values.end()) values.erase(at);
}

// Where the next packet that `parent` brings about stands in its family.
PacketTraceState child_of(const PacketTraceState& parent) {
    PacketTraceState child;
    child.generation = kUnknownGeneration;
    if (parent.generation >= child.ordinals.size() || parent.children == UINT16_MAX) return child;
    child.root = parent.root;
    child.ordinals = parent.ordinals;
    child.ordinals[parent.generation] = parent.children;
    child.generation = static_cast<uint8_t>(parent.generation + 1);
    return child;
}

// Between the end of an operation and its packet's `posted` nothing else may stand.
bool stands_before_its_packet(Kind kind) { return kind == Kind::io_finished || kind == Kind::io_cancelled || kind == Kind::io_detail || kind == Kind::block_end || kind == Kind::call; }

// One record being applied.
struct Apply {
    TraceState& state;
    const TraceHeader& header;
    const Record& record;

    ThreadTraceState* thread() {
        if (record.thread >= kThreadsMax) return nullptr;
        if (record.thread >= state.threads.size()) state.threads.resize(size_t{record.thread} + 1);
        return &state.threads[record.thread];
    }
    PortTraceState* port(uint16_t number) {
        if (number >= kPortsMax) return nullptr;
        if (number >= state.ports.size()) state.ports.resize(size_t{number} + 1);
        return &state.ports[number];
    }
    void view(ThreadTraceState& t, ThreadView to) {
        if (t.view == to) return;
        t.view = to;
        t.since_ns = record.time_ns;
    }
    // I1: active counts associated threads that are neither parked nor in another wait.
    void count(ThreadTraceState& t, bool counted) {
        if (t.counted == counted) return;
        t.counted = counted;
        PortTraceState* p = port(t.association);
        if (p == nullptr) return;
        if (counted) ++p->active;
        else if (p->active > 0) --p->active;
    }
    // K9, K10: not counted while its get looks; what the get gives counts it.
    void associate(ThreadTraceState& t, uint16_t to) {
        count(t, false);
        t.association = to;
    }
    void starts_waiting(ThreadTraceState& t) {
        PortTraceState* p = port(record.port);
        if (p != nullptr && t.waits_on == kNoPort) p->waiters.push_back(record.thread);
        t.waits_on = record.port;
        t.waiting_since_ns = record.time_ns;
        t.released = false;
        t.looks_again = false;
        count(t, false);
        view(t, ThreadView::waiting);
    }
    void stops_waiting(ThreadTraceState& t) {
        if (PortTraceState* p = port(t.waits_on)) erase_value(p->waiters, record.thread);
        t.waits_on = kNoPort;
    }

    void get_called();
    void get_returned();
    void released();
    void packet_posted();
    void port_closed();
    void thread_exits();
    void lose(uint32_t number);
    void apc();
    // Whether a suspended waiter keeps its place, as under all policies but nt.
    bool waiters_stay(uint16_t number) const { return number < header.ports.size() && header.ports[number].policy != "nt"; }
    void packet_left(bool queued);
    void completed();
    void blocks(bool begins);
    void processors();
    void suspends(bool begins);
    void operation(bool begins);
    void io_detail();
    void apply();
};

void Apply::get_called() {
    ThreadTraceState* t = thread();
    if (t == nullptr || header.has_decisions) return;   // with decisions, `associated` and `parked` tell more exactly
    if (const PortTraceState* p = port(record.port); p == nullptr || p->closed) return;   // it asks nobody, and fails
    if (t->association != record.port) associate(*t, record.port);
    starts_waiting(*t);
}

void Apply::get_returned() {
    ThreadTraceState* t = thread();
    if (t == nullptr) return;
    if ((record.flags & kInvalid) != 0 && (header.has_decisions || t->waits_on == kNoPort)) return;   // it asked nobody
    stops_waiting(*t);
    t->released = false;
    t->looks_again = false;
    // With decisions `associated` has told; K26: a get that returns for an APC makes no association. K31: who was abandoned has none.
    const bool fails = (record.flags & (kAbandoned | kInvalid | kError)) != 0;
    if (t->association == kNoPort && !fails && !header.has_decisions) associate(*t, record.port);
    count(*t, !fails || t->association != kNoPort);
    // Let go before it had left its processor: no on_processor tells that it runs.
    if (!header.has_processors || t->processor != kNoProcessor) view(*t, ThreadView::running);
    if (record.packet == kNoPacket) return;
    if (!header.has_decisions) {
        if (record.argument > 0) t->packets.clear();   // 0: one more packet of the batch that the record before began
        t->packets.push_back(record.packet);
        state.packets.add(record.packet);              // its `posted` may carry a later time
        if (PortTraceState* p = port(record.port)) erase_value(p->queue, record.packet);
    }
    for (uint32_t number : t->packets) {
        PacketTraceState* packet = state.packets.find(number);
        if (packet == nullptr || packet->got_ns >= 0) continue;
        packet->got_ns = record.time_ns;
        packet->thread = record.thread;
    }
}

void Apply::released() {
    ThreadTraceState* t = thread();
    if (t == nullptr) return;
    // K10: who asks another port has left this one before; its `associated` comes later.
    if (record.rule == Rule::K10 && record.argument > 0 && record.argument <= state.threads.size()) count(state.threads[record.argument - 1], false);
    stops_waiting(*t);
    t->released = true;
    t->looks_again = false;
    count(*t, true);
}

void Apply::packet_posted() {
    PacketTraceState* packet = state.packets.add(record.packet);
    if (packet == nullptr) return;
    const PacketTraceState before = *packet;
    *packet = trace_state_posted(state, record);
    packet->got_ns = before.got_ns;
    packet->thread = before.thread;
    // Without decisions the port's queue is what has been posted and not yet returned: all that can be seen from outside.
    PortTraceState* p = port(record.port);
    if (!header.has_decisions && !packet->stop && p != nullptr && packet->got_ns < 0) p->queue.push_back(record.packet);
    if (packet->generation == 0 || packet->generation == kUnknownGeneration || packet->device != kNoDevice) return;
    ++state.packets.find(state.threads[record.thread].packets.front())->children;
}

// K29: nobody is associated with a closed port, so nobody counts there. Waiters are told one by one (K30) or wait on.
void Apply::port_closed() {
    PortTraceState* p = port(record.port);
    if (p == nullptr) return;
    p->open = false;
    p->closed = true;
    if ((record.flags & kKeepsSlot) != 0) return;   // K32: until another one tells that it is gone
    for (uint32_t number : p->queue) lose(number);
    p->queue.clear();
    state.packets.drop_completed();
    p->waiters.clear();
    p->active = 0;
    for (ThreadTraceState& t : state.threads) {
        if (t.association != record.port) continue;
        t.association = kNoPort;
        t.counted = false;
    }
}

void Apply::lose(uint32_t number) {
    if (PacketTraceState* packet = state.packets.find(number)) packet->lost = true;
}

void Apply::thread_exits() {
    ThreadTraceState* t = thread();
    if (t == nullptr) return;
    stops_waiting(*t);
    count(*t, false);
    for (uint32_t number : t->packets) lose(number);
    t->packets.clear();
    state.packets.drop_completed();
    view(*t, ThreadView::exited);
}

// K25: a kernel APC takes a waiter of nt out of its wait; what it finds then is told next.
void Apply::apc() {
    ThreadTraceState* t = thread();
    if (t == nullptr || (record.flags & kKernelApc) == 0 || t->waits_on == kNoPort || waiters_stay(t->waits_on)) return;
    stops_waiting(*t);
    t->looks_again = true;
}

void Apply::packet_left(bool queued) {
    PortTraceState* p = port(record.port);
    if (queued && p != nullptr) erase_value(p->queue, record.packet);
    if (ThreadTraceState* t = thread()) t->packets.push_back(record.packet);
}

void Apply::completed() {
    if (ThreadTraceState* t = thread()) erase_value(t->packets, record.packet);
    if (PacketTraceState* packet = state.packets.find(record.packet)) packet->completed_ns = record.time_ns;
    state.packets.drop_completed();
}

void Apply::blocks(bool begins) {
    ThreadTraceState* t = thread();
    if (t == nullptr || is_unseen_block(record)) return;
    t->in_wait = begins;
    if (!begins || (record.flags & kKeepsSlot) == 0) count(*t, !begins);   // O6: it may count on
    if (begins) view(*t, ThreadView::blocked);
    else if (!header.has_processors) view(*t, ThreadView::running);
}

void Apply::processors() {
    ThreadTraceState* t = thread();
    if (t == nullptr) return;
    if (record.kind == Kind::ready) view(*t, ThreadView::ready);
    if (record.kind == Kind::on_processor) {
        view(*t, ThreadView::running);
        t->processor = t->last_processor = record.processor;
    }
    if (record.kind == Kind::off_processor) {
        t->processor = kNoProcessor;
        if ((record.flags & kPreempted) != 0) view(*t, ThreadView::ready);   // else parked or block_begin has told
        else if (t->view == ThreadView::running && t->waits_on != kNoPort) view(*t, ThreadView::waiting);   // it looked, and no record tells
    }
}

void Apply::suspends(bool begins) {
    ThreadTraceState* t = thread();
    if (t == nullptr) return;
    if (suspend_others(record.argument) > 0) return;            // suspended more than once: nothing changes
    if (begins) {
        if ((record.flags & kKeepsSlot) != 0) return;           // O5: it goes on until it has run
        t->looks_again = t->waits_on != kNoPort;
        if (t->looks_again && !waiters_stay(t->waits_on)) stops_waiting(*t);
        if (!t->in_wait) count(*t, false);                      // in a wait it counts no longer, or keeps its slot (O6)
        return view(*t, ThreadView::suspended);
    }
    if (t->in_wait) return view(*t, ThreadView::blocked);
    if (t->waits_on != kNoPort) return view(*t, ThreadView::waiting);
    if (!t->looks_again) count(*t, true);                       // else what it finds counts
    if (!header.has_processors) view(*t, ThreadView::running);  // else from `ready` on
}

void Apply::operation(bool begins) {
    state.io = record;
    const uint16_t device = device_of_argument(record.argument);
    const uint64_t number = operation_of_argument(record.argument);
    if (device >= state.devices.size()) state.devices.resize(size_t{device} + 1);
    if (!begins && state.devices[device] > 0) --state.devices[device];
    if (begins) ++state.devices[device];
    if ((record.flags & kDeviceWait) != 0) return;
    if (begins) {
        PacketTraceState* parent = state.packets.find(record.packet);
        PacketTraceState& answer = state.answers[number] = parent != nullptr ? child_of(*parent) : PacketTraceState{};
        if (parent == nullptr) answer.generation = kUnknownGeneration;
        answer.device = device;
        if (answer.generation != kUnknownGeneration) ++parent->children;
        return;
    }
    const auto at = state.answers.find(number);
    if (at == state.answers.end()) return;
    if ((record.flags & kNoAnswer) == 0) state.answer = at->second;
    state.answers.erase(at);
}

void Apply::io_detail() {
    const FileId file = io_detail_of_argument(record.argument).file;
    const auto at = state.answers.find(operation_of_argument(state.io.argument));
    if (state.io.kind == Kind::io_started && at != state.answers.end() && file.valid()) at->second.file = static_cast<uint16_t>(file.value);
}

void Apply::apply() {
    PortTraceState* p = port(record.port);
    switch (record.kind) {
        case Kind::port_opened:
            if (p != nullptr) { p->open = true; p->closed = false; p->limit = static_cast<uint32_t>(record.argument); }
            break;
        case Kind::limit_set:
            if (p != nullptr) p->limit = static_cast<uint32_t>(record.argument);
            break;
        case Kind::port_closed:
            port_closed();
            break;
        case Kind::thread_start: thread(); break;
        case Kind::thread_exit: thread_exits(); break;
        case Kind::apc: apc(); break;
        case Kind::associated:
            if (ThreadTraceState* t = thread()) associate(*t, record.port);
            break;
        case Kind::get_called: get_called(); break;
        case Kind::get_returned: get_returned(); break;
        case Kind::parked:
            if (ThreadTraceState* t = thread()) starts_waiting(*t);
            break;
        case Kind::released: released(); break;
        case Kind::posted: packet_posted(); break;
        case Kind::queued:
            if (p != nullptr) p->queue.push_back(record.packet);
            break;
        case Kind::handed_over: packet_left(false); break;
        case Kind::taken: packet_left(true); break;
        case Kind::completed: completed(); break;
        case Kind::ready: case Kind::on_processor: case Kind::off_processor: processors(); break;
        case Kind::block_begin: blocks(true); break;
        case Kind::block_end: blocks(false); break;
        case Kind::suspended: suspends(true); break;
        case Kind::resumed: suspends(false); break;
        case Kind::detail:
            if (PacketTraceState* packet = state.packets.find(record.packet)) {
                if ((record.flags & (kEarliest | kDepth | kOverlapped)) != 0) break;   // say nothing of the packet itself
                if ((record.flags & kError) != 0) packet->error = static_cast<uint32_t>(record.argument);
                else packet->key = record.argument;
            }
            break;
        case Kind::io_started: operation(true); break;
        case Kind::io_finished: case Kind::io_cancelled: operation(false); break;
        case Kind::io_detail: io_detail(); break;
        case Kind::none: case Kind::call: case Kind::call_detail: case Kind::mark: case Kind::call_failed: case Kind::release_tried: case Kind::limit_tried: case Kind::kind_count: break;
    }
}

}  // namespace

const PacketTraceState* PacketWindow::find(uint32_t packet) const {
    if (packet < base_ || packet - base_ >= items_.size()) return nullptr;
    return &items_[packet - base_];
}

PacketTraceState* PacketWindow::find(uint32_t packet) { return const_cast<PacketTraceState*>(std::as_const(*this).find(packet)); }

PacketTraceState* PacketWindow::add(uint32_t packet) {
    if (packet < base_ || packet - base_ > items_.size() + kPacketGapMax) return nullptr;
    if (packet - base_ >= items_.size()) items_.resize(size_t{packet} - base_ + 1);
    return &items_[packet - base_];
}

void PacketWindow::drop_completed() {
    while (head_ < items_.size() && (items_[head_].completed_ns >= 0 || items_[head_].lost)) ++head_;
    if (head_ < 256 || head_ * 2 < items_.size()) return;
    items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
    base_ += static_cast<uint32_t>(head_);
    head_ = 0;
}

TraceState trace_state_begin(const TraceHeader& header) {
    TraceState state;
    state.threads.resize(std::min<size_t>(header.threads.size(), kThreadsMax));
    state.ports.resize(std::min<size_t>(header.ports.size(), kPortsMax));
    return state;
}

void trace_state_apply(TraceState& state, const TraceHeader& header, const Record& record) {
    state.now_ns = record.time_ns;
    ++state.record_count;
    if (trace_state_is_stop(state, record) && record.kind != Kind::posted) return;
    Apply{state, header, record}.apply();
    if (!stands_before_its_packet(record.kind)) state.answer.reset();
}

bool trace_state_is_stop(const TraceState& before, const Record& record) {
    if ((record.flags & kStop) != 0) return true;
    switch (record.kind) {
        case Kind::queued: case Kind::handed_over: case Kind::released: case Kind::taken: case Kind::get_returned: case Kind::completed: case Kind::detail: {
            const PacketTraceState* packet = before.packets.find(record.packet);
            return packet != nullptr && packet->stop;
        }
        case Kind::none: case Kind::port_opened: case Kind::port_closed: case Kind::thread_start: case Kind::thread_exit: case Kind::associated:
        case Kind::get_called: case Kind::parked: case Kind::posted: case Kind::ready: case Kind::on_processor: case Kind::off_processor:
        case Kind::block_begin: case Kind::block_end: case Kind::suspended: case Kind::resumed: case Kind::io_started: case Kind::io_finished:
        case Kind::io_cancelled: case Kind::io_detail: case Kind::call: case Kind::call_detail: case Kind::mark: case Kind::apc: case Kind::call_failed: case Kind::limit_set: case Kind::release_tried: case Kind::limit_tried: case Kind::kind_count: return false;
    }
    return false;
}

PacketTraceState trace_state_posted(const TraceState& before, const Record& posted) {
    PacketTraceState packet;
    packet.identity = packet.root = posted.argument;
    packet.posted_ns = posted.time_ns;
    packet.poster = posted.thread;
    packet.port = posted.port;
    packet.stop = (posted.flags & kStop) != 0;
    packet.within = (posted.flags & kWithin) != 0;
    const bool is_answer = posted.thread == kNoThread && before.answer;
    if (is_answer) {
        packet.device = before.answer->device;
        packet.file = before.answer->file;
    }
    if (!identity_is_child(packet.identity)) return packet;
    if (is_answer) {
        packet.root = before.answer->root;
        packet.ordinals = before.answer->ordinals;
        packet.generation = before.answer->generation;
        return packet;
    }
    packet.generation = kUnknownGeneration;
    if (posted.thread >= before.threads.size() || before.threads[posted.thread].packets.empty()) return packet;
    const PacketTraceState* parent = before.packets.find(before.threads[posted.thread].packets.front());
    if (parent == nullptr) return packet;
    const PacketTraceState child = child_of(*parent);
    packet.root = child.root;
    packet.ordinals = child.ordinals;
    packet.generation = child.generation;
    return packet;
}

size_t trace_state_bytes(const TraceState& state) {
    size_t bytes = sizeof state + state.packets.bytes() + state.threads.size() * sizeof(ThreadTraceState);
    bytes += state.devices.size() * sizeof(uint32_t) + state.answers.size() * (sizeof(PacketTraceState) + 48);   // 48: a node of the map
    for (const ThreadTraceState& thread : state.threads) bytes += thread.packets.size() * sizeof(uint32_t);
    for (const PortTraceState& port : state.ports) bytes += sizeof port + 512 + (port.queue.size() + port.waiters.size()) * sizeof(uint32_t);   // 512: what an empty deque holds
    return bytes;
}

}  // namespace sim
