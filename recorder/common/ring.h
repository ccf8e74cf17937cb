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

/// A ring as it stands in the file. Whoever does not write it may look.
struct RingPart {
    sim::RingHead* head = nullptr;
    sim::Record* records = nullptr;
    uint64_t capacity = 0;
    bool wraps = false;           ///< it keeps the newest

    /// Gives the finished records from number `next` on to `sink`, in order, and moves `next` on. What a ring that wraps has given up is passed over.
    template <class Sink>
    void look(uint64_t& next, Sink sink) const {
        const uint64_t written = head->written.load(std::memory_order_acquire);
        if (wraps && written >= capacity) next = std::max(next, written - capacity + 1);
        for (; next < written; ++next) {
            const sim::Record record = at(next % capacity);
            if (!wraps || head->written.load(std::memory_order_acquire) < next + capacity) sink(record);
        }
    }
    /// The time of the oldest record, where others have been given up for the newest; else 0.
    int64_t whole_from_ns() const {
        const uint64_t written = head->written.load(std::memory_order_acquire);
        return wraps && written >= capacity ? at((written + 1) % capacity).time_ns : 0;
    }

private:
    sim::Record at(uint64_t slot) const;
};

/// Rings of a file that are nobody's yet: a writer whose own is full goes on in the next one.
class SpareRings {
public:
    void add(const RingPart& part) { parts_.push_back(part); }
    /// For the writer of `head`; null: there is none left.
    const RingPart* take(const sim::RingHead& head);

private:
    std::vector<RingPart> parts_;
    std::atomic<size_t> next_{0};
};

/// Written by one OS thread at a time.
class Ring {
public:
    /// spare: may be null.
    explicit Ring(const RingPart& part, SpareRings* spare = nullptr) : part_(part), spare_(spare) {}

    /// A full ring goes on in a spare one, counts a loss where there is none, or wraps.
    void push(const sim::Record& record) {
        // Inline: the fields go from registers to the slot. Out of line they would be stored in parts and loaded whole right after,
        // for which a processor waits.
        if (slot_ == part_.capacity || part_.wraps) {
            push_at_end(record);
            return;
        }
        sim::Record& slot = part_.records[slot_++];
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
        part_.head->written.store(++next_, std::memory_order_release);
    }
    /// So many that never came here.
    void lose(uint64_t count) { part_.head->lost.store(lost() + count, std::memory_order_relaxed); }
    uint64_t lost() const { return part_.head->lost.load(std::memory_order_relaxed); }
    /// By its writer, when it has stopped: what had no room after `end_ns`, which the newest record that is there has passed, is no loss.
    void forget_losses_after(int64_t end_ns) {
        if (last_ns_ <= end_ns) return;
        part_.head->lost.store(lost() - lost_at_end_, std::memory_order_relaxed);
        lost_at_end_ = 0;
    }

private:
    RingPart part_;               // where it writes now
    SpareRings* spare_;
    uint64_t next_ = 0;           // number of the next record there
    uint64_t slot_ = 0;           // where it goes
    int64_t last_ns_ = 0;         // times in a ring never go back
    uint64_t lost_at_end_ = 0;    // of those that are lost: for want of room

    void push_at_end(const sim::Record& record);
};

class RingFile {
public:
    /// Ring 0 belongs to the recorder itself (sources), ring 1 + t to worker thread t, `more` to the backend. records_per_ring: on average. Unless they wrap, large ones are cut into parts, most of
    /// them spare: who writes much gets what others leave.
    static sim::Result<RingFile> create(const std::string& path, const sim::TraceHeader& header, uint64_t records_per_ring, uint32_t more = 0, bool wraps = false);
    static uint64_t ring_count(const sim::TraceHeader& header, uint32_t more) { return header.threads.size() + 1 + more; }
    std::vector<Ring>& rings() { return rings_; }
    const std::vector<RingPart>& parts() const { return parts_; }
    Ring& sources() { return rings_[0]; }
    Ring& of_thread(uint32_t thread) { return rings_[size_t{thread} + 1]; }
    /// The last one is more(0).
    Ring& more(uint32_t number) { return rings_[rings_.size() - 1 - number]; }

private:
    explicit RingFile(MappedFile file) : file_(std::move(file)), spare_(std::make_unique<SpareRings>()) {}
    MappedFile file_;
    std::vector<RingPart> parts_;
    std::vector<Ring> rings_;
    std::unique_ptr<SpareRings> spare_;
};

/// What one record costs on this machine, with reading the clock: ns, the best of several runs.
double measure_record_cost_ns();

}  // namespace recorder
