#include "recorder/common/measure_blocking.h"

#include <utility>

#include "sim/trace/arguments.h"
#include "sim/trace/histogram.h"

namespace recorder {

using sim::Kind;
using sim::Record;

void measure_blocking(sim::Trace& trace) {
    sim::TraceBlocking& blocking = trace.header.blocking;
    if (!blocking.seen()) return;
    // Of each thread its last block. Its end may be a moment older than the release that was decided without it; an end that is long
    // past means that the block which let somebody go is one of the records that were lost.
    constexpr int64_t kMomentNs = 100'000;
    struct Block { int64_t begun_ns = -1, ended_ns = INT64_MAX; };
    std::vector<Block> last(trace.header.threads.size());
    sim::Histogram delays;
    for (const Record& record : trace.records) {
        const bool known = record.thread < last.size();
        if (known && sim::is_unseen_block(record)) blocking.too_short += record.kind == Kind::block_begin;
        else if (known && record.kind == Kind::block_begin) last[record.thread] = {.begun_ns = record.time_ns};
        else if (known && record.kind == Kind::block_end) last[record.thread].ended_ns = record.time_ns;
        // Under K17 only a block lets a waiter go; a get that does so names another rule.
        const uint64_t cause = record.argument;
        if (record.kind != Kind::released || record.rule != sim::Rule::K17 || cause == 0 || cause > last.size()) continue;
        const Block block = std::exchange(last[cause - 1], {});
        if (block.begun_ns >= 0 && (block.ended_ns == INT64_MAX || record.time_ns - block.ended_ns < kMomentNs)) delays.add(record.time_ns - block.begun_ns);
    }
    blocking.releases = delays.count();
    blocking.delay_p50_ns = delays.percentile(50);
    blocking.delay_p99_ns = delays.percentile(99);
}

}  // namespace recorder
