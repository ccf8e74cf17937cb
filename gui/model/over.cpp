#include "gui/model/over.h"

#include <algorithm>
#include <utility>

#include "gui/model/text.h"

namespace gui {
namespace {

constexpr uint64_t kInstantRecords = 2'000;   // looked at, of one instant

// The last record of the instant after which more are active, over the limit, than before it; `begins`: none were over before it.
void find_cause(const Side& side, size_t port, bool begins, OverRise& rise) {
    const uint64_t first = records_until(side, rise.at_ns - 1), last = std::min({records_until(side, rise.at_ns), first + kInstantRecords, side.indexed});
    sim::TraceState state = state_beside(side, first);
    const auto over = [&] { return port < state.ports.size() && state.ports[port].active > state.ports[port].limit ? state.ports[port].active - state.ports[port].limit : 0; };
    uint32_t before = over();
    for (uint64_t record = first; record < last; ++record) {
        sim::trace_state_apply(state, side.trace.header, side.trace.records[record]);
        const uint32_t now = over();
        if (now > before && (!begins || before == 0)) rise.record = record, rise.thread = side.trace.records[record].thread;
        before = now;
    }
}

/// The active threads and the limit in force, change by change.
class Walk {
public:
    Walk(const PortLanes& port, int64_t at_ns) : active_(port.active.steps), limits_(port.limits), first_limit_(port.limit), a_(after(active_, at_ns)), l_(after(limits_, at_ns)) {}
    uint32_t active() const { return a_ == 0 ? 0 : active_[a_ - 1].value; }
    uint32_t limit() const { return l_ == 0 ? first_limit_ : limits_[l_ - 1].value; }
    bool over() const { return active() > limit(); }
    /// Of the last change, and of the next one; -1, INT64_MAX: there is none.
    int64_t last_ns() const { return std::max(a_ == 0 ? -1 : active_[a_ - 1].at_ns, l_ == 0 ? -1 : limits_[l_ - 1].at_ns); }
    int64_t next_ns() const { return std::min(a_ < active_.size() ? active_[a_].at_ns : INT64_MAX, l_ < limits_.size() ? limits_[l_].at_ns : INT64_MAX); }
    void back() {
        const int64_t at = last_ns();
        if (a_ > 0 && active_[a_ - 1].at_ns == at) --a_;
        if (l_ > 0 && limits_[l_ - 1].at_ns == at) --l_;
    }
    void on() {
        const int64_t at = next_ns();
        if (a_ < active_.size() && active_[a_].at_ns == at) ++a_;
        if (l_ < limits_.size() && limits_[l_].at_ns == at) ++l_;
    }

private:
    const Blocks<Step>& active_;
    const std::vector<Step>& limits_;
    const uint32_t first_limit_;
    size_t a_, l_;

    template <class List>
    static size_t after(const List& list, int64_t at_ns) {
        return static_cast<size_t>(std::upper_bound(list.begin(), list.end(), at_ns, [](int64_t t, const Step& step) { return t < step.at_ns; }) - list.begin());
    }
};

// From where it began, which may be before; the walk goes on to its end. Nothing: that is too far away in one direction.
std::optional<OverSpan> span_here(Walk& walk, int64_t end_ns, size_t& steps_left) {
    OverSpan span{.from_ns = 0, .to_ns = end_ns, .limit = walk.limit()};
    for (Walk begin = walk; begin.over() && begin.last_ns() >= 0; begin.back()) {
        if (steps_left == 0) return std::nullopt;
        --steps_left;
        span.from_ns = begin.last_ns(), span.limit = begin.limit(), span.most = std::max(span.most, begin.active());
        span.rises = {{.at_ns = span.from_ns, .active = begin.active()}};
    }
    uint32_t before = walk.active();
    for (; walk.over(); walk.on()) {
        if (steps_left == 0) return std::nullopt;
        --steps_left;
        span.most = std::max(span.most, walk.active());
        if (walk.active() > before && span.rises.size() < kRisesMax) span.rises.push_back({.at_ns = walk.last_ns(), .active = walk.active()});
        before = walk.active();
        span.to_ns = walk.next_ns() == INT64_MAX ? end_ns : walk.next_ns();
        if (walk.next_ns() == INT64_MAX) break;
    }
    return span;
}

// Those that touch [from_ns, to_ns), without their causes; nothing where that takes too many steps.
std::optional<std::vector<OverSpan>> spans_in(const Side& side, const PortLanes& port, int64_t from_ns, int64_t to_ns, size_t steps_left) {
    std::vector<OverSpan> spans;
    for (Walk walk(port, from_ns);;) {
        if (walk.over()) {
            const std::optional<OverSpan> span = span_here(walk, side.end_ns, steps_left);
            if (!span) return std::nullopt;
            spans.push_back(*span);
        }
        if (walk.next_ns() >= to_ns) return spans;         // also where there is none
        if (steps_left-- == 0) return std::nullopt;
        walk.on();
    }
}

Overs look(const Side& side, size_t port, int64_t from_ns, int64_t to_ns) {
    if (port >= side.ports.size()) return {};
    std::optional<std::vector<OverSpan>> spans = spans_in(side, side.ports[port], from_ns, to_ns, kOverSteps);
    if (!spans || spans->size() > kOversMax) return {};
    size_t rises = 0;
    for (const OverSpan& span : *spans) rises += span.rises.size();
    for (OverSpan& span : *spans) {
        if (rises > kRisesMax && !span.rises.empty()) span.rises.resize(1);   // too many to be told apart: what each begins with
        for (OverRise& rise : span.rises) find_cause(side, port, &rise == &span.rises.front(), rise);
    }
    return {.known = true, .spans = std::move(*spans)};
}

}  // namespace

const Overs& overs_in(const Side& side, size_t port, int64_t from_ns, int64_t to_ns) {
    return side.asked.overs.ask({.from_ns = from_ns, .to_ns = to_ns, .port = port, .records = side.indexed}, [&] { return look(side, port, from_ns, to_ns); });
}

std::optional<OverSpan> over_at(const Side& side, size_t port, int64_t time_ns) {
    if (port >= side.ports.size()) return std::nullopt;
    Walk walk(side.ports[port], time_ns);
    size_t steps = SIZE_MAX;
    std::optional<OverSpan> span = walk.over() ? span_here(walk, side.end_ns, steps) : std::nullopt;
    if (span && !span->rises.empty()) {
        span->rises.resize(1);
        find_cause(side, port, true, span->rises.front());
    }
    return span;
}

std::optional<OverSpan> over_after(const Side& side, size_t port, int64_t after_ns) {
    if (port >= side.ports.size()) return std::nullopt;
    Walk walk(side.ports[port], after_ns);
    while (walk.over() && walk.next_ns() != INT64_MAX) walk.on();   // one that is on already
    while (!walk.over() && walk.next_ns() != INT64_MAX) walk.on();
    return walk.over() && walk.last_ns() > after_ns ? over_at(side, port, walk.last_ns()) : std::nullopt;
}

std::string over_cause(const Side& side, const OverSpan& span) { return span.rises.empty() ? std::string() : sentence_of(side, span.rises.front().record); }

std::string over_text(const Side& side, const OverSpan& span) {
    const std::string how = std::to_string(span.most) + " active, limit " + std::to_string(span.limit) + ", for " + time_figure(static_cast<double>(span.to_ns - span.from_ns)) + ".";
    const std::string cause = over_cause(side, span);
    return cause.empty() ? how : how + " Since: " + cause;
}

}  // namespace gui
