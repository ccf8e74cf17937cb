#include "gui/app/comparing.h"

#include <algorithm>

#include "gui/app/state.h"
#include "gui/model/text.h"
#include "sim/engine/resimulate.h"

namespace gui {
namespace {

CloseLook look_closely(const sim::Trace& a, const sim::Trace& b, const Working& working) {
    CloseLook out;
    out.matches = sim::match_decisions(a, b, working.stop);
    out.differ = static_cast<uint64_t>(std::count_if(out.matches.begin(), out.matches.end(), [](const sim::MatchedDecision& m) { return m.differs != sim::MatchedDecision::Differs::no; }));
    working.so_far(0.3);
    out.divergences = sim::tell_divergences(a, b, out.matches, CloseLook::told_max, working.stop);
    working.so_far(0.5);
    out.verdicts = sim::judge_sides(a, b, out.no_verdicts, working.stop);
    return out;
}

using Fields = std::vector<sim::Field>;

// Every value of the scenario as it was recorded, with the processors that it got.
Fields fields_of(const sim::TraceHeader& header) {
    sim::Result<Fields> fields = sim::scenario_fields(header.scenario_text, header.scenario, sim::sets_as_run(header));
    return fields ? std::move(fields.value()) : Fields{};
}

// What `of` has otherwise than `base`, as for --set. Another seed is no other setting.
std::vector<std::string> differing(const Fields& base, const Fields& of) {
    std::vector<std::string> out;
    for (const sim::Field& field : of) {
        const auto same = std::find_if(base.begin(), base.end(), [&field](const sim::Field& other) { return other.path == field.path; });
        if (field.path != "seed" && (same == base.end() || same->value != field.value)) out.push_back(field.path + '=' + field.value);
    }
    return out;
}

bool is_recording(const Side& side) { return side.whole() && side.trace.header.source == "measured"; }

struct Asked { size_t base = 0; std::vector<std::string> sets; std::optional<size_t> measured; };

// None: no recording is shown.
std::optional<Asked> what_to_predict(const AppState& state) {
    std::vector<size_t> recordings;
    for (size_t i = 0; i < state.sides.size(); ++i)
        if (is_recording(state.sides[i])) recordings.push_back(i);
    if (recordings.empty()) return std::nullopt;
    const size_t compared = app_compared(state).side;
    Asked out;
    out.base = std::find(recordings.begin(), recordings.end(), compared) != recordings.end() ? compared : recordings.front();
    const sim::TraceHeader& recorded = state.sides[out.base].trace.header;
    const Fields base = recorded.scenario_text.empty() ? state.edit.file_fields : fields_of(recorded);   // of a program: as calibrated from it
    for (const size_t other : recordings) {
        const sim::TraceHeader& header = state.sides[other].trace.header;
        if (other == out.base || header.backend != state.sides[out.base].trace.header.backend) continue;
        out.sets = differing(base, fields_of(header));
        out.measured = other;
        if (!out.sets.empty()) return out;
    }
    out.measured.reset();
    out.sets = differing(base, state.edit.fields);
    return out;
}

// On the axis.
int64_t axis_ns(const AppState& state, const sim::MatchedDecision& match) { return match.a_ns >= 0 ? match.a_ns + app_shift_ns(state, 0) : match.b_ns + app_shift_ns(state, state.comparing.side); }

// The one behind the cursor, or before it; around the ends.
size_t next_to_cursor(const AppState& state, const CloseLook& look, int direction) {
    const auto at = [&](const sim::ToldDivergence& d) { return axis_ns(state, look.matches[d.match]); };
    const int64_t cursor = state.playback.cursor_ns;
    const size_t count = look.divergences.size();
    size_t next = 0;
    if (direction > 0) {
        while (next < count && at(look.divergences[next]) <= cursor) ++next;
        return next < count ? next : 0;
    }
    while (next < count && at(look.divergences[next]) < cursor) ++next;
    return next > 0 ? next - 1 : count - 1;
}

}  // namespace

void app_compare_panel(AppState& state) {
    Comparing& comparing = state.comparing;
    comparing.shown = !comparing.shown;
    if (!comparing.shown) return;
    state.edit.shown = state.times.shown = false;
    if (state.explore.shown) app_explore(state);
    app_compare_settle(state);
}

void app_compare_settle(AppState& state) {
    Comparing& comparing = state.comparing;
    const size_t side = app_compared(state).side;
    if (side != comparing.side) comparing.stale = true;
    const bool running = comparing.look && !comparing.look->done();
    if (side == 0) {                                       // what was compared was let go
        comparing.side = 0;
        comparing.go = false;
        if (!running) comparing.look.reset();
    }
    if (running && comparing.stale) comparing.look->stop();
    if (comparing.shown && comparing.stale && !running && side != 0) {
        comparing.side = side;
        comparing.stale = false;
        comparing.selected = SIZE_MAX;
        // The records are copied here: the sides may be others before the thread has begun.
        auto both = std::make_shared<const std::pair<sim::Trace, sim::Trace>>(sim::trace_of(state.sides[0].trace), sim::trace_of(state.sides[side].trace));
        comparing.look = std::make_unique<Beside<CloseLook>>([both = std::move(both)](const Working& working) { return look_closely(both->first, both->second, working); }, state.wake);
    }
    if (comparing.go && app_close_look(state) != nullptr) {
        comparing.go = false;
        app_divergence_step(state, 1);
    }
}

bool app_compare_busy(const AppState& state) {
    const Comparing& comparing = state.comparing;
    return (comparing.shown && comparing.look && (comparing.stale || !comparing.look->done())) || (comparing.foretold && !comparing.foretold->done());
}

const CloseLook* app_close_look(const AppState& state) {
    const Comparing& comparing = state.comparing;
    return comparing.shown && comparing.look && !comparing.stale ? comparing.look->answer() : nullptr;
}

void app_divergence_step(AppState& state, int direction) {
    Comparing& comparing = state.comparing;
    if (!comparing.shown) app_compare_panel(state);
    const CloseLook* look = app_close_look(state);
    if (look == nullptr) {
        comparing.go = app_compare_busy(state);
        if (!comparing.go) state.said = "There is nothing to compare: a second side is needed, such as a recording.";
        return;
    }
    const size_t count = look->divergences.size();
    if (count == 0) {
        state.said = "No decision differs.";
        return;
    }
    const bool here = comparing.selected < count;
    app_divergence_select(state, !here ? next_to_cursor(state, *look, direction) : (comparing.selected + (direction > 0 ? 1 : count - 1)) % count);
}

void app_divergence_select(AppState& state, size_t number) {
    const CloseLook* look = app_close_look(state);
    if (look == nullptr || number >= look->divergences.size()) return;
    state.comparing.selected = number;
    const sim::ToldDivergence& told = look->divergences[number];
    const sim::MatchedDecision& match = look->matches[told.match];
    const bool first = state.focus == 0;
    const int64_t at_ns = first ? match.a_ns : match.b_ns;
    const uint64_t record = first ? told.a_record : told.b_record;
    state.playback.playing = false;
    if (at_ns < 0 || (state.focus != 0 && state.focus != state.comparing.side) || record >= state.sides[state.focus].trace.records.size()) {
        app_seek(state, axis_ns(state, match));
    } else {
        app_go_to_record(state, record);
    }
    app_see(state, state.playback.cursor_ns);
}

void app_predict(AppState& state) {
    Comparing& comparing = state.comparing;
    if (comparing.foretold && !comparing.foretold->done()) {
        state.said = "A prediction is being computed.";
        return;
    }
    if (state.branched.any()) return static_cast<void>(state.error = "A prediction is of whole runs, and this one branches: Shift+B lets the branch go.");
    const std::optional<Asked> asked = what_to_predict(state);
    if (!asked) {
        state.said = "A prediction needs a recording: portside record makes one, and it is opened beside the model.";
        return;
    }
    if (const uint64_t records = state.sides[asked->base].trace.records.size(); records > kLaidBesideMax) {
        state.said = "A prediction in the window reads at most " + number_figure(static_cast<double>(kLaidBesideMax)) + " records, and " + state.sides[asked->base].name + " has " + number_figure(static_cast<double>(records)) + ": portside predict reads them all.";
        return;
    }
    if (!comparing.shown) app_compare_panel(state);
    Foretold begun;
    begun.of = state.sides[asked->base].name;
    for (const std::string& set : asked->sets) begun.set += (begun.set.empty() ? "" : ", ") + set;
    if (asked->measured) begun.measured_name = state.sides[*asked->measured].name, begun.measured = state.sides[*asked->measured].summary;
    auto trace = std::make_shared<const sim::Trace>(sim::trace_of(state.sides[asked->base].trace));
    comparing.foretold = std::make_unique<Beside<Foretold>>(
        [begun = std::move(begun), trace = std::move(trace), sets = asked->sets](const Working& working) {
            Foretold out = begun;
            sim::Result<sim::Prediction> found = sim::predict(*trace, {.sets = sets, .stop = working.stop});
            if (!found) out.error = found.error().text();
            else if (out.prediction = std::move(found.value()); !out.prediction.accepted) out.error = out.prediction.why;
            return out;
        },
        state.wake);
}

}  // namespace gui
