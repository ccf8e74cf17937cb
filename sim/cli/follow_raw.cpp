#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstring>

#include "sim/cli/follow.h"

namespace sim {
namespace {

constexpr uint32_t kRingsMax = 65'536;
constexpr uint64_t kBlockRecords = 8192;        // records; no block is longer

}  // namespace

std::optional<FollowRaw> FollowRaw::begin(const FollowBytes& bytes) {
    char magic[sizeof kRawMagic];
    bytes.read(0, magic, sizeof magic);
    if (std::memcmp(magic, kRawMagic, sizeof magic) != 0 || bytes.load<uint32_t>(offsetof(RawHead, version)) != kRawVersion) return std::nullopt;
    // Before that the agent measures itself in a ring, and what it wrote there is no part of the recording.
    if (bytes.load<uint32_t>(offsetof(RawHead, state)) < static_cast<uint32_t>(RawState::recording)) return std::nullopt;
    const auto count = bytes.load<uint32_t>(offsetof(RawHead, ring_count));
    FollowRaw raw;
    raw.capacity_ = bytes.load<uint64_t>(offsetof(RawHead, ring_records));
    raw.rings_ = kRawPage + raw_page_up(bytes.load<uint64_t>(offsetof(RawHead, header_bytes))) + raw_page_up(bytes.load<uint64_t>(offsetof(RawHead, notes_bytes)));
    raw.stride_ = kRawPage + raw_page_up(raw.capacity_ * sizeof(RawRecord));
    raw.block_ = raw.rings_ + count * raw.stride_;
    if (raw.capacity_ == 0 || count > kRingsMax || raw.block_ > bytes.size()) return std::nullopt;
    raw.next_.resize(count);
    return raw;
}

// What is drained stands in blocks, the rest in the rings. In between, and with --last, it is nowhere: looked at next time, or never.
void FollowRaw::look(const FollowBytes& bytes) {
    std::vector<RawRecord> found;
    look_at_blocks(bytes, found);
    look_at_rings(bytes, found);
    std::stable_sort(found.begin(), found.end(), [](const RawRecord& a, const RawRecord& b) { return std::max(a.begin, a.end) < std::max(b.begin, b.end); });
    for (const RawRecord& record : found) take(record);
    const auto begin = bytes.load<uint64_t>(offsetof(RawHead, start) + offsetof(RawClockPair, counter)), now = bytes.load<uint64_t>(offsetof(RawHead, now) + offsetof(RawClockPair, counter));
    const auto frequency = bytes.load<uint64_t>(offsetof(RawHead, counter_frequency));
    if (now > begin && begin > 0 && frequency > 0) figures_.elapsed_ns = static_cast<int64_t>(std::min(static_cast<double>(now - begin) * 1e9 / static_cast<double>(frequency), static_cast<double>(kDurationMax.ns)));
    figures_.threads = static_cast<uint32_t>(threads_.size());
}

void FollowRaw::look_at_blocks(const FollowBytes& bytes, std::vector<RawRecord>& found) {
    const uint64_t size = bytes.size();
    while (block_ + sizeof(RawBlock) <= size) {
        const auto block = bytes.load<RawBlock>(block_);
        if (block.magic != kRawBlockMagic || block.ring >= next_.size() || block.count > kBlockRecords || block.count * sizeof(RawRecord) > size - block_ - sizeof block) return;   // not whole yet
        std::vector<RawRecord> records(block.count);
        bytes.read(block_ + sizeof block, static_cast<void*>(records.data()), block.count * sizeof(RawRecord));
        block_ += sizeof block + block.count * sizeof(RawRecord);
        uint64_t& next = next_[block.ring];
        if (block.first > next) figures_.unseen += block.first - next;
        for (uint64_t i = 0; i < block.count; ++i)
            if (block.first + i >= next) found.push_back(records[i]);
        next = std::max(next, block.first + block.count);
    }
}

void FollowRaw::look_at_rings(const FollowBytes& bytes, std::vector<RawRecord>& found) {
    figures_.records = 0;
    figures_.lost = bytes.load<uint64_t>(offsetof(RawHead, without_ring));
    const bool has_blocks = block_ > rings_ + next_.size() * stride_ || bytes.size() > block_;
    for (size_t r = 0; r < next_.size(); ++r) {
        const uint64_t at = rings_ + r * stride_;
        const auto drained = bytes.load<uint64_t>(at + offsetof(RawRing, drained)), written = bytes.load<uint64_t>(at + offsetof(RawRing, written));
        figures_.records += written;
        figures_.lost += bytes.load<uint64_t>(at + offsetof(RawRing, lost));
        if (written < drained || written - drained > capacity_) continue;
        // What the ring no longer has is in a block, seen the next time; with --last there are none.
        if (written - std::min(next_[r], written) > capacity_) {
            if (has_blocks) continue;
            figures_.unseen += written - capacity_ - next_[r];
            next_[r] = written - capacity_;
        }
        std::vector<RawRecord> records(written - std::min(next_[r], written));
        const uint64_t first = next_[r], from = first & (capacity_ - 1), before_end = std::min<uint64_t>(records.size(), capacity_ - from);
        bytes.read(at + kRawPage + from * sizeof(RawRecord), static_cast<void*>(records.data()), before_end * sizeof(RawRecord));
        bytes.read(at + kRawPage, static_cast<void*>(records.data() + before_end), (records.size() - before_end) * sizeof(RawRecord));
        // Its writer may have passed the oldest meanwhile.
        const auto now = bytes.load<uint64_t>(at + offsetof(RawRing, written));
        const uint64_t oldest = now >= capacity_ ? now - capacity_ + 1 : 0;
        if (first < oldest && has_blocks) continue;
        for (uint64_t n = first; n < written; ++n) {
            if (n < oldest) ++figures_.unseen;
            else found.push_back(records[n - first]);
        }
        next_[r] = std::max(next_[r], written);
    }
}

size_t FollowRaw::port_of(uint32_t handle) {
    const auto [at, is_new] = ports_.try_emplace(handle, figures_.ports.size());
    if (is_new) {
        char name[32];
        std::snprintf(name, sizeof name, "port 0x%x", handle);
        figures_.ports.push_back({.name = name});
    }
    return at->second;
}

void FollowRaw::take(const RawRecord& record) {
    threads_[record.thread] = true;
    if (record.kind == RawKind::port_created) {
        ports_.erase(record.handle);                       // the handle's number may have been another port's
        port_of(record.handle);
    } else if (record.kind == RawKind::port_copied) {
        ports_[record.handle] = port_of(record.other);
    } else if (record.kind == RawKind::factory_created) {
        factories_[record.handle] = port_of(record.other);
    } else if (record.kind == RawKind::posted && record.other < 0xC000'0000u) {
        FollowPort& port = figures_.ports[port_of(record.handle)];
        ++port.posted;
        ++port.depth;
    } else if (record.kind == RawKind::get_returned && record.count > 0) {
        const auto factory = factories_.find(record.handle);
        FollowPort& port = figures_.ports[(record.flags & kRawFactory) != 0 && factory != factories_.end() ? factory->second : port_of(record.handle)];
        port.dequeued += record.count;
        port.depth = record.other != kRawNoDepth ? record.other : std::max<int64_t>(port.depth - int64_t{record.count}, 0);   // what the kernel queues is not seen
    }
}

}  // namespace sim
