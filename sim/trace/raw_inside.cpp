#include "sim/trace/raw_inside.h"

#include <algorithm>

#include "sim/trace/observed.h"

namespace sim {
namespace {

constexpr uint32_t kPending = 0x103;

}  // namespace

void RawInside::apply(const RawRecord& record, Record block, Times times, Calls& calls) {
    const bool returns = record.kind == RawKind::io_returned, pending = returns && record.status == kPending;
    const auto is_same = [&](size_t call) { return calls_[call].begin_ticks == record.begin; };
    const bool seen = returns && std::any_of(calls.begin(), calls.end(), is_same);
    if (pending && !seen) return;
    block.flags = kWaitCall | kDeviceWait;
    block.processor = record.processor;
    if (seen) {
        while (!is_same(calls.back())) calls.pop_back();          // what says that they returned was lost
    } else {
        block.kind = Kind::block_begin;
        block.time_ns = times.begin_ns;
        calls.push_back(calls_.size());
        calls_.push_back({.begin_ticks = record.begin, .begin = records_.size(), .end = kRawInNone, .overlapped = false});
        records_.push_back(block);
    }
    if (!returns) return;
    const size_t number = calls.back();
    calls.pop_back();
    if (pending) return was_overlapped(number);
    if (calls_[number].overlapped) return;                        // its packet was faster than its return
    calls_[number].end = records_.size();
    block.kind = Kind::block_end;
    block.time_ns = times.at_ns;
    block.argument |= uint64_t{record.status} << 32;
    records_.push_back(block);
}

void RawInside::was_overlapped(size_t call) {
    if (call == kRawInNone) return;
    Call& one = calls_[call];
    one.overlapped = true;
    records_[one.begin].kind = Kind::none;
    if (one.end != kRawInNone) records_[one.end].kind = Kind::none;
}

}  // namespace sim
