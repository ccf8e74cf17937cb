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

sim::Record RingPart::at(uint64_t slot) const {
    uint64_t words[kWords];
    auto* from = reinterpret_cast<uint64_t*>(records + slot);
    for (size_t w = 0; w < kWords; ++w) words[w] = std::atomic_ref<uint64_t>(from[w]).load(std::memory_order_acquire);
    Record record;
    std::memcpy(static_cast<void*>(&record), words, sizeof record);
    return record;
}

const RingPart* SpareRings::take(const sim::RingHead& head) {
    if (next_.load(std::memory_order_relaxed) >= parts_.size()) return nullptr;   // or every loss would count on
    const size_t mine = next_.fetch_add(1, std::memory_order_relaxed);
    if (mine >= parts_.size()) return nullptr;
    sim::RingHead& to = *parts_[mine].head;
    to.thread = head.thread;
    to.goes_on = head.goes_on;
    return &parts_[mine];
}

void Ring::push_at_end(const Record& record) {
    if (!part_.wraps) {
        if (const RingPart* const next = spare_ != nullptr ? spare_->take(*part_.head) : nullptr; next != nullptr) {
            part_ = *next;
            next_ = slot_ = 0;
            push(record);
            return;
        }
        ++lost_at_end_;
        lose(1);
        return;
    }
    if (slot_ == part_.capacity) slot_ = 0;
    Record copy = record;
    copy.time_ns = last_ns_ = std::max(last_ns_, record.time_ns);
    // `written` alone tells what is good: the slot after the newest record is in work.
    store_words(part_.records[slot_++], copy);
    part_.head->written.store(++next_, std::memory_order_release);
}

namespace {

// How a file is cut: so many rings, each of so many records; no larger than with one for each writer.
struct Cut { uint64_t rings = 0, records = 0; };

Cut cut_of(uint64_t writers, uint64_t records_per_ring, bool wraps) {
    constexpr uint64_t kEach = 8, kFewest = 1024;
    const uint64_t whole = sim::ring_stride(records_per_ring), stride = whole / kEach / sim::kRingPage * sim::kRingPage;
    if (wraps || records_per_ring < kEach * kFewest) return {.rings = writers, .records = records_per_ring};
    return {.rings = writers * whole / stride, .records = (stride - sim::kRingPage) / sizeof(Record)};
}

}  // namespace

sim::Result<RingFile> RingFile::create(const std::string& path, const sim::TraceHeader& header, uint64_t records_per_ring, uint32_t more, bool wraps) {
    const std::string json = sim::header_to_json(header);
    const uint64_t writers = ring_count(header, more);
    const Cut cut = cut_of(writers, records_per_ring, wraps);
    const auto rings = static_cast<uint32_t>(cut.rings);
    const uint64_t first = sim::ring_first(json.size()), stride = sim::ring_stride(cut.records);
    sim::Result<MappedFile> mapped = MappedFile::create(path, first + rings * stride);
    if (!mapped) return mapped.error();
    RingFile file(std::move(mapped.value()));
    uint8_t* data = file.file_.data();
    sim::RingFileHead head{};
    std::memcpy(head.magic, sim::kRingMagic, sizeof head.magic);
    head.version = sim::kTraceVersion;
    head.ring_count = rings;
    head.ring_records = cut.records;
    head.header_bytes = json.size();
    head.header_checksum = sim::trace_checksum(json.data(), json.size());
    std::memcpy(data + sizeof head, json.data(), json.size());
    for (uint32_t r = 0; r < rings; ++r) {
        uint8_t* at = data + first + r * stride;
        auto* ring_head = new (at) sim::RingHead{};
        ring_head->thread = r == 0 || r > header.threads.size() ? sim::kNoThread : r - 1;
        ring_head->wraps = wraps ? 1 : 0;
        ring_head->goes_on = r + 1;                // a spare one: who takes it says
        const RingPart part{.head = ring_head, .records = reinterpret_cast<Record*>(at + sim::kRingPage), .capacity = cut.records, .wraps = wraps};
        file.parts_.push_back(part);
        if (r < writers) file.rings_.emplace_back(part, file.spare_.get());
        else file.spare_->add(part);
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
        Ring ring({.head = &head, .records = records.data(), .capacity = kCount});
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
