#include "gui/model/over.h"

#include <algorithm>

#include "gui/model/columns.h"
#include "gui/model/text.h"

namespace gui {
namespace {

constexpr uint64_t kInstantRecords = 2'000;   // looked at, of one instant

// The last record of the instant with which it begins after which more are active than the limit allows, and were not before.
void find_cause(const Side& side, size_t port, OverSpan& span) {
    const uint64_t first = records_until(side, span.from_ns - 1), last = std::min({records_until(side, span.from_ns), first + kInstantRecords, side.indexed});
    sim::TraceState state = state_beside(side, first);
    const auto over = [&] { return port < state.ports.size() && state.ports[port].active > state.ports[port].limit; };
    bool before = over();
    for (uint64_t record = first; record < last; ++record) {
        sim::trace_state_apply(state, side.trace.header, side.trace.records[record]);
        const bool now = over();
        if (now && !before) span.record = record, span.thread = side.trace.records[record].thread;
        before = now;
    }
}

// Those that touch [from_ns, to_ns), without their causes.
std::vector<OverSpan> spans_in(const Side& side, const PortLanes& port, int64_t from_ns, int64_t to_ns) {
    const Blocks<Step>& steps = port.active.steps;
    const auto over = [&](size_t i) { return steps[i].value > limit_at(port, steps[i].at_ns); };
    auto at = static_cast<size_t>(std::upper_bound(steps.begin(), steps.end(), from_ns, [](int64_t t, const Step& step) { return t < step.at_ns; }) - steps.begin());
    for (size_t back = 0; at > 0 && over(at - 1) && back < kOverSteps; ++back) --at;   // one that is on already has its beginning
    std::vector<OverSpan> spans;
    bool inside = false;
    for (size_t walked = 0; at < steps.size() && walked < kOverSteps && (inside || steps[at].at_ns < to_ns); ++at, ++walked) {
        if (!over(at)) {
            if (inside) spans.back().to_ns = steps[at].at_ns;
            inside = false;
            continue;
        }
        if (!inside) spans.push_back({.from_ns = steps[at].at_ns, .to_ns = side.end_ns, .limit = limit_at(port, steps[at].at_ns)});
        inside = true;
        spans.back().most = std::max(spans.back().most, steps[at].value);
    }
    return spans;
}

Overs look(const Side& side, size_t port, int64_t from_ns, int64_t to_ns) {
    Overs overs;
    if (port >= side.ports.size() || steps_in(side.ports[port].active, from_ns, to_ns) > kOverSteps) return overs;
    overs.spans = spans_in(side, side.ports[port], from_ns, to_ns);
    overs.known = overs.spans.size() <= kOversMax;
    if (!overs.known) return {};
    for (OverSpan& span : overs.spans) find_cause(side, port, span);
    return overs;
}

}  // namespace

const Overs& overs_in(const Side& side, size_t port, int64_t from_ns, int64_t to_ns) {
    return side.asked.overs.ask({.from_ns = from_ns, .to_ns = to_ns, .port = port, .records = side.indexed}, [&] { return look(side, port, from_ns, to_ns); });
}

std::optional<OverSpan> over_at(const Side& side, size_t port, int64_t time_ns) {
    if (port >= side.ports.size()) return std::nullopt;
    const std::vector<OverSpan> spans = spans_in(side, side.ports[port], time_ns, time_ns + 1);
    if (spans.empty() || spans.front().from_ns > time_ns || spans.front().to_ns <= time_ns) return std::nullopt;
    OverSpan span = spans.front();
    find_cause(side, port, span);
    return span;
}

std::string over_text(const Side& side, const OverSpan& span) {
    const std::string how = std::to_string(span.most) + " active, limit " + std::to_string(span.limit) + ", for " + time_figure(static_cast<double>(span.to_ns - span.from_ns)) + ".";
    const std::string cause = sentence_of(side, span.record);
    return cause.empty() ? how : how + " Since: " + cause;
}

}  // namespace gui
