// The state of ports and of the threads that serve them: what KQUEUE and KTHREAD hold, and nothing about time,
// processors or work. Only sim/port changes it. Copyable.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/scratch.h"
#include "sim/base/shared_queue.h"
#include "sim/model/policy.h"
#include "sim/model/port_options.h"
#include "sim/model/rule.h"

namespace sim {

/// Where a thread is as far as ports are concerned.
enum class PortThreadState : uint8_t {
    unknown,              ///< has made no call that succeeded
    running,              ///< runnable: also ready, preempted or spinning (K20)
    waiting,              ///< parked on `waits_on`
    looking,              ///< wake-and-look policies: woken, has not looked at the queue yet; counts as active
    watching,             ///< waits on the handle of the port `waits_on`, which takes no packet (K33): a wait as any other (K17)
    blocked,              ///< in a wait that is not the port's (K17)
    suspended,            ///< suspended while running
    suspended_waiting,    ///< suspended while parked (K28)
    exited,
};

struct alignas(32) PortThread {           // found by number all the time
    PortThreadState state = PortThreadState::unknown;
    bool alertable = false;       ///< of the get it waits in (K23)
    bool keeps_slot = false;      ///< blocked or suspended, and counts all the same (O5, O6)
    PortId association;           ///< S5: at most one port
    PortId waits_on;              ///< valid while waiting, looking, watching, suspended_waiting
    uint32_t batch_max = 1;       ///< of the get it waits in
    uint32_t batch_min = 1;       ///< likewise: more than 1 only under policies that know a minimum
    uint32_t apcs = 0;            ///< user APCs queued to it and not run yet
    friend bool operator==(const PortThread&, const PortThread&) = default;
};

/// First in first out; copies share what is the same.
class PacketQueue {
public:
    bool empty() const { return items_.empty(); }
    size_t size() const { return items_.size(); }
    PacketId operator[](size_t i) const { return items_[i]; }
    void push_back(PacketId packet) { items_.push_back(packet); }
    void push_front(PacketId packet) { items_.push_front(packet); }   ///< K3 only
    PacketId pop_front() {
        const PacketId packet = items_.front();
        items_.pop_front();
        return packet;
    }
    void clear() { items_.clear(); }
    template <class Visit>
    void for_each_piece(Visit visit) const { items_.for_each_piece(visit); }
    size_t own_bytes() const { return items_.own_bytes(); }
    friend bool operator==(const PacketQueue&, const PacketQueue&) = default;

private:
    SharedQueue<PacketId, 1024> items_;
};

struct alignas(256) Port {                // likewise
    Policy policy = Policy::nt;
    bool open = true;                      ///< a handle to it is open
    PortOptions options;                   ///< of nt
    uint32_t files = 0;                    ///< K32: associated files, which keep the port alive without a handle
    uint32_t limit = 1;                    ///< S2 MaximumCount: the number in force, at least 1
    uint32_t active = 0;                   ///< S1 CurrentCount, as invariant I1 defines it under every policy
    PacketQueue queue;                     ///< S3 EntryList
    std::vector<ThreadId> waiters;         ///< S4 WaitList, in parking order; under nt the last is released next
    std::vector<ThreadId> watchers;        ///< K33: threads that wait on the handle, in the order in which they began
    bool alive() const { return open || files > 0; }
    friend bool operator==(const Port&, const Port&) = default;
};

struct PortState {
    std::vector<Port> ports;               ///< by PortId; a closed port keeps its place
    std::vector<PortThread> threads;       ///< by ThreadId; grown by whoever adds a thread
    friend bool operator==(const PortState&, const PortState&) = default;
};

/// What a decision of the port makes happen, in the order in which it happens (docs/design.md 7).
enum class EffectKind : uint8_t {
    opened, took, waits, released, queued, blocked, woke, timed_out, suspended, resumed, exited, closed, abandoned,
    woken,                ///< wake-and-look: the thread was taken off the waiters and must call port_look when it runs
    apc,                  ///< the thread's alertable get ends because its user APCs run (K23)
    watching, signalled,  ///< a wait on the port's handle begins, ends (K33)
};

struct Effect {
    EffectKind kind = EffectKind::opened;
    Rule rule = Rule::none;
    bool from_queue = false;      ///< took, released: the packets were queued before (K11, K17), not handed over by the post (K1)
    bool associated = false;      ///< took, waits, timed_out: this get made the association (K9, K10)
    PortId port;
    ThreadId thread;
    uint32_t first = 0;           ///< took, released, queued: packets[first, first + count) of the Effects
    uint32_t count = 0;
};

/// Reused from call to call; the callee appends.
struct Effects {
    Scratch<Effect> items;
    Scratch<PacketId> packets;
    void clear() { items.clear(); packets.clear(); }

    // As one who is told of effects (sim/port/steps.h).
    void operator()(Effect effect, const PacketId* given) {
        effect.first = static_cast<uint32_t>(packets.size());
        for (uint32_t i = 0; i < effect.count; ++i) packets.push_back(given[i]);
        items.push_back(effect);
    }
    Scratch<PacketId>& room() { return room_; }
    Effects& kept() { return *this; }
    void tell_kept() {}

private:
    Scratch<PacketId> room_;
};

}  // namespace sim
