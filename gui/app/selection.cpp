#include "gui/app/selection.h"

#include <algorithm>

#include "gui/app/state.h"
#include "gui/model/text.h"

namespace gui {
namespace {

void find_thread(const AppState& state, size_t side, Selection::On& on) {
    const std::vector<Lane>& lanes = state.sides[side].lanes;
    const auto at = std::find_if(lanes.begin(), lanes.end(), [&state](const Lane& lane) { return lane.name == state.selection.name; });
    on.thread = at == lanes.end() ? sim::kNoThread : static_cast<uint32_t>(at - lanes.begin());
}

// Looks through packets that are new; its life goes on while the side is read.
void find_packet(const AppState& state, size_t side, Selection::On& on) {
    const Side& of = state.sides[side];
    for (; on.packet == sim::kNoPacket && on.looked < of.packets.size(); ++on.looked)
        if (state.selection.wanted ? search_names(*state.selection.wanted, of, static_cast<uint32_t>(on.looked)) : same_packet(of.packets[on.looked], state.selection.packet)) on.packet = static_cast<uint32_t>(on.looked);
    if (on.packet == sim::kNoPacket || (on.indexed == of.indexed && on.life)) return;
    if (!on.life || on.life->done_ns < 0) on.life = life_of(of, on.packet);
    on.indexed = of.indexed;
    on.thread = on.life ? on.life->thread : sim::kNoThread;
}

uint32_t selected_thread(const AppState& state, size_t side) { return side < state.selection.on.size() ? state.selection.on[side].thread : sim::kNoThread; }
uint32_t selected_packet(const AppState& state, size_t side) { return side < state.selection.on.size() ? state.selection.on[side].packet : sim::kNoPacket; }

sim::TraceState state_at_cursor(const AppState& state) { return state_after(state.sides[state.focus], state.position); }

// Without one selected: the thread of the event at the cursor, the packet of it or the last before it that has one.
uint32_t at_cursor(const AppState& state, Selection::Of of) {
    constexpr uint64_t kLooked = 4'096;
    const Side& side = state.sides[state.focus];
    for (uint64_t at = std::min(state.position, side.indexed), left = kLooked; at > 0 && left > 0; --at, --left) {
        const sim::Record& record = side.trace.records[at - 1];
        const uint32_t found = of == Selection::Of::thread ? record.thread : record.packet;
        if (of == Selection::Of::thread ? found < side.lanes.size() : record.kind != sim::Kind::get_called && found < side.packets.size() && side.packets[found].known) return found;
    }
    return UINT32_MAX;
}

std::string thread_sentence(const Side& side, const sim::TraceState& now, uint32_t number, const std::string& name) {
    if (number >= now.threads.size()) return "Selected " + name + ": it has not begun.";
    const sim::ThreadTraceState& thread = now.threads[number];
    const auto view = [&thread]() -> std::string {
        switch (thread.view) {
            case sim::ThreadView::unknown: return "not begun";
            case sim::ThreadView::running: return "running";
            case sim::ThreadView::ready: return "ready";
            case sim::ThreadView::waiting: return "parked at its port";
            case sim::ThreadView::blocked: return "blocked elsewhere";
            case sim::ThreadView::suspended: return "suspended";
            case sim::ThreadView::exited: return "gone";
        }
        return "";
    };
    std::string text = "Selected " + name + ": " + view();
    if (thread.view != sim::ThreadView::unknown) text += " for " + time_figure(static_cast<double>(now.now_ns - thread.since_ns));
    if (thread.processor != sim::kNoProcessor) text += " on processor " + std::to_string(thread.processor);
    if (!thread.packets.empty()) text += ", with packet " + packet_name(side, thread.packets.front());
    return text + ".";
}

std::string packet_sentence(const Side& side, const PacketLife& life, int64_t at_ns, const std::string& name) {
    const auto since = [at_ns](int64_t ns) { return time_figure(static_cast<double>(at_ns - ns)); };
    const std::string thread = life.thread < side.lanes.size() ? side.lanes[life.thread].name : "a thread";
    std::string text = "Selected packet " + name + ": ";
    if (life.done_ns >= 0 && life.done_ns <= at_ns) text += life.lost ? "lost" : "done by " + thread + ", " + time_figure(static_cast<double>(life.done_ns - life.posted_ns)) + " after its post";
    else if (life.got_ns >= 0 && life.got_ns <= at_ns) text += thread + " works on it, for " + since(life.got_ns);
    else if (life.taken_ns >= 0 && life.taken_ns <= at_ns) text += "given to " + thread + ", " + since(life.taken_ns) + " ago";
    else if (life.posted_ns <= at_ns) text += "queued for " + since(life.posted_ns);
    else text += "posted in " + time_figure(static_cast<double>(life.posted_ns - at_ns));
    return text + ".";
}

// Shares of the whole run, from what the lane knows of its largest pieces.
std::vector<SelectionFigure> thread_figures(const Side& side, const Lane& lane) {
    std::array<int64_t, kBoxKinds> ns{};
    int64_t worst = 0;
    if (!lane.levels.empty()) {
        const int unit = std::max(lane.levels.lowest() - Levels<LaneNode>::kShiftMax, 0);
        for (const LaneNode& node : lane.levels.level(lane.levels.highest())) {
            for (size_t kind = 0; kind < kBoxKinds; ++kind) ns[kind] += int64_t{node.ns[kind]} << unit;
            worst = std::max<int64_t>(worst, node.worst_wait_ns);
        }
    }
    std::vector<SelectionFigure> out;
    const char* const kNames[kBoxKinds] = {"running", "ready", "blocked", "suspended"};
    for (size_t kind = 0; kind < kBoxKinds; ++kind)
        if (kind == 0 || ns[kind] * 2'000 >= side.end_ns) out.push_back({kNames[kind], number_figure(static_cast<double>(static_cast<int64_t>(1000.0 * static_cast<double>(ns[kind]) / static_cast<double>(side.end_ns) + 0.5)) / 10) + " %"});
    out.push_back({"longest wait", time_figure(static_cast<double>(worst))});
    return out;
}

}  // namespace

void app_select_none(AppState& state) {
    if (state.selection.any() && (state.times.by == TimesView::By::thread || state.selection.is_packet())) state.times.by = TimesView::By::port;
    state.selection = {};
}

void app_select_thread(AppState& state, size_t side, uint32_t thread) {
    app_select_none(state);
    if (side >= state.sides.size() || thread >= state.sides[side].lanes.size()) return;
    state.selection.of = Selection::Of::thread;
    state.selection.name = state.sides[side].lanes[thread].name;
    app_selection_settle(state);
    state.selection.on[side].thread = thread;                // names may not be there, or not be unique
    state.times.by = TimesView::By::thread;
}

void app_select_packet(AppState& state, size_t side, uint32_t packet) {
    app_select_none(state);
    if (side >= state.sides.size() || packet >= state.sides[side].packets.size() || !state.sides[side].packets[packet].known) return;
    state.selection.of = Selection::Of::packet;
    state.selection.name = packet_name(state.sides[side], packet);
    state.selection.packet = state.sides[side].packets[packet];
    app_selection_settle(state);
    app_times_of_packet(state, side, packet);
}

sim::Status app_select(AppState& state, const std::string& term) {
    const Side& side = state.sides[state.focus];
    const sim::Result<std::vector<SearchTerm>> terms = search_parse(term, side.trace.header);
    if (!terms) return terms.error();
    const auto wrong = [&term](const std::string& what) { return sim::Error{.file = term, .line = 0, .column = 0, .what = what, .hint = "such as thread:5 or packet:12"}; };
    if (terms->size() != 1) return wrong("expected one thread or packet");
    const SearchTerm& wanted = terms->front();
    if (wanted.of == SearchTerm::Of::thread) {
        if (wanted.number >= side.lanes.size()) return wrong("the run has threads 0 to " + std::to_string(side.lanes.size() - 1));
        app_select_thread(state, state.focus, static_cast<uint32_t>(wanted.number));
        return sim::Done{};
    }
    if (wanted.of != SearchTerm::Of::packet) return wrong("expected a thread or a packet");
    for (uint32_t packet = 0; packet < side.packets.size(); ++packet) {
        if (!search_names(wanted, side, packet)) continue;
        app_select_packet(state, state.focus, packet);
        return sim::Done{};
    }
    if (side.whole()) return wrong("the run has no such packet");
    app_select_none(state);                                  // it may come yet
    state.selection.of = Selection::Of::packet;
    state.selection.name = term.substr(term.find(':') + 1);
    state.selection.wanted = wanted;
    return sim::Done{};
}

void app_select_next(AppState& state, Selection::Of of, int direction) {
    const Side& side = state.sides[state.focus];
    const bool thread = of == Selection::Of::thread;
    const auto count = static_cast<uint32_t>(thread ? side.lanes.size() : side.packets.size());
    if (count == 0) return;
    uint32_t now = state.selection.of != of ? UINT32_MAX : thread ? selected_thread(state, state.focus) : selected_packet(state, state.focus);
    if (now == UINT32_MAX) {
        now = at_cursor(state, of);
        if (now == UINT32_MAX) now = 0;
        return thread ? app_select_thread(state, state.focus, now) : app_select_packet(state, state.focus, now);
    }
    const auto step = [&] { now = (now + (direction > 0 ? 1 : count - 1)) % count; };
    step();
    for (uint32_t left = count; !thread && left > 0 && !side.packets[now].known; --left) step();
    if (thread) app_select_thread(state, state.focus, now);
    else app_select_packet(state, state.focus, now);
}

void app_selection_settle(AppState& state) {
    Selection& selection = state.selection;
    if (!selection.any()) return;
    if (selection.stale || selection.on.size() != state.sides.size()) {
        selection.stale = false;
        selection.on.assign(state.sides.size(), {});
        for (size_t side = 0; selection.is_thread() && side < state.sides.size(); ++side) find_thread(state, side, selection.on[side]);
    }
    for (size_t side = 0; selection.is_packet() && side < state.sides.size(); ++side) find_packet(state, side, selection.on[side]);
}

bool app_thread_dimmed(const AppState& state, size_t side, uint32_t thread) { return state.selection.any() && thread != selected_thread(state, side); }
bool app_packet_dimmed(const AppState& state, size_t side, uint32_t packet) {
    if (!state.selection.any()) return false;
    if (state.selection.is_packet()) return packet != selected_packet(state, side);
    return true;
}

bool app_record_dimmed(const AppState& state, size_t side, const sim::Record& record) {
    if (!state.selection.any()) return false;
    if (state.selection.is_packet()) return record.kind == sim::Kind::get_called || record.packet != selected_packet(state, side);
    return record.thread != selected_thread(state, side);
}

std::string app_selection_sentence(const AppState& state) {
    const Selection& selection = state.selection;
    if (!selection.any() || state.focus >= selection.on.size()) return {};
    const Side& side = state.sides[state.focus];
    const Selection::On& on = selection.on[state.focus];
    if (selection.is_thread()) return on.thread == sim::kNoThread ? "Selected " + selection.name + ": it is not in " + side.name + "." : thread_sentence(side, state_at_cursor(state), on.thread, selection.name);
    if (!on.life) return "Selected packet " + selection.name + ": it is not in " + side.name + ".";
    return packet_sentence(side, *on.life, app_cursor_of(state, state.focus), selection.name);
}

std::vector<SelectionFigure> app_selection_figures(const AppState& state) {
    const Selection& selection = state.selection;
    if (!selection.any() || state.focus >= selection.on.size()) return {};
    const Side& side = state.sides[state.focus];
    const Selection::On& on = selection.on[state.focus];
    if (selection.is_thread()) return on.thread >= side.lanes.size() ? std::vector<SelectionFigure>{} : thread_figures(side, side.lanes[on.thread]);
    if (!on.life) return {};
    const PacketLife& life = *on.life;
    std::vector<SelectionFigure> out{{"posted", time_label(life.posted_ns)}};
    const auto span = [](int64_t from, int64_t to) { return time_figure(static_cast<double>(to - from)); };
    if (life.submitted_ns >= 0 && life.submitted_ns < life.posted_ns) out.push_back({"in its device", span(life.submitted_ns, life.posted_ns)});
    if (life.taken_ns >= 0) out.push_back({"queued", span(life.posted_ns, life.taken_ns)});
    if (life.taken_ns >= 0 && life.got_ns > life.taken_ns) out.push_back({"on its way", span(life.taken_ns, life.got_ns)});
    if (life.got_ns >= 0 && life.done_ns >= 0) out.push_back({"handled", span(life.got_ns, life.done_ns)});
    if (on.thread < side.lanes.size()) out.push_back({"by", side.lanes[on.thread].name});
    return out;
}

}  // namespace gui
