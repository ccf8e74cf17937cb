#include "recorder/windows/program_recording.h"

#include <x86intrin.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <new>

#include "recorder/common/clock.h"
#include "recorder/common/work.h"
#include "recorder/windows/agent/agent.h"
#include "recorder/windows/disk_file.h"
#include "sim/trace/file_format.h"
#include "sim/trace/raw_known.h"
#include "sim/trace/ring_file.h"

namespace recorder {
namespace {

constexpr uint32_t kRings = 128;
constexpr uint64_t kNotesBytes = uint64_t{1} << 20;
constexpr uint64_t kTakeMax = 4096;                // records of a block

sim::TraceHeader header_for(const Target& target) {
    sim::TraceHeader header;
    const std::string host = host_text();
    header.version = sim::kTraceVersion;
    header.source = "measured";
    header.backend = "iocp";
    header.made_by = "unmodified program " + target.name() + ", completion port, " + host.substr(0, host.find(','));
    header.host = host;
    header.processors_asked = header.processors_used = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
    header.program.name = target.name().empty() ? "process " + std::to_string(target.id()) : target.name();
    header.program.process = target.id();
    return header;
}

// A power of two, so that all rings fit.
uint64_t records_of(uint32_t memory_mb) {
    uint64_t records = 256;
    while (records * 2 * sizeof(sim::RawRecord) * kRings <= uint64_t{memory_mb} << 20) records *= 2;
    return records;
}

void take_moment(sim::RawHead& head) {
    LARGE_INTEGER counter;
    QueryPerformanceCounter(&counter);
    head.now.counter.store(static_cast<uint64_t>(counter.QuadPart));
    head.now.ticks.store(head.has_tsc != 0 ? __rdtsc() : static_cast<uint64_t>(counter.QuadPart));
}

}  // namespace

sim::Result<std::unique_ptr<ProgramRecording>> ProgramRecording::begin(Target target, const ProgramOptions& options, const std::string& out, int64_t last_ns) {
    static unsigned next_number = static_cast<unsigned>(GetTickCount());   // another recorder may have been here before
    const unsigned number = ++next_number;
    std::unique_ptr<ProgramRecording> recording(new ProgramRecording(std::move(target), out, last_ns));
    if (const sim::Status made = recording->create_file(options, number); !made) return made.error();
    if (const sim::Status started = recording->start_agent(number); !started) {
        recording->close_file();
        DeleteFileA(recording->part().c_str());
        return started.error();
    }
    return recording;
}

sim::Status ProgramRecording::can_write(const std::string& out, const ProgramOptions& options) {
    const std::string part = out + ".part";
    const HANDLE file = CreateFileA(part.c_str(), GENERIC_WRITE, 0, nullptr, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    const bool was_there = GetLastError() == ERROR_ALREADY_EXISTS;         // of a recorder that was killed; it goes when the next recording begins
    if (file == INVALID_HANDLE_VALUE) return at_file(part, "can't create the recording");
    CloseHandle(file);
    if (!was_there) DeleteFileA(part.c_str());
    const size_t slash = out.find_last_of("\\/");
    ULARGE_INTEGER room{};
    const uint64_t needed = records_of(options.memory_mb) * sizeof(sim::RawRecord) * kRings + kNotesBytes + (kRings + 3) * sim::kRawPage;
    if (GetDiskFreeSpaceExA(slash == std::string::npos ? nullptr : out.substr(0, slash + 1).c_str(), &room, nullptr, nullptr) != FALSE && room.QuadPart < needed)
        return sim::Error{.file = out, .line = 0, .column = 0, .what = "the disk is full: the recording needs " + std::to_string((needed >> 20) + 1) + " MB, there are " + std::to_string(room.QuadPart >> 20), .hint = "the program was not started; --memory 8 needs less"};
    return sim::Done{};
}

ProgramRecording::~ProgramRecording() {
    if (runs_) end();
    close_file();
}

void ProgramRecording::close_file() {
    if (base_ != nullptr) UnmapViewOfFile(base_);
    if (section_ != nullptr) CloseHandle(section_);
    if (file_ != INVALID_HANDLE_VALUE) CloseHandle(file_);
    base_ = nullptr;
    section_ = nullptr;
    file_ = INVALID_HANDLE_VALUE;
}

sim::Status ProgramRecording::create_file(const ProgramOptions& options, unsigned number) {
    const std::string json = sim::header_to_json(header_for(target_));
    auto* head = new (std::align_val_t{64}) sim::RawHead{};
    const std::unique_ptr<sim::RawHead, void (*)(sim::RawHead*)> owned(head, [](sim::RawHead* one) { ::operator delete(one, std::align_val_t{64}); });
    std::memcpy(head->magic, sim::kRawMagic, sizeof head->magic);
    head->version = sim::kRawVersion;
    head->ring_count = kRings;
    head->ring_records = records_of(options.memory_mb);
    head->header_bytes = json.size();
    head->header_checksum = sim::trace_checksum(json.data(), json.size());
    head->notes_bytes = kNotesBytes;
    head->depth_every = options.depth_every;
    head->with_waits = options.waits ? 1 : 0;
    head->follow = options.follow ? 1 : 0;
    file_ = CreateFileA(part().c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file_ == INVALID_HANDLE_VALUE) return at_file(part(), "can't create the recording");
    LockFile(file_, 0, static_cast<DWORD>(sim::kHeldByte >> 32), 1, 0);   // where it can't, who watches goes by what is written
    // Written in full at once: a disk that fills up later would kill the program in the middle of a store.
    end_ = sim::raw_blocks_at(*head);
    if (!write_zeros(file_, end_)) {
        const sim::Error error = at_file(part(), "can't reserve " + std::to_string(end_ >> 20) + " MB for the recording");
        close_file();
        DeleteFileA(part().c_str());
        return error;
    }
    section_ = CreateFileMappingA(file_, nullptr, PAGE_READWRITE, static_cast<DWORD>(end_ >> 32), static_cast<DWORD>(end_), agent_section(target_.id(), number).c_str());
    if (section_ != nullptr) base_ = static_cast<uint8_t*>(MapViewOfFile(section_, FILE_MAP_ALL_ACCESS, 0, 0, end_));
    if (base_ == nullptr) return at_file(part(), "can't map the recording");
    head_ = reinterpret_cast<sim::RawHead*>(base_);
    std::memcpy(base_ + sim::kRawPage, json.data(), json.size());
    std::memcpy(base_, static_cast<const void*>(head), sizeof *head);   // last: who reads it finds all of the beginning, or none
    return sim::Done{};
}

sim::Status ProgramRecording::start_agent(unsigned number) {
    if (const sim::Status loaded = target_.load_agent(); !loaded) return loaded;
    const sim::Result<DWORD> started = target_.call_agent(kAgentStart, number);
    if (!started) return started.error();
    const auto refused = [this](const std::string& what) { return sim::Error{.file = target_.name(), .line = 0, .column = 0, .what = what, .hint = "it runs on"}; };
    if (target_.has_exited()) return refused("it ended before the recording began");
    switch (started.value()) {
        case kAgentStarted: break;
        case kAgentNoSection: return refused("it can't see the recording's memory: it runs in another session of Windows, or shut in");
        case kAgentNoSlot: return refused("all 64 of its thread-local slots are taken");
        case kAgentTaken: return refused("another recorder records it already");
        default: return refused(head_->refusal[0] != 0 ? head_->refusal : "the agent in it could not begin (" + std::to_string(started.value()) + ")");
    }
    head_->state.store(static_cast<uint32_t>(sim::RawState::recording));
    runs_ = true;
    if (const sim::Status patched = target_.patch(*head_, true); !patched) {
        runs_ = false;
        target_.call_agent(kAgentStop, 0);
        target_.call_agent(kAgentLeave, 0);
        return patched;
    }
    return sim::Done{};
}

sim::Status ProgramRecording::write_block(const sim::RawBlock& block, const sim::RawRecord* records) {
    LARGE_INTEGER at;
    at.QuadPart = static_cast<LONGLONG>(end_);
    const auto bytes = static_cast<DWORD>(block.count * sizeof(sim::RawRecord));
    const bool good = SetFilePointerEx(file_, at, nullptr, FILE_BEGIN) != FALSE && write_all(file_, &block, sizeof block) && write_all(file_, records, bytes);
    if (!good) {
        sim::Error error = at_file(part(), "can't write what was recorded");
        error.hint = "the recording ends, what there is stays in that file, and the program runs on";
        SetFilePointerEx(file_, at, nullptr, FILE_BEGIN);
        SetEndOfFile(file_);
        failed_ = true;
        return error;
    }
    end_ += sizeof block + bytes;
    return sim::Done{};
}

// Too old to be kept whole.
void ProgramRecording::shorten(Kept block) {
    std::erase_if(block.records, [](const sim::RawRecord& record) { return !sim::raw_makes_known(record.kind); });
    if (block.records.empty()) return;
    block.records.shrink_to_fit();
    known_count_ += block.records.size();
    known_.push_back(std::move(block));
    if (known_count_ >= forget_at_) forget_gone();
}

// Or a server that records for days would keep every connection that it ever had.
void ProgramRecording::forget_gone() {
    std::vector<const sim::RawRecord*> all;
    for (const Kept& block : known_)
        for (const sim::RawRecord& record : block.records) all.push_back(&record);
    const std::vector<bool> gone = sim::raw_gone(all);
    size_t at = 0;
    known_count_ = 0;
    for (Kept& block : known_) {
        std::erase_if(block.records, [&](const sim::RawRecord&) { return gone[at++]; });
        known_count_ += block.records.size();
    }
    std::erase_if(known_, [](const Kept& block) { return block.records.empty(); });
    forget_at_ = std::max<size_t>(4096, known_count_ * 2);
}

// --last: kept in memory as long as they are young enough.
sim::Status ProgramRecording::take(uint32_t ring, uint64_t first, uint64_t count, const sim::RawRecord* records) {
    sim::RawBlock block{sim::kRawBlockMagic, ring, first, count, sim::trace_checksum(records, count * sizeof(sim::RawRecord))};
    if (last_ns_ == 0) return write_block(block, records);
    constexpr int64_t kSlackNs = 1'000'000'000;
    const int64_t now = monotonic_ns();
    for (; !kept_.empty() && kept_.front().at_ns < now - last_ns_ - kSlackNs; kept_.pop_front()) shorten(std::move(kept_.front()));
    kept_.push_back({block, std::vector<sim::RawRecord>(records, records + count), now});
    return sim::Done{};
}

sim::Result<bool> ProgramRecording::drain(Until* until) {
    bool holds = false;
    take_moment(*head_);
    for (uint32_t r = 0; r < head_->ring_count && !failed_; ++r) {
        uint8_t* at = base_ + sim::raw_rings_at(*head_) + r * sim::raw_ring_stride(*head_);
        auto* ring = reinterpret_cast<sim::RawRing*>(at);
        const auto* records = reinterpret_cast<const sim::RawRecord*>(at + sim::kRawPage);
        uint64_t drained = ring->drained.load(std::memory_order_relaxed);
        const uint64_t written = ring->written.load(std::memory_order_acquire);
        while (drained < written) {
            const uint64_t from = drained & (head_->ring_records - 1);
            const uint64_t count = std::min({written - drained, head_->ring_records - from, kTakeMax});
            for (uint64_t i = 0; until != nullptr && i < count; ++i) holds = until->holds_after(records[from + i]) || holds;
            if (const sim::Status taken = take(r, drained, count, records + from); !taken) return taken.error();
            drained += count;
            ring->drained.store(drained, std::memory_order_release);
        }
    }
    return holds;
}

void ProgramRecording::child_is_done(uint32_t process) {
    head_->child_done.store(process);
    head_->child_wanted.store(0);
}

// First nobody writes any more, then every thread is stopped once (so that all have seen it), then the agent gives the memory back.
sim::Status ProgramRecording::end() {
    if (!runs_) return sim::Done{};
    runs_ = false;
    sim::Status status = sim::Done{};
    if (!target_.has_exited()) {
        head_->follow = 0;                             // nobody waits for a recorder that has gone
        const sim::Result<DWORD> stopped = target_.call_agent(kAgentStop, 0);
        status = target_.patch(*head_, false);
        if (stopped && status) target_.call_agent(kAgentLeave, 0);
    }
    if (const sim::Result<bool> rest = drain(nullptr); !rest) return rest.error();
    forget_gone();
    for (Kept& old : known_) {
        old.block.count = old.records.size();
        old.block.checksum = sim::trace_checksum(old.records.data(), old.records.size() * sizeof(sim::RawRecord));
    }
    kept_.insert(kept_.begin(), std::make_move_iterator(known_.begin()), std::make_move_iterator(known_.end()));
    for (; !kept_.empty() && !failed_; kept_.pop_front())
        if (const sim::Status written = write_block(kept_.front().block, kept_.front().records.data()); !written) return written;
    if (!failed_) head_->state.store(static_cast<uint32_t>(sim::RawState::stopped));
    return status;
}

// Mapped, not read: beside what is made of it a copy would be as much again.
sim::Result<sim::RawTrace> ProgramRecording::read_back() const {
    const HANDLE all = CreateFileMappingA(file_, nullptr, PAGE_READONLY, 0, 0, nullptr);
    const void* bytes = all != nullptr ? MapViewOfFile(all, FILE_MAP_READ, 0, 0, 0) : nullptr;
    const sim::Error error = at_file(part(), "can't read it back");
    if (all != nullptr) CloseHandle(all);
    if (bytes == nullptr) return error;
    sim::Result<sim::RawTrace> raw = sim::raw_read(part(), static_cast<const uint8_t*>(bytes), end_);
    UnmapViewOfFile(bytes);
    return raw;
}

sim::Result<sim::Trace> ProgramRecording::merge(const sim::RawMergeOptions& keep) {
    const sim::Result<sim::RawTrace> raw = read_back();
    if (!raw) return raw.error();
    sim::Result<sim::Trace> trace = sim::raw_merge(raw.value(), keep);
    if (!trace) return trace;
    if (const sim::Status written = sim::trace_write(out_, trace.value()); !written) {
        sim::Error error = written.error();
        error.hint = "what was recorded is in " + part();
        return error;
    }
    close_file();
    DeleteFileA(part().c_str());
    return trace;
}

}  // namespace recorder
