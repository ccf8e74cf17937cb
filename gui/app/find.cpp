#include "gui/app/find.h"

#include <algorithm>

#include "gui/app/state.h"
#include "gui/model/text.h"

namespace gui {
namespace {

constexpr uint64_t kSlice = 8'192;        // records a frame: about a millisecond; eight times as many where their state is not needed

void search_begin(AppState& state) {
    Finding& find = state.find;
    find.asked = find.stale = false;
    find.error.clear();
    find.side = state.focus;
    if (find.text.find_first_not_of(' ') == std::string::npos) return;
    const Side& side = state.sides[state.focus];
    sim::Result<std::vector<SearchTerm>> terms = search_parse(find.text, side.trace.header);
    if (!terms) {
        find.error = terms.error().text();
        return;
    }
    find.search = Search(side, std::move(*terms));
    find.asked = true;
}

// Where playback goes round.
void set_loop(AppState& state) {
    state.playback.loop_from_ns = app_range_from(state);
    state.playback.loop_to_ns = state.range.loop ? app_range_to(state) : 0;
}

void range_changed(AppState& state) {
    state.range.stale = true;
    set_loop(state);
}

void range_begin(AppState& state) {
    Chosen& range = state.range;
    range.stale = false;
    range.side = state.focus, range.port = state.port;
    const int64_t shift = app_shift_ns(state, state.focus);
    range.figures = Range(state.sides[state.focus], std::max<int64_t>(app_range_from(state) - shift, 0), std::max<int64_t>(app_range_to(state) - shift, 0), state.port);
}

}  // namespace

void app_find_settle(AppState& state) {
    if (state.sides.empty()) return;
    const Side& side = state.sides[state.focus];
    if (state.find.stale || state.find.side != state.focus) search_begin(state);
    if (state.find.asked) state.find.search.advance(side, state.find.search.light() ? 8 * kSlice : kSlice);
    Chosen& range = state.range;
    if (!range.any()) return;
    if (range.stale || range.side != state.focus || range.port != state.port) range_begin(state);
    range.figures.advance(side, kSlice);
}

bool app_find_busy(const AppState& state) {
    if (state.sides.empty()) return false;
    const bool search = state.find.stale || (state.find.asked && !state.find.search.done(state.sides[state.focus]));
    return search || (state.range.any() && (state.range.stale || !state.range.figures.done()));
}

void app_find_again(AppState& state) {
    const int64_t end = state.playback.end_ns;
    Chosen& range = state.range;
    range.out_ns = std::min(range.out_ns, end);
    if (range.in_ns >= end || (range.out_ns >= 0 && range.out_ns <= std::max<int64_t>(range.in_ns, 0))) range.in_ns = range.out_ns = -1;
    state.find.stale = true;
    range_changed(state);
}

void app_find_text(AppState& state, std::string text) {
    state.find.text = std::move(text);
    search_begin(state);
}

void app_find_next(AppState& state, int direction) {
    if (!state.find.asked) {
        state.find.shown = state.find.typing = true;
        return;
    }
    const int64_t record = state.find.search.next(state.position, direction);
    if (record < 0) return;
    state.playback.playing = false;
    app_go_to_record(state, static_cast<uint64_t>(record));
    app_see(state, state.playback.cursor_ns);
}

std::string app_find_text_of_count(const AppState& state) {
    const Finding& find = state.find;
    if (!find.asked) return {};
    const Side& side = state.sides[find.side];
    const Marks& matches = find.search.matches();
    const std::string count = number_figure(static_cast<double>(matches.size()));
    if (!find.search.done(side)) return "searching: " + std::to_string(100 * find.search.looked() / std::max<uint64_t>(side.trace.records.size(), 1)) + " %, " + count + " so far";
    if (matches.empty()) return "no match";
    const size_t passed = matches.before(state.position);
    const bool here = passed > 0 && matches[passed - 1] + 1 == state.position;
    if (here) return number_figure(static_cast<double>(passed)) + " of " + count;
    return count + (matches.size() == 1 ? " match" : " matches");
}

int64_t app_range_from(const AppState& state) { return std::max<int64_t>(state.range.in_ns, 0); }
int64_t app_range_to(const AppState& state) { return state.range.out_ns < 0 ? state.playback.end_ns : state.range.out_ns; }

void app_range_set(AppState& state, int64_t a_ns, int64_t b_ns) {
    const int64_t end = state.playback.end_ns, from = std::clamp<int64_t>(std::min(a_ns, b_ns), 0, end), to = std::clamp<int64_t>(std::max(a_ns, b_ns), 0, end);
    state.range.in_ns = from < to ? from : -1;
    state.range.out_ns = from < to ? to : -1;
    range_changed(state);
}

void app_range_in(AppState& state) {
    const int64_t at = state.playback.cursor_ns;
    if (at >= app_range_to(state)) state.range.out_ns = -1;
    state.range.in_ns = at < state.playback.end_ns ? at : -1;
    range_changed(state);
}

void app_range_out(AppState& state) {
    const int64_t at = state.playback.cursor_ns;
    if (at <= app_range_from(state)) state.range.in_ns = -1;
    state.range.out_ns = at > 0 ? at : -1;
    range_changed(state);
}

void app_range_clear(AppState& state) {
    state.range.in_ns = state.range.out_ns = -1;
    range_changed(state);
}

void app_range_loop(AppState& state) {
    state.range.loop = !state.range.loop;
    set_loop(state);
    const std::string where = state.range.any() ? "the chosen range" : "the whole run";
    state.said = state.range.loop ? "Playback goes round in " + where + "." : "Playback goes on to the end.";
}

}  // namespace gui
