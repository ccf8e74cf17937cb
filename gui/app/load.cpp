#include <algorithm>

#include "gui/app/load.h"
#include "gui/app/scenario_edit.h"
#include "sim/cli/sides.h"
#include "sim/engine/resimulate.h"
#include "sim/engine/run.h"
#include "sim/scenario/load.h"

namespace gui {
namespace {

Controls controls_of(const sim::Scenario& scenario) {
    return {.processors = scenario.machine.processors,
            .concurrency = scenario.ports.front().concurrency,
            .threads = scenario.workers.empty() ? 0 : scenario.workers.front().count,
            .seed = scenario.seed,
            .policy = std::string(sim::policy_name(scenario.ports.front().policy))};
}

int64_t longest_ns(const AppState& state) {
    int64_t end = 1;
    for (size_t side = 0; side < state.sides.size(); ++side) end = std::max(end, state.sides[side].end_ns + app_shift_ns(state, side));
    return end;
}

sim::Status show_simulation(AppState& state, sim::Scenario scenario) {
    sim::Result<RunPlan> plan = app_plan(state, scenario);
    if (!plan) return plan.error();
    sim::Result<sim::Trace> trace = sim::run_to_trace(plan->scenario, {.records_max = kLaidBesideMax, .course = &plan->course});
    if (!trace) return trace.error();
    state.scenario = std::move(scenario);
    Side side = side_build(std::move(trace.value()));
    if (state.branched.any()) side.name = "Branch";
    if (state.sides.empty() || state.alone) {
        state.sides.insert(state.sides.begin(), std::move(side));
        app_align_insert(state);
    }
    else state.sides[0] = std::move(side);
    state.alone = false;
    state.history = std::make_unique<sim::History>(std::move(plan->scenario), std::move(plan->course));
    state.hashed = {};
    state.quiz.question.reset(), state.quiz.asked = UINT64_MAX;   // it was about the other run
    state.port = std::min(state.port, std::max<size_t>(state.scenario.ports.size(), 1) - 1);
    return sim::Done{};
}

// The model beside the recordings, unless these are too long for that, or the model's run is (a recording may be cut).
sim::Status show_first(AppState& state, sim::Scenario scenario, const std::vector<sim::OpenTrace>& recordings, bool named) {
    const bool large = std::any_of(recordings.begin(), recordings.end(), [](const sim::OpenTrace& trace) { return trace.records.size() > kLaidBesideMax; });
    if (!large || named) {
        const sim::Status shown = show_simulation(state, scenario);
        if (shown || recordings.empty() || (named && !large)) return shown;
        if (!large) state.error = shown.error().text() + ". The trace is shown alone.";
    }
    state.scenario = std::move(scenario);
    state.alone = true;
    return sim::Done{};
}

// Of those that are large only what their headers say: app_index reads the rest beside the window.
void show_recordings(AppState& state, std::vector<sim::OpenTrace> recordings) {
    const size_t first = state.sides.size();
    state.sides.reserve(first + recordings.size() + 1);      // who reads them needs them to stay; one may come before them
    for (sim::OpenTrace& trace : recordings) {
        const bool simulated = trace.header.source == "simulated", large = trace.records.mapped();
        state.sides.push_back(large ? side_begin(std::move(trace)) : side_build(std::move(trace)));
        if (simulated) state.sides.back().name = "Simulated trace";
    }
}

// The first scenario that comes with the program.
sim::Result<std::string> first_scenario() {
    sim::Result<std::vector<sim::ScenarioEntry>> entries = sim::scenario_list();
    if (!entries) return entries.error();
    if (entries.value().empty()) return sim::Error{.file = {}, .line = 0, .column = 0, .what = "no scenario was found", .hint = "name a scenario file"};
    return entries.value().front().name;
}

}  // namespace

sim::Status app_open(AppState& state, const std::vector<std::string>& files, const std::vector<std::string>& sets) {
    std::vector<sim::OpenTrace> recordings;
    std::string named;
    state.trace_files.clear();
    for (const std::string& file : files) {
        if (!sim::is_trace_file(file) && !file.ends_with(".ptrace")) {
            if (!named.empty()) return sim::Error{.file = file, .line = 0, .column = 0, .what = "the window shows one scenario, and '" + named + "' is named already", .hint = "give one scenario and its traces"};
            named = file;
            continue;
        }
        sim::Result<sim::OpenTrace> trace = sim::trace_open(file);
        if (!trace) return trace.error();
        recordings.push_back(std::move(trace.value()));
        state.trace_files.push_back(file);
    }
    const sim::OpenTrace* measured = nullptr;
    for (const sim::OpenTrace& trace : recordings)
        if (measured == nullptr && trace.header.source == "measured") measured = &trace;
    sim::Result<sim::Scenario> scenario = sim::Error{};
    // Without a scenario's name the first trace says what to simulate. Beside a named one only a recording does: a simulated
    // trace is there to be compared with, and must not change the model's side.
    if (measured == nullptr && named.empty() && !recordings.empty()) measured = &recordings.front();
    const bool program = named.empty() && measured != nullptr && measured->header.scenario_text.empty();
    if (measured != nullptr && !program) state.given_sets = sim::sets_as_run(measured->header);   // the model runs as the recording did
    state.given_sets.insert(state.given_sets.end(), sets.begin(), sets.end());
    if (program) {
        scenario = program_scenario(measured->header);
        state.calibrating.program = measured->header.program.name.empty() ? "the program" : measured->header.program.name;
        state.calibrating.wanted = true;
    } else if (named.empty() && measured != nullptr) {
        const sim::TraceHeader& header = measured->header;
        scenario = sim::scenario_parse(header.scenario_text, header.scenario + ".toml", state.given_sets);
    } else {
        if (named.empty()) {
            const sim::Result<std::string> first = first_scenario();
            if (!first) return first.error();
            named = first.value();
        }
        scenario = sim::scenario_load(named, state.given_sets);
    }
    if (!scenario) return scenario.error();
    if (program) state.scenario = std::move(scenario.value()), state.alone = true;
    else if (const sim::Status shown = show_first(state, std::move(scenario.value()), recordings, !named.empty()); !shown) return shown;
    show_recordings(state, std::move(recordings));
    state.scenario_word = program ? "" : named.empty() ? state.scenario.name : named;
    if (program) state.edit.file_name = state.scenario.name + "-calibrated.toml";
    state.controls = controls_of(state.scenario);
    app_begin_edit(state);
    app_compare(state);
    playback_load(state.playback, longest_ns(state));
    state.view_to_ns = state.playback.end_ns;
    app_seek(state, 0);
    app_notes_open(state);
    return sim::Done{};
}

bool app_indexing(const AppState& state) { return state.indexing && state.indexing->running(); }

double app_indexed(const AppState& state) {
    double least = 1;
    for (const Side& side : state.sides)
        if (!side.whole()) least = std::min(least, static_cast<double>(side.indexed) / static_cast<double>(side.trace.records.size()));
    return least;
}

void app_index(AppState& state, void (*changed)()) {
    std::vector<Side*> unread;
    for (Side& side : state.sides)
        if (!side.whole()) unread.push_back(&side);
    if (unread.empty()) return;
    state.indexing = std::make_unique<Indexing>();
    state.indexing->start(std::move(unread), changed);
}

void app_sides_changed(AppState& state, bool whole) {
    app_compare(state);
    app_align_settle(state);
    app_length_changed(state, whole);
    state.selection.stale = true;
}

void app_length_changed(AppState& state, bool whole) {
    playback_load(state.playback, longest_ns(state));
    if (whole || state.view_from_ns >= state.playback.end_ns) state.view_from_ns = 0, state.view_to_ns = state.playback.end_ns;
    state.view_to_ns = std::min(state.view_to_ns, state.playback.end_ns);
    app_find_again(state);
    app_seek(state, state.playback.cursor_ns);
}

bool app_sees_whole(const AppState& state) { return state.view_from_ns == 0 && state.view_to_ns >= state.playback.end_ns; }

void app_settle(AppState& state) {
    if (!state.indexing || state.indexing->running()) return;
    state.indexing.reset();
    app_sides_changed(state, app_sees_whole(state));
    if (const std::string missing = app_align_missing(state); !missing.empty()) state.error = missing;
}

sim::Status app_simulate_text(AppState& state, std::string text) {
    state.error.clear();
    if (app_indexing(state) && state.alone) return sim::Error{.file = {}, .line = 0, .column = 0, .what = "The trace is still being read: the model can run beside it when that is done.", .hint = {}};
    const bool whole = app_sees_whole(state);
    sim::Result<sim::Scenario> scenario = sim::scenario_parse(std::move(text), state.scenario.path, state.given_sets);
    if (!scenario) return scenario.error();
    scenario->name = state.scenario.name;
    if (const sim::Status shown = show_simulation(state, std::move(scenario.value())); !shown) return shown;
    state.controls = controls_of(state.scenario);
    app_sides_changed(state, whole);                           // the run may be shorter now
    return sim::Done{};
}

bool app_show_text(AppState& state, std::string text) {
    const sim::Status shown = app_simulate_text(state, std::move(text));
    if (shown) return true;
    sim::Error error = shown.error();
    if (error.hint.starts_with("change it from the beginning")) error.hint = "Shift+B lets the branch go";
    state.error = error.text();
    return false;
}

sim::Status app_take_model(AppState& state, std::string text, bool beside) {
    const bool whole = app_sees_whole(state);
    sim::Result<sim::Scenario> scenario = sim::scenario_parse(std::move(text), state.scenario.path, state.given_sets);
    if (!scenario) return scenario.error();
    scenario->name = state.scenario.name;
    if (!beside) scenario->title = state.scenario.title, scenario->about = state.scenario.about;   // of the recording, which is what is seen
    if (beside) {
        if (const sim::Status shown = show_simulation(state, std::move(scenario.value())); !shown) return shown;
    } else {
        state.scenario = std::move(scenario.value());
    }
    state.controls = controls_of(state.scenario);
    app_begin_edit(state);
    app_sides_changed(state, whole);
    return sim::Done{};
}

void app_set_position(AppState& state, uint64_t records) {
    state.position = records;
    // On the model's side the world itself goes along, forward and back, by snapshots and re-stepping.
    if (state.focus == 0 && state.history) state.history->go_to_record(records);
}

void app_seek(AppState& state, int64_t time_ns) {
    playback_seek(state.playback, time_ns);
    app_set_position(state, records_until(state.sides[state.focus], std::max<int64_t>(app_cursor_of(state, state.focus), 0)));
}

void app_go_to_record(AppState& state, uint64_t record) {
    playback_seek(state.playback, app_shift_ns(state, state.focus) + state.sides[state.focus].trace.records[record].time_ns);
    app_set_position(state, record + 1);
}

void app_see(AppState& state, int64_t time_ns, double share) {
    if (time_ns >= state.view_from_ns && time_ns <= state.view_to_ns) return;
    const int64_t width = state.view_to_ns - state.view_from_ns;
    state.view_from_ns = std::clamp<int64_t>(time_ns - static_cast<int64_t>(static_cast<double>(width) * share), 0, std::max<int64_t>(state.playback.end_ns - width, 0));
    state.view_to_ns = state.view_from_ns + width;
}

void app_step(AppState& state, int direction) {
    const Side& side = state.sides[state.focus];
    state.playback.playing = false;
    const int64_t current = event_before(side, state.position), next = current + direction;
    const bool between = current >= 0 && side.events[static_cast<size_t>(current)] + 1 != state.position;
    const int64_t target = direction < 0 && between ? current : next;
    if (target >= static_cast<int64_t>(side.events.size())) return;
    if (target >= 0) return app_go_to_record(state, side.events[static_cast<size_t>(target)]);
    playback_seek(state.playback, std::min(state.playback.cursor_ns, app_shift_ns(state, state.focus)));
    app_set_position(state, 0);
}

void app_compare(AppState& state) {
    state.comparisons.clear();
    state.comparing.stale = true;
    for (const Side& side : state.sides)
        if (side.trace.records.size() > kLaidBesideMax || state.alone || !side.whole()) return;   // what was not read was not checked either
    if (state.sides.size() < 2) return;
    const sim::Trace first = sim::trace_of(state.sides[0].trace);
    for (size_t side = 1; side < state.sides.size(); ++side) state.comparisons.push_back(sim::compare_traces(first, sim::trace_of(state.sides[side].trace)));
}

Compared app_compared(const AppState& state) {
    const std::vector<sim::Comparison>& all = state.comparisons;
    if (all.empty()) return {};
    if (state.focus > 0) return {.comparison = &all[state.focus - 1], .side = state.focus};
    const auto differs = std::find_if(all.begin(), all.end(), [](const sim::Comparison& comparison) { return comparison.first_divergence.has_value(); });
    const size_t told = differs == all.end() ? 0 : static_cast<size_t>(differs - all.begin());
    return {.comparison = &all[told], .side = told + 1};
}

const sim::Divergence* app_divergence(const AppState& state) {
    const sim::Comparison* comparison = app_compared(state).comparison;
    return comparison != nullptr && comparison->first_divergence ? &*comparison->first_divergence : nullptr;
}

const sim::Divergence* app_divergence_here(const AppState& state) {
    const sim::Divergence* divergence = app_divergence(state);
    if (divergence == nullptr || state.position == 0) return nullptr;
    return state.position - 1 == (state.focus == 0 ? divergence->a_record : divergence->b_record) ? divergence : nullptr;
}

// The hash goes over all that is queued: once for a step, not for a frame.
uint64_t app_world_hash(const AppState& state) {
    if (state.focus != 0 || !state.history) return 0;
    if (state.hashed.step != state.history->step_count()) state.hashed = {.step = state.history->step_count(), .hash = state.history->hash()};
    return state.hashed.hash;
}

}  // namespace gui
