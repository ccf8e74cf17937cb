// Questions to a side: each costs what is visible, by binary search.
#include <algorithm>

#include "gui/model/side.h"
#include "gui/model/text.h"
#include "sim/trace/print.h"

namespace gui {

uint64_t records_until(const Side& side, int64_t time_ns) {
    const auto after = std::upper_bound(side.trace.records.begin(), side.trace.records.end(), time_ns, [](int64_t t, const sim::Record& record) { return t < record.time_ns; });
    return static_cast<uint64_t>(after - side.trace.records.begin());
}

sim::TraceState state_after(const Side& side, uint64_t record_count) {
    record_count = std::min<uint64_t>(record_count, side.trace.records.size());
    if (side.snapshots.empty()) return sim::trace_state_begin(side.trace.header);
    const uint64_t snapshot = std::min<uint64_t>(record_count / side.snapshot_stride, side.snapshots.size() - 1);
    sim::TraceState state = side.snapshots[snapshot];
    for (uint64_t i = snapshot * side.snapshot_stride; i < record_count; ++i) sim::trace_state_apply(state, side.trace.header, side.trace.records[i]);
    return state;
}

std::string sentence_of(const Side& side, uint64_t record) {
    if (record >= side.trace.records.size()) return {};
    return window_text(sim::narrate(side.trace.header, state_after(side, record), side.trace.records[record]));
}

int64_t event_before(const Side& side, uint64_t record_count) {
    return std::lower_bound(side.events.begin(), side.events.end(), record_count) - side.events.begin() - 1;
}

void visible_boxes(const Lane& lane, int64_t from_ns, int64_t to_ns, int64_t min_width_ns, std::vector<Box>& out) {
    auto at = std::lower_bound(lane.boxes.begin(), lane.boxes.end(), from_ns, [](const Box& box, int64_t t) { return box.end_ns <= t; });
    while (at != lane.boxes.end() && at->begin_ns < to_ns) {
        Box box = *at++;
        // What is narrower than a pixel is drawn as one with what follows in the same pixel; the next is found by search.
        if (box.end_ns - box.begin_ns < min_width_ns) {
            const int64_t end_ns = box.begin_ns + min_width_ns;
            const auto next = std::lower_bound(at, lane.boxes.end(), end_ns, [](const Box& b, int64_t t) { return b.begin_ns < t; });
            if (next != at) {
                box.merged = true;
                box.end_ns = std::max(box.end_ns, std::min(std::prev(next)->end_ns, end_ns));
                if (std::prev(next)->end_ns > end_ns) at = std::prev(next);   // a wide one begins in this pixel: it is drawn itself
                else at = next;
            }
        }
        out.push_back(box);
    }
}

void visible_steps(const Steps& steps, int64_t from_ns, int64_t to_ns, int64_t min_width_ns, Steps& out) {
    auto at = std::upper_bound(steps.begin(), steps.end(), from_ns, [](int64_t t, const Step& step) { return t < step.at_ns; });
    if (at != steps.begin()) --at;
    for (; at != steps.end() && at->at_ns < to_ns; ++at) {
        const bool close = !out.empty() && at->at_ns - out.back().at_ns < min_width_ns;
        if (close) out.back().value = std::max(out.back().value, at->value);
        else out.push_back(*at);
        // The value that is in force when the crowded pixel ends.
        const auto next = std::next(at);
        if (close && (next == steps.end() || next->at_ns - out.back().at_ns >= min_width_ns) && out.back().value != at->value) out.push_back({out.back().at_ns + min_width_ns, at->value});
    }
}

uint32_t value_at(const Steps& steps, int64_t time_ns) {
    const auto after = std::upper_bound(steps.begin(), steps.end(), time_ns, [](int64_t t, const Step& step) { return t < step.at_ns; });
    return after == steps.begin() ? 0 : std::prev(after)->value;
}

}  // namespace gui
