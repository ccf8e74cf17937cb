// Whether a command could do something now, and what it switches is on: for who shows commands before they are run.
#include <algorithm>

#include "gui/app/commands.h"
#include "gui/model/phases.h"

namespace gui {
namespace {

bool has_model(const AppState& state) { return !state.scenario.text.empty(); }

bool has_recording(const AppState& state) {
    return std::ranges::any_of(state.sides, [](const Side& side) { return side.whole() && side.trace.header.source == "measured"; });
}

bool event_after_cursor(const AppState& state) {
    const Side& side = state.sides[state.focus];
    return event_before(side, state.position) + 1 < static_cast<int64_t>(side.events.size());
}

bool divergences_there(const AppState& state) {
    const CloseLook* look = app_close_look(state);
    return look != nullptr ? !look->divergences.empty() : app_compared(state).comparison != nullptr;
}

bool wrong_answer(const Quiz& quiz) { return quiz.question && quiz.answer >= 0 && !quiz.question->choices[static_cast<size_t>(quiz.answer)].right; }

// Besides the menu and the palette, which are closed by whatever is run from them.
bool something_open(const AppState& state) { return state.help || state.about || state.notes.shown || state.entry.shown() || state.find.shown || state.selection.any() || state.range.any(); }

// Of the values that the left column has.
bool control_available(const AppState& state, CommandId id) {
    if (!has_model(state)) return false;
    const Controls& c = state.controls;
    switch (id) {
        case CommandId::processors_less: return c.processors > 1;
        case CommandId::concurrency_less: return c.concurrency > 0;
        case CommandId::threads_less: return c.threads > 1 && !state.scenario.workers.empty();
        case CommandId::threads_more: return !state.scenario.workers.empty();
        case CommandId::seed_less: return c.seed > 0;
        default: return true;
    }
}

bool value_available(const AppState& state, CommandId id) {
    const ScenarioEdit& edit = state.edit;
    if (edit.row >= edit.fields.size()) return false;
    if (id == CommandId::value_next || id == CommandId::value_before) return true;
    if (id != CommandId::value_reset) return has_model(state);
    const auto file = std::ranges::find(edit.file_fields, edit.fields[edit.row].path, &sim::Field::path);
    return has_model(state) && file != edit.file_fields.end() && file->value != edit.fields[edit.row].value;
}

// What goes somewhere in the run.
bool way_available(const AppState& state, CommandId id) {
    const Side& side = state.sides[state.focus];
    const Finding& find = state.find;
    switch (id) {
        case CommandId::step: return event_after_cursor(state);
        case CommandId::next_slide: return event_after_cursor(state) || (state.presenter && !state.revealed);
        case CommandId::step_back: case CommandId::slide_before: return state.position > 0 || app_cursor_of(state, state.focus) > 0;
        case CommandId::to_begin: return state.playback.cursor_ns > 0;
        case CommandId::to_end: return state.playback.cursor_ns < state.playback.end_ns;
        case CommandId::match_next: case CommandId::match_before: return !find.asked || !find.search.matches().empty();   // else it asks for what to search
        case CommandId::thread_next: case CommandId::thread_before: return !side.lanes.empty();
        case CommandId::packet_next: case CommandId::packet_before: return !side.packets.empty();
        case CommandId::note_next: case CommandId::note_before: return !state.notes.notes.empty();
        case CommandId::note_drop: return app_note_here(state).has_value();
        case CommandId::phase_burst: case CommandId::phase_saturation: case CommandId::phase_block: case CommandId::phase_over: case CommandId::phase_drain: return phase_known(side, static_cast<PhaseKind>(static_cast<int>(id) - static_cast<int>(CommandId::phase_burst)));
        default: return true;
    }
}

bool view_available(const AppState& state, CommandId id) {
    constexpr int64_t kClosest = 2'000;   // ns across: half of it is the least that is shown
    switch (id) {
        case CommandId::zoom_in: return state.view_to_ns - state.view_from_ns >= kClosest;
        case CommandId::zoom_out: case CommandId::zoom_all: return state.view_from_ns > 0 || state.view_to_ns < state.playback.end_ns;
        case CommandId::pan_left: return state.view_from_ns > 0;
        case CommandId::pan_right: return state.view_to_ns < state.playback.end_ns;
        case CommandId::next_port: return state.scenario.ports.size() > 1;
        case CommandId::next_page: return !pages_of(arrangement_of(state.window)).empty();
        case CommandId::times_next: return !state.times.shown || state.times.by != TimesView::By::port || state.sides[state.focus].ports.size() > 1;
        default: return true;
    }
}

}  // namespace

bool command_available(const AppState& state, CommandId id) {
    if (state.sides.empty()) return true;
    const bool whole_run = has_model(state) && !state.branched.any();
    switch (id) {
        case CommandId::undo: return state.edit.versions.can_undo();
        case CommandId::redo: return state.edit.versions.can_redo();
        case CommandId::processors_less: case CommandId::processors_more: case CommandId::concurrency_less: case CommandId::concurrency_more: case CommandId::threads_less: case CommandId::threads_more: case CommandId::seed_less: case CommandId::seed_more: case CommandId::policy: return control_available(state, id);
        case CommandId::value_next: case CommandId::value_before: case CommandId::value_less: case CommandId::value_more: case CommandId::value_reset: return value_available(state, id);
        case CommandId::reset_all: return has_model(state) && (state.scenario.text != state.edit.file_text || state.alone || state.branched.any());
        case CommandId::save_as: return has_model(state);
        case CommandId::save_png: case CommandId::save_svg: case CommandId::save_gif: case CommandId::save_handout: return state.exports.due != ExportKind::gif;
        case CommandId::record: return state.recorder.now != nullptr || whole_run;
        case CommandId::record_backend: return record_backends().size() > 1;
        case CommandId::record_program: return state.recorder.now == nullptr;
        case CommandId::faster: return state.playback.speed < kSpeedMax;
        case CommandId::slower: return state.playback.speed > kSpeedMin;
        case CommandId::range_clear: return state.range.any();
        case CommandId::next_side: case CommandId::align: return state.sides.size() > 1;
        case CommandId::divergence: return app_divergence(state) != nullptr;
        case CommandId::divergence_next: case CommandId::divergence_before: return divergences_there(state);
        case CommandId::predict: return has_recording(state) && !state.branched.any();
        case CommandId::keep_run: case CommandId::branch: return !state.alone && !app_indexing(state);
        case CommandId::let_go: return app_kept(state) > 0 || state.branched.any();
        case CommandId::explore: case CommandId::explore_figure: return state.explore.shown || whole_run;
        case CommandId::explore_best: return state.explore.explorer != nullptr;
        case CommandId::quiz: return state.quiz.on || !state.alone;
        case CommandId::ask_next: return !state.alone;
        case CommandId::run_anyway: return wrong_answer(state.quiz);
        case CommandId::close: return something_open(state);
        default: return way_available(state, id) && view_available(state, id);
    }
}

bool command_on(const AppState& state, CommandId id) {
    switch (id) {
        case CommandId::play: return state.playback.playing;
        case CommandId::loop: return state.range.loop;
        case CommandId::edit: return state.edit.shown;
        case CommandId::record: return state.recorder.now != nullptr;
        case CommandId::processor_lanes: return state.processor_lanes;
        case CommandId::packet_bars: return state.packet_bars;
        case CommandId::times: return state.times.shown;
        case CommandId::still: return state.still;
        case CommandId::search: return state.find.shown;
        case CommandId::notes: return state.notes.shown;
        case CommandId::break_at: return !state.breaks.rules.empty();
        case CommandId::compare: return state.comparing.shown;
        case CommandId::align: return state.alignment.any();
        case CommandId::explore: return state.explore.shown;
        case CommandId::quiz: return state.quiz.on;
        case CommandId::presenter: return state.presenter;
        case CommandId::about: return state.about;
        case CommandId::help: return state.help;
        case CommandId::palette: return state.palette.shown;
        case CommandId::menu: return state.menu.shown;
        default: return false;
    }
}

std::string command_value(const AppState& state, CommandId id) {
    switch (id) {
        case CommandId::policy: return state.controls.policy;
        case CommandId::theme: return theme_name(state.theme);
        case CommandId::record_backend: return record_backends()[state.recorder.backend % record_backends().size()];
        case CommandId::break_at: return state.breaks.text;
        default: return {};
    }
}

}  // namespace gui
