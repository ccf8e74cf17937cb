#include "recorder/common/measure_blocking.h"

#include "sim/trace/arguments.h"
#include "sim/trace/histogram.h"

namespace recorder {

using sim::Kind;
using sim::Record;

void measure_blocking(sim::Trace& trace) {
    sim::TraceBlocking& blocking = trace.header.blocking;
    if (!blocking.seen()) return;
    std::vector<int64_t> blocked_ns(trace.header.threads.size(), -1);     // by thread: since when
    sim::Histogram delays;
    for (const Record& record : trace.records) {
        if (record.kind == Kind::block_begin && record.thread < blocked_ns.size()) {
            if (sim::is_unseen_block(record)) ++blocking.too_short;
            else blocked_ns[record.thread] = record.time_ns;
        }
        // A block is the only call of another kind than a get that frees a slot.
        const uint64_t cause = record.argument;
        if (record.kind != Kind::released || record.rule != sim::Rule::K17 || cause == 0 || cause > blocked_ns.size()) continue;
        if (const int64_t since_ns = blocked_ns[cause - 1]; since_ns >= 0) delays.add(record.time_ns - since_ns);
    }
    blocking.releases = delays.count();
    blocking.delay_p50_ns = delays.percentile(50);
    blocking.delay_p99_ns = delays.percentile(99);
}

}  // namespace recorder
