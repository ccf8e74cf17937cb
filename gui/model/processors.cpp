#include "gui/model/processors.h"

#include <algorithm>

namespace gui {
namespace {

using sim::Kind;
using sim::Record;

constexpr uint32_t kThreadsMax = 1 << 20;            // a damaged trace may name any

/// Turns on_processor and off_processor into runs.
class Reader {
public:
    Reader(ProcessorRuns& out, int64_t from_ns, int64_t to_ns) : out_(out), from_ns_(from_ns), to_ns_(to_ns) {}

    void begin(const sim::TraceState& state) {
        for (uint32_t t = 0; t < state.threads.size(); ++t) {
            const sim::ThreadTraceState& thread = state.threads[t];
            if (t >= last_.size()) last_.resize(size_t{t} + 1, sim::kNoProcessor);
            last_[t] = thread.processor != sim::kNoProcessor ? thread.processor : thread.last_processor;
            if (thread.processor != sim::kNoProcessor) put(thread.processor, {.begin_ns = from_ns_, .end_ns = 0, .thread = t, .packet = thread.packets.empty() ? sim::kNoPacket : thread.packets.front(), .processor = thread.processor});
        }
    }
    void apply(const Record& record) {
        if (record.processor == sim::kNoProcessor || record.thread >= kThreadsMax) return;
        if (record.kind == Kind::off_processor) return close(record.processor, record.time_ns);
        if (record.kind != Kind::on_processor) return;
        close(record.processor, record.time_ns);
        if (record.thread >= last_.size()) last_.resize(size_t{record.thread} + 1, sim::kNoProcessor);
        const uint16_t before = std::exchange(last_[record.thread], record.processor);
        if (before != sim::kNoProcessor && before != record.processor) close_of(before, record.thread, record.time_ns);
        put(record.processor, {.begin_ns = record.time_ns, .end_ns = 0, .thread = record.thread, .packet = record.packet, .processor = record.processor, .migrated = before != sim::kNoProcessor && before != record.processor});
    }
    void finish() {
        for (size_t processor = 0; processor < open_.size(); ++processor) close(processor, to_ns_);
        std::sort(out_.runs.begin(), out_.runs.end(), [](const ProcessorRun& a, const ProcessorRun& b) { return a.processor != b.processor ? a.processor < b.processor : a.begin_ns < b.begin_ns; });
    }

private:
    ProcessorRuns& out_;
    int64_t from_ns_, to_ns_;
    std::vector<ProcessorRun> open_;
    std::vector<uint16_t> last_;

