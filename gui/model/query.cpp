// Questions to a side: each costs what is visible, by search.
#include <algorithm>

#include "gui/model/side.h"
#include "gui/model/text.h"
#include "sim/trace/print.h"

namespace gui {
namespace {

constexpr size_t kSentencesMax = 4096;        // that are kept
constexpr int64_t kSentencesAround = 16;      // of one that is asked for, made in the same walk
constexpr uint64_t kWalkMax = 4096;           // records before and after it in which these are looked for

sim::TraceState from_snapshot(const Side& side, uint64_t record_count) {
    if (side.snapshots.empty()) return sim::trace_state_begin(side.trace.header);
    return side.snapshots[std::min<uint64_t>(record_count / side.snapshot_stride, side.snapshots.size() - 1)];
}

void go_on(const Side& side, sim::TraceState& state, uint64_t from, uint64_t to) {
    while (from < to) {
        const std::span<const sim::Record> run = side.trace.records.run(from);
        const auto some = static_cast<size_t>(std::min<uint64_t>(run.size(), to - from));
        for (const sim::Record& record : run.first(some)) sim::trace_state_apply(state, side.trace.header, record);
        from += some;
    }
}

// From the last such question, where that is nearer than a snapshot.
const sim::TraceState& go_to(const Side& side, Side::Asked::Kept& kept, uint64_t record_count) {
    record_count = std::min(record_count, side.indexed);
    const uint64_t snapshot = side.snapshots.empty() ? 0 : std::min<uint64_t>(record_count / side.snapshot_stride, side.snapshots.size() - 1) * side.snapshot_stride;
    const bool nearer = kept.records <= record_count && kept.records >= snapshot;
    if (!nearer) kept.state = from_snapshot(side, record_count), kept.records = snapshot;
    go_on(side, kept.state, kept.records, record_count);
    kept.records = record_count;
    return kept.state;
}

}  // namespace

uint64_t records_until(const Side& side, int64_t time_ns) { return side.trace.records.count_until(time_ns); }

sim::TraceState state_after(const Side& side, uint64_t record_count) { return go_to(side, side.asked.at_cursor, record_count); }
sim::TraceState state_beside(const Side& side, uint64_t record_count) { return go_to(side, side.asked.beside, record_count); }

std::string sentence_of(const Side& side, uint64_t record) {
    if (record >= side.indexed) return {};
    std::map<uint64_t, std::string>& known = side.asked.sentences;
    if (const auto at = known.find(record); at != known.end()) return at->second;
    const auto event = static_cast<int64_t>(side.events.before(record));
    if (event >= static_cast<int64_t>(side.events.size()) || side.events[static_cast<size_t>(event)] != record) return {};
    if (known.size() > kSentencesMax) known.clear();
    // A window asks for those around it as well: all of them are made in one walk.
    const auto near = [&](int64_t wanted) { return side.events[static_cast<size_t>(std::clamp<int64_t>(wanted, 0, static_cast<int64_t>(side.events.size()) - 1))]; };
    uint64_t at = std::max(near(event - kSentencesAround), record - std::min(record, kWalkMax));
    const uint64_t last = std::min(near(event + kSentencesAround), record + kWalkMax);
    sim::TraceState state = from_snapshot(side, at);
    go_on(side, state, side.snapshots.empty() ? 0 : std::min<uint64_t>(at / side.snapshot_stride, side.snapshots.size() - 1) * side.snapshot_stride, at);
    for (; at <= last; ++at) {
        if (std::string sentence = sim::narrate(side.trace.header, state, side.trace.records[at]); !sentence.empty()) known[at] = window_text(std::move(sentence));
        sim::trace_state_apply(state, side.trace.header, side.trace.records[at]);
    }
    return known[record];
}

int64_t event_before(const Side& side, uint64_t record_count) { return static_cast<int64_t>(side.events.before(record_count)) - 1; }

namespace {

// "limit 1", "limit 1, then 2"
std::string limits_text(const PortLanes& port) {
    std::string text = "limit " + std::to_string(port.limit);
    for (const Step& step : port.limits) text += ", then " + std::to_string(step.value);
    return text;
}

}  // namespace

std::vector<RunMark> run_marks(const Side& side) {
    const sim::TraceHeader& header = side.trace.header;
    std::vector<RunMark> marks;
    for (const sim::TraceBranch& branch : header.branches) marks.push_back({.at_ns = branch.at_ns, .text = branch.changes.empty() ? "branch" : "branch: " + window_text(sim::branch_text(branch))});
    if (header.instead.record >= 0 && static_cast<uint64_t>(header.instead.record) < side.trace.records.size())
        marks.push_back({.at_ns = side.trace.records[static_cast<uint64_t>(header.instead.record)].time_ns, .text = "instead: " + window_text(sim::instead_text(header.instead))});
    return marks;
}

std::vector<std::string> side_gaps(const Side& side) {
    std::vector<std::string> out;
    if (!side.trace.damage.empty()) out = {"damaged: " + side.trace.damage.front(), "the file is damaged", "damaged"};
    if (const uint64_t lost = sim::lost_records(side.trace.losses); lost > 0 && out.empty()) {
        const std::string count = number_figure(static_cast<double>(lost));
        out = {count + (lost == 1 ? " record was lost: there is a gap" : " records were lost: there are gaps"), count + " lost", "gaps"};
    }
    return out;
}

std::vector<std::string> side_titles(const Side& side, size_t port) {
    const sim::TraceHeader& header = side.trace.header;
    port = std::min(port, std::max<size_t>(side.ports.size(), 1) - 1);
    const bool several = side.ports.size() > 1;
    const std::string& policy = side.ports.empty() ? header.policy : side.ports[port].policy;
    const std::string maker = header.source == "simulated" ? "policy " + policy : header.made_by.empty() ? "recorded" : header.made_by;
    const std::string processors = std::to_string(header.processors_used) + (header.processors_used == 1 ? " processor" : " processors");
    const std::string limit = side.ports.empty() ? std::string() : limits_text(side.ports[port]), end = limit.empty() ? limit : ", " + limit;
    const std::string name = several ? "port " + side.ports[port].name : std::string();   // the strips and the picture show one
    const std::string of = several ? " (" + std::to_string(port + 1) + " of " + std::to_string(side.ports.size()) + "): " : "";
    std::vector<std::string> titles;
    if (header.processors_used != header.processors_asked) titles.push_back(name + of + maker + ", " + processors + " of " + std::to_string(header.processors_asked) + " asked for" + end);
    titles.push_back(name + of + maker + ", " + processors + end);
    titles.push_back(name + of + maker + end);
    if (several) titles.insert(titles.end(), {name + end, name});
    else titles.push_back(limit);
    return titles;
}

}  // namespace gui
