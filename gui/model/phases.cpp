#include "gui/model/phases.h"

#include <algorithm>

#include "gui/model/columns.h"
#include "gui/model/over.h"

namespace gui {
namespace {

using sim::Record;

size_t step_after(const Steps& steps, int64_t at_ns) {
    return static_cast<size_t>(std::upper_bound(steps.steps.begin(), steps.steps.end(), at_ns, [](int64_t t, const Step& step) { return t < step.at_ns; }) - steps.steps.begin());
}

// The first time after `after_ns` at which holds(a, b, time) of two values begins, until it ends. `most`: of the first value.
template <class Holds>
std::optional<Phase> span_after(const Side& side, const Steps& a, const Steps& b, int64_t after_ns, const Holds& holds) {
    size_t i = step_after(a, after_ns), k = step_after(b, after_ns);
    const auto value = [](const Steps& steps, size_t next) { return next == 0 ? 0 : steps.steps[next - 1].value; };
    bool inside = holds(value(a, i), value(b, k), after_ns);
    std::optional<Phase> phase;
    while (i < a.steps.size() || k < b.steps.size()) {
        const int64_t at = std::min(i < a.steps.size() ? a.steps[i].at_ns : INT64_MAX, k < b.steps.size() ? b.steps[k].at_ns : INT64_MAX);
        if (i < a.steps.size() && a.steps[i].at_ns == at) ++i;
        if (k < b.steps.size() && b.steps[k].at_ns == at) ++k;
        const bool now = holds(value(a, i), value(b, k), at);
        if (phase && !now) return phase->to_ns = at, phase;
        if (now && !inside) phase = Phase{.from_ns = at, .to_ns = side.end_ns, .most = 0};
        if (phase) phase->most = std::max(phase->most, value(a, i));
        inside = now;
    }
    return phase;
}

// Posts of the port in [from, side.indexed) until `use` says that it is enough.
template <class Use>
void each_post(const Side& side, size_t port, uint64_t from, const Use& use) {
    for (uint64_t at = from; at < side.indexed; ++at) {
        const Record& record = side.trace.records[at];
        if (record.kind == sim::Kind::posted && record.port == port && (record.flags & sim::kStop) == 0 && !use(record.time_ns)) return;
    }
}

std::optional<Phase> burst_after(const Side& side, size_t port, int64_t after_ns) {
    int64_t posts = 0;
    const size_t ports = std::max<size_t>(side.ports.size(), 1);
    posts = static_cast<int64_t>(side.packets.size() / ports);
    if (posts < kPhaseDeep) return std::nullopt;
    const int64_t gap = side.end_ns / posts / 10;
    // From far enough before that a burst that is on already is not taken for a new one.
    Phase run{.from_ns = INT64_MIN, .to_ns = INT64_MIN, .most = 0};
    std::optional<Phase> found;
    each_post(side, port, records_until(side, after_ns - gap - 1), [&](int64_t at_ns) {
        if (run.most > 0 && at_ns - run.to_ns <= gap) run.to_ns = at_ns, ++run.most;
        else if (found) return false;
        else run = {.from_ns = at_ns, .to_ns = at_ns, .most = 1};
        if (run.most >= kPhaseDeep && run.from_ns > after_ns) found = run;
        return true;
    });
    return found;
}

std::optional<Phase> block_after(const Side& side, size_t port, int64_t after_ns) {
    for (uint64_t at = records_until(side, after_ns); at < side.indexed; ++at) {
        const Record& record = side.trace.records[at];
        if (record.kind != sim::Kind::block_begin || (record.port != port && record.port != sim::kNoPort)) continue;
        uint64_t end = at + 1;
        while (end < side.indexed && (side.trace.records[end].kind != sim::Kind::block_end || side.trace.records[end].thread != record.thread)) ++end;
        return Phase{.from_ns = record.time_ns, .to_ns = end < side.indexed ? side.trace.records[end].time_ns : side.end_ns, .most = 1};
    }
    return std::nullopt;
}

std::optional<Phase> drain_after(const Side& side, const Steps& depth, int64_t after_ns) {
    size_t at = step_after(depth, after_ns);
    while (at > 0 && depth.steps[at - 1].value > 0) --at;    // of a queue that is not empty now, too
    std::optional<Phase> deepest;
    for (; at < depth.steps.size(); ++at) {
        const Step& step = depth.steps[at];
        if (step.value == 0) {
            if (deepest && deepest->from_ns > after_ns) return deepest->to_ns = step.at_ns, deepest;
            deepest.reset();
        } else if (step.value >= kPhaseDeep && (!deepest || step.value >= deepest->most)) {
            deepest = Phase{.from_ns = step.at_ns, .to_ns = side.end_ns, .most = step.value};
        }
    }
    return std::nullopt;                                    // one that does not come to its end is none
}

}  // namespace

const char* phase_name(PhaseKind kind) {
    switch (kind) {
        case PhaseKind::burst: return "burst";
        case PhaseKind::saturation: return "saturation";
        case PhaseKind::block: return "block";
        case PhaseKind::over: return "time over the limit";
        case PhaseKind::drain: return "drain";
        case PhaseKind::count: break;
    }
    return "";
}

bool phase_known(const Side& side, PhaseKind kind) { return (kind != PhaseKind::saturation && kind != PhaseKind::drain) || side.trace.header.has_decisions; }

std::optional<Phase> phase_after(const Side& side, size_t port, PhaseKind kind, int64_t after_ns) {
    if (port >= side.ports.size() || !phase_known(side, kind)) return std::nullopt;
    const PortLanes& lanes = side.ports[port];
    switch (kind) {
        case PhaseKind::burst: return burst_after(side, port, after_ns);
        case PhaseKind::saturation: return span_after(side, lanes.depth, lanes.active, after_ns, [&lanes](uint32_t depth, uint32_t active, int64_t at) { return depth > 0 && active >= limit_at(lanes, at); });
        case PhaseKind::block: return block_after(side, port, after_ns);
        case PhaseKind::over: {
            const std::optional<OverSpan> over = over_after(side, port, after_ns);
            return over ? std::optional(Phase{.from_ns = over->from_ns, .to_ns = over->to_ns, .most = over->most}) : std::nullopt;
        }
        case PhaseKind::drain: return drain_after(side, lanes.depth, after_ns);
        case PhaseKind::count: break;
    }
    return std::nullopt;
}

}  // namespace gui