    void put(size_t processor, const ProcessorRun& run) {
        if (processor >= open_.size()) open_.resize(processor + 1);
        open_[processor] = run;
    }
    void close_of(size_t processor, uint32_t thread, int64_t at_ns) {
        if (processor < open_.size() && open_[processor].thread == thread) close(processor, at_ns);
    }
    void close(size_t processor, int64_t at_ns) {
        if (processor >= open_.size() || open_[processor].thread == sim::kNoThread) return;
        ProcessorRun run = std::exchange(open_[processor], {});
        run.end_ns = std::min(at_ns, to_ns_);
        if (run.end_ns > run.begin_ns) out_.runs.push_back(run);
    }
};

ProcessorRuns look(const Side& side, int64_t from_ns, int64_t to_ns) {
    ProcessorRuns out;
    const uint64_t first = from_ns <= 0 ? 0 : std::min(records_until(side, from_ns), side.indexed), last = std::min(records_until(side, to_ns), side.indexed);
    if (last < first || last - first > kRunRecords || to_ns <= from_ns) return out;
    const int64_t end_ns = side.whole() ? std::min(to_ns, side.end_ns) : to_ns;
    Reader reader(out, std::max<int64_t>(from_ns, 0), end_ns);
    reader.begin(state_beside(side, first));
    for (uint64_t at = first; at < last; ++at) reader.apply(side.trace.records[at]);
    reader.finish();
    out.known = true;
    return out;
}

}  // namespace

const ProcessorRuns& processor_runs(const Side& side, int64_t from_ns, int64_t to_ns) {
    return side.asked.runs.ask({.from_ns = from_ns, .to_ns = to_ns, .port = 0, .records = side.indexed}, [&] { return look(side, from_ns, to_ns); });
}

void processor_columns(const Side& side, size_t processor, const ProcessorRuns& runs, const ColumnGrid& grid, std::vector<Column>& out) {
    out.assign(grid.count, {});
    const auto busy = static_cast<size_t>(BoxKind::running);
    if (runs.known) {
        const auto first = std::lower_bound(runs.runs.begin(), runs.runs.end(), processor, [](const ProcessorRun& run, size_t p) { return run.processor < p; });
        for (auto run = first; run != runs.runs.end() && run->processor == processor; ++run) {
            each_column(grid, run->begin_ns, run->end_ns, [&](size_t column, int64_t ns) { out[column].ns[busy] += ns; });
            if (run->migrated) each_column(grid, run->begin_ns, run->begin_ns + 1, [&](size_t column, int64_t) { ++out[column].worst_wait_ns; });
        }
        return;
    }
    if (processor >= side.processors.size()) return;
    const Levels<ProcessorNode>& levels = side.processors[processor];
    if (levels.empty()) return;
    const int unit = std::max(levels.lowest() - Levels<ProcessorNode>::kShiftMax, 0);
    each_piece(levels, grid, [&](size_t column, const ProcessorNode& node, int divide) {
        out[column].ns[busy] += (int64_t{node.busy_ns} << unit) >> divide;
        out[column].worst_wait_ns += node.migrations;   // of a piece that is wider than a column: wherever in it they were
    });
}

ProcessorBuilder::ProcessorBuilder(Side& side, Grid grid, Grid unnamed) : side_(side), unnamed_(unnamed) {
    for (Levels<ProcessorNode>& levels : side.processors) levels.begin(grid);
}

void ProcessorBuilder::take(const Record& record) {
    if ((record.kind != Kind::on_processor && record.kind != Kind::off_processor) || record.processor == sim::kNoProcessor || record.thread >= kThreadsMax) return;
    close(record.processor, record.time_ns);
    if (record.kind == Kind::off_processor) return;
    if (record.thread >= last_.size()) last_.resize(size_t{record.thread} + 1, sim::kNoProcessor);
    const uint16_t before = std::exchange(last_[record.thread], record.processor);
    const bool migrated = before != sim::kNoProcessor && before != record.processor;
    if (migrated && before < open_.size() && open_[before].thread == record.thread) close(before, record.time_ns);
    while (record.processor >= side_.processors.size()) side_.processors.emplace_back().begin(unnamed_);
    if (record.processor >= open_.size()) open_.resize(size_t{record.processor} + 1);
    open_[record.processor] = {.thread = record.thread, .since_ns = record.time_ns, .migrated = migrated};
}

void ProcessorBuilder::close(size_t processor, int64_t at_ns) {
    if (processor >= open_.size() || open_[processor].thread == sim::kNoThread) return;
    const Open run = std::exchange(open_[processor], {});
    Levels<ProcessorNode>& levels = side_.processors[processor];
    const int unit = std::max(levels.lowest() - Levels<ProcessorNode>::kShiftMax, 0);
    bool arrival = run.migrated;
    levels.add(run.since_ns, at_ns, [&arrival, unit](ProcessorNode& node, int64_t ns) {
        node.busy_ns += static_cast<uint32_t>(ns >> unit);
        node.migrations += arrival ? 1 : 0;
        arrival = false;
    });
}

void ProcessorBuilder::finish(int64_t end_ns) {
    for (size_t processor = 0; processor < open_.size(); ++processor) close(processor, end_ns);
    for (Levels<ProcessorNode>& levels : side_.processors) levels.finish();
}

}  // namespace gui
