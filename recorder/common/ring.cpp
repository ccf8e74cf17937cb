#include "recorder/common/ring.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>

#include "recorder/common/clock.h"
#include "sim/trace/file_format.h"

namespace recorder {

using sim::Record;

namespace {

constexpr size_t kWords = sizeof(Record) / sizeof(uint64_t);

// A ring that wraps is looked at while its oldest records are replaced: whole words, so that none is read half.
void store_words(Record& slot, const Record& record) {
    uint64_t words[kWords];
    std::memcpy(words, &record, sizeof words);
    auto* to = reinterpret_cast<uint64_t*>(&slot);
    for (size_t w = 0; w < kWords; ++w) std::atomic_ref<uint64_t>(to[w]).store(words[w], std::memory_order_release);
}

}  // namespace

void Ring::push_at_end(const Record& record) {
    if (!wraps_) {
        ++lost_at_end_;
        lose(1);
        return;
    }
    if (slot_ == capacity_) slot_ = 0;
    Record copy = record;
    copy.time_ns = last_ns_ = std::max(last_ns_, record.time_ns);
    // `written` alone tells what is good: the slot after the newest record is in work.
    store_words(records_[slot_++], copy);
    head_->written.store(++next_, std::memory_order_release);
}

Record Ring::at(uint64_t slot) const {
    uint64_t words[kWords];
    auto* from = reinterpret_cast<uint64_t*>(records_ + slot);
    for (size_t w = 0; w < kWords; ++w) words[w] = std::atomic_ref<uint64_t>(from[w]).load(std::memory_order_acquire);
    Record record;
    std::memcpy(static_cast<void*>(&record), words, sizeof record);
    return record;
}

sim::Result<RingFile> RingFile::create(const std::string& path, const sim::TraceHeader& header, uint64_t records_per_ring, uint32_t more, bool wraps) {
    const std::string json = sim::header_to_json(header);
    const auto rings = static_cast<uint32_t>(ring_count(header, more));
    const uint64_t first = sim::ring_first(json.size()), stride = sim::ring_stride(records_per_ring);
    sim::Result<MappedFile> mapped = MappedFile::create(path, first + rings * stride);
    if (!mapped) return mapped.error();
    RingFile file(std::move(mapped.value()));
    uint8_t* data = file.file_.data();
    sim::RingFileHead head{};
    std::memcpy(head.magic, sim::kRingMagic, sizeof head.magic);
    head.version = sim::kTraceVersion;
    head.ring_count = rings;
    head.ring_records = records_per_ring;
    head.header_bytes = json.size();
    head.header_checksum = sim::trace_checksum(json.data(), json.size());
    std::memcpy(data + sizeof head, json.data(), json.size());
    for (uint32_t r = 0; r < rings; ++r) {
        uint8_t* at = data + first + r * stride;
        auto* ring_head = new (at) sim::RingHead{};
        ring_head->thread = r == 0 || r > header.threads.size() ? sim::kNoThread : r - 1;
        ring_head->wraps = wraps ? 1 : 0;
        file.rings_.emplace_back(ring_head, reinterpret_cast<Record*>(at + sim::kRingPage), records_per_ring, wraps);
    }
    std::memcpy(data, &head, sizeof head);       // last: who reads it finds all of the beginning, or none
    return file;
}

double measure_record_cost_ns() {
    constexpr uint64_t kCount = 20'000;
    sim::RingHead head{};
    std::vector<Record> records(kCount);
    double best = 1e9;
    for (int run = 0; run < 5; ++run) {
        Ring ring(&head, records.data(), kCount);
        const int64_t begin = monotonic_ns();
        for (uint64_t i = 0; i < kCount; ++i) {
            Record record;
            record.time_ns = monotonic_ns();
            record.kind = sim::Kind::mark;
            ring.push(record);
        }
        best = std::min(best, static_cast<double>(monotonic_ns() - begin) / kCount);
    }
    return best;
}

}  // namespace recorder
