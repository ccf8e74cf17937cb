// What a context switch of a worker means to its port: a wait of its own (parked, or for the port's lock), a block (K17), its
// end (K19), or nothing (K20). No system call in here: told of switches, it tells what they mean.
#pragma once
#include <atomic>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "recorder/linux/switches.h"
#include "sim/trace/record.h"

namespace recorder {

struct Seen {
    enum class What : uint8_t {
        runs,                 ///< on a processor
        preempted,            ///< off it, ready (K20)
        waits_at_port,        ///< off it: parked, or waiting for the port's lock
        blocks,               ///< off it: a block that goes on (K17)
        blocked_shortly,      ///< off it: a block that was over before it was seen
        returns,              ///< on a processor, after `blocks` (K19)
        returns_unseen,       ///< on a processor, after `blocked_shortly`
        lost                  ///< `count` switches are not known
    };
    int64_t time_ns = 0;      ///< monotonic_ns()
    uint64_t count = 0;
    int64_t intended_ns = 0;  ///< of a wait that the thread told of: its argument in the trace (a block step: its duration); 0: some other block
    uint16_t reason = 0;      ///< likewise: its flags
    uint32_t thread = sim::kNoThread;
    uint32_t packet = sim::kNoPacket;   ///< in work, where that is known
    uint16_t processor = sim::kNoProcessor;
    uint16_t ring = 0;
    What what = What::runs;
};

class Blocking {
public:
    explicit Blocking(size_t threads) : threads_(threads) {}

    // What a thread says of itself, at once and without a lock. Each call of the port, from enters() to leaves(), makes the
    // owner of this object interpret what has happened before once: at most one leaves() lies behind what is not yet interpreted.
    void enters(uint32_t thread, int64_t now_ns) { threads_[thread].entered_ns.store(now_ns, std::memory_order_release); }
    void leaves(uint32_t thread, int64_t now_ns) { threads_[thread].left_ns.store(now_ns, std::memory_order_release); }
    /// A block step, or another wait with a reason, from now until the end of the call that follows it.
    void rests(uint32_t thread, int64_t from_ns, int64_t intended_ns, uint16_t reason = sim::kSleep);
    void rested(uint32_t thread) { threads_[thread].rests_from_ns.store(INT64_MAX, std::memory_order_release); }

    // Under the owner's lock.
    void is_system_thread(uint32_t thread, uint32_t tid) { by_tid_[tid] = thread; }
    /// `switches`: everything since the last call, in order of time. Appends to `seen`, in the same order.
    void interpret(const std::vector<Switch>& switches, std::vector<Seen>& seen);

private:
    enum class Last : uint8_t { on, off, blocked, blocked_shortly };
    struct Thread {
        std::atomic<int64_t> entered_ns{0}, left_ns{0};            // before it is known: inside
        std::atomic<int64_t> rests_from_ns{INT64_MAX}, intended_ns{0};
        std::atomic<uint16_t> reason{0};
        Last last = Last::on;
        size_t runs_at = 0;                // in the batch: place of its last `on` + 1
    };
    bool is_outside(const Thread& thread, int64_t time_ns) const;
    void leaves_processor(const Switch& one, bool over, Seen& seen);
    void gets_processor(Seen& seen);

    std::vector<Thread> threads_;
    std::unordered_map<uint32_t, uint32_t> by_tid_;
};

}  // namespace recorder
