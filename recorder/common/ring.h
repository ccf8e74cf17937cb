// The rings of a recording (sim/trace/ring_file.h): one writer each, no lock, never blocking, losses counted.
#pragma once
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
    Ring(sim::RingHead* head, sim::Record* records, uint64_t capacity) : head_(head), records_(records), capacity_(capacity) {}

    /// A full ring counts a loss and keeps what it has.
    void push(const sim::Record& record);
    /// So many that never came here.
    void lose(uint64_t count) { head_->lost.store(head_->lost.load(std::memory_order_relaxed) + count, std::memory_order_relaxed); }
    uint64_t lost() const { return head_->lost.load(std::memory_order_relaxed); }

private:
    sim::RingHead* head_;
    sim::Record* records_;
    uint64_t capacity_;
    uint64_t next_ = 0;
    int64_t last_ns_ = 0;         // times in a ring never go back
};

class RingFile {
public:
    /// Ring 0 belongs to the recorder itself (sources), ring 1 + t to worker thread t, `more` to the backend.
    static sim::Result<RingFile> create(const std::string& path, const sim::TraceHeader& header, uint64_t records_per_ring, uint32_t more = 0);
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
