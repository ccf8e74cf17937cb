// The rings of a recording (sim/trace/ring_file.h): one writer each, no lock, never blocking, losses counted.
#pragma once
#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "recorder/common/mapping.h"
#include "sim/trace/header.h"
#include "sim/trace/record.h"
#include "sim/trace/ring_file.h"

namespace recorder {

/// Written by one OS thread at a time.
class Ring {
public:
    /// wraps: it keeps the newest.
    Ring(sim::RingHead* head, sim::Record* records, uint64_t capacity, bool wraps = false) : head_(head), records_(records), capacity_(capacity), wraps_(wraps) {}

    /// A full ring counts a loss and keeps what it has, or wraps.
    void push(const sim::Record& record) {
        // Inline: the fields go from registers to the slot. Out of line they would be stored in parts and loaded whole right after,
        // for which a processor waits.
        if (slot_ == capacity_ || wraps_) {
            push_at_end(record);
            return;
        }
        sim::Record& slot = records_[slot_++];
        slot.time_ns = last_ns_ = std::max(last_ns_, record.time_ns);
        slot.argument = record.argument;
        slot.thread = record.thread;
        slot.packet = record.packet;
        slot.port = record.port;
        slot.processor = record.processor;
        slot.flags = record.flags;
        slot.rule = record.rule;
        // The kind makes the record count: whoever reads after a crash stops at the first slot without one.
        std::atomic_ref<sim::Kind>(slot.kind).store(record.kind, std::memory_order_release);
        head_->written.store(++next_, std::memory_order_release);
    }
    /// By another thread: gives the finished records from number `next` on to `sink`, in order, and moves `next` on. What a ring that wraps has given up is passed over.
    template <class Sink>
    void look(uint64_t& next, Sink sink) const {
        const uint64_t written = head_->written.load(std::memory_order_acquire);
        if (wraps_ && written >= capacity_) next = std::max(next, written - capacity_ + 1);
        for (; next < written; ++next) {
            const sim::Record record = at(next % capacity_);
            if (!wraps_ || head_->written.load(std::memory_order_acquire) < next + capacity_) sink(record);
        }
    }
    /// The time of the oldest record, where others have been given up for the newest; else 0.
    int64_t whole_from_ns() const {
        const uint64_t written = head_->written.load(std::memory_order_acquire);
        return wraps_ && written >= capacity_ ? at((written + 1) % capacity_).time_ns : 0;
    }
    /// So many that never came here.
    void lose(uint64_t count) { head_->lost.store(head_->lost.load(std::memory_order_relaxed) + count, std::memory_order_relaxed); }
    uint64_t lost() const { return head_->lost.load(std::memory_order_relaxed); }
    /// By its writer, when it has stopped: what had no room after `end_ns`, which the newest record that is there has passed, is no loss.
    void forget_losses_after(int64_t end_ns) {
        if (last_ns_ <= end_ns) return;
        head_->lost.store(lost() - lost_at_end_, std::memory_order_relaxed);
        lost_at_end_ = 0;
    }

private:
    sim::RingHead* head_;
    sim::Record* records_;
    uint64_t capacity_;
    bool wraps_;
    uint64_t next_ = 0;           // number of the next record
    uint64_t slot_ = 0;           // where it goes
    int64_t last_ns_ = 0;         // times in a ring never go back
    uint64_t lost_at_end_ = 0;    // of those that are lost: for want of room

    void push_at_end(const sim::Record& record);
    sim::Record at(uint64_t slot) const;
};

class RingFile {
public:
    /// Ring 0 belongs to the recorder itself (sources), ring 1 + t to worker thread t, `more` to the backend.
    static sim::Result<RingFile> create(const std::string& path, const sim::TraceHeader& header, uint64_t records_per_ring, uint32_t more = 0, bool wraps = false);
    static uint64_t ring_count(const sim::TraceHeader& header, uint32_t more) { return header.threads.size() + 1 + more; }
    const std::vector<Ring>& rings() const { return rings_; }
    std::vector<Ring>& rings() { return rings_; }
    Ring& sources() { return rings_[0]; }
    Ring& of_thread(uint32_t thread) { return rings_[size_t{thread} + 1]; }
    /// The last one is more(0).
    Ring& more(uint32_t number) { return rings_[rings_.size() - 1 - number]; }

private:
    explicit RingFile(MappedFile file) : file_(std::move(file)) {}
    MappedFile file_;
    std::vector<Ring> rings_;
};

/// What one record costs on this machine, with reading the clock: ns, the best of several runs.
double measure_record_cost_ns();

}  // namespace recorder
