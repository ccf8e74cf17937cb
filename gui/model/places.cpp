#include "gui/model/places.h"

#include <algorithm>

namespace gui {
namespace {

/// Turns what a list is after each record into spans.
class Follower {
public:
    explicit Follower(std::vector<PlaceSpan>& out) : out_(out) {}
    bool good() const { return good_; }

    template <class List>
    void now(const List& list, int64_t at_ns) {
        if (!good_) return;
        const size_t same = static_cast<size_t>(std::mismatch(open_.begin(), open_.end(), list.begin(), list.end(), [](const Open& open, uint32_t who) { return open.who == who; }).first - open_.begin());
        while (open_.size() > same) close(at_ns);
        for (size_t place = same; place < list.size(); ++place) open_.push_back({.who = list[place], .since_ns = at_ns});
        good_ = open_.size() <= kPlaceHigh && out_.size() <= kPlaceSpans;
    }
    void finish(int64_t at_ns) {
        while (!open_.empty()) close(at_ns);
        good_ = good_ && out_.size() <= kPlaceSpans;
    }

private:
    struct Open { uint32_t who; int64_t since_ns; };
    std::vector<PlaceSpan>& out_;
    std::vector<Open> open_;
    bool good_ = true;

    void close(int64_t at_ns) {
        const Open& last = open_.back();
        if (at_ns > last.since_ns) out_.push_back({.begin_ns = last.since_ns, .end_ns = at_ns, .who = last.who, .place = static_cast<uint32_t>(open_.size() - 1)});
        open_.pop_back();
    }
};

// A place that keeps its owner while the one below it changes is one span all the same.
void join(std::vector<PlaceSpan>& spans) {
    std::sort(spans.begin(), spans.end(), [](const PlaceSpan& a, const PlaceSpan& b) { return a.place != b.place ? a.place < b.place : a.begin_ns < b.begin_ns; });
    std::vector<PlaceSpan> joined;
    for (const PlaceSpan& span : spans) {
        if (!joined.empty() && joined.back().place == span.place && joined.back().who == span.who && joined.back().end_ns == span.begin_ns) joined.back().end_ns = span.end_ns;
        else joined.push_back(span);
    }
    spans = std::move(joined);
}

void note_taking(Places& places, const sim::TraceState& before, const sim::Record& record, size_t port, int64_t from_ns) {
    if (record.kind != sim::Kind::taken || record.port != port || record.time_ns < from_ns) return;
    const std::deque<uint32_t>& queue = before.ports[port].queue;
    const auto at = std::find(queue.begin(), queue.end(), record.packet);
    if (at != queue.end()) places.takings.push_back({.at_ns = record.time_ns, .packet = record.packet, .thread = record.thread, .place = static_cast<uint32_t>(at - queue.begin())});
}

Places look(const Side& side, size_t port, int64_t from_ns, int64_t to_ns) {
    Places places;
    const uint64_t first = from_ns <= 0 ? 0 : std::min(records_until(side, from_ns), side.indexed), last = std::min(records_until(side, to_ns), side.indexed);
    if (last < first || last - first > kPlaceRecords || to_ns <= from_ns) return places;
    sim::TraceState state = state_beside(side, first);
    if (port >= state.ports.size()) return places;
    Follower stack(places.stack), queue(places.queue);
    const auto note = [&](int64_t at_ns) {
        stack.now(state.ports[port].waiters, at_ns);
        queue.now(state.ports[port].queue, at_ns);
    };
    note(std::max<int64_t>(from_ns, 0));
    for (uint64_t at = first; at < last && (stack.good() || queue.good()); ++at) {
        const sim::Record& record = side.trace.records[at];
        note_taking(places, state, record, port, from_ns);
        sim::trace_state_apply(state, side.trace.header, record);
        note(std::clamp(record.time_ns, from_ns, to_ns));
    }
    stack.finish(to_ns), queue.finish(to_ns);
    places.stack_known = stack.good();
    places.queue_known = queue.good() && side.trace.header.has_decisions;
    join(places.stack), join(places.queue);
    return places;
}

}  // namespace

const Places& places_in(const Side& side, size_t port, int64_t from_ns, int64_t to_ns) {
    return side.asked.places.ask({.from_ns = from_ns, .to_ns = to_ns, .port = port, .records = side.indexed}, [&] { return look(side, port, from_ns, to_ns); });
}

}  // namespace gui
