#include "gui/app/entry.h"

#include "gui/app/state.h"
#include "gui/model/text.h"

namespace gui {

void app_entry_begin(AppState& state, Entry::For what) {
    state.entry = {.what = what, .text = {}, .error = {}, .at_ns = app_note_time(state), .changes = {}};
    if (what == Entry::For::rules) state.entry.text = state.breaks.text;
    if (what == Entry::For::program) state.entry.text = state.recorder.command_line;
    if (what != Entry::For::note) return;
    state.entry.changes = app_note_here(state);
    if (state.entry.changes) state.entry.text = state.entry.changes->text;
    state.playback.playing = false;
}

void app_entry_done(AppState& state) {
    Entry& entry = state.entry;
    entry.error.clear();
    if (entry.what == Entry::For::rules) {
        if (const sim::Status set = app_break_at(state, entry.text); !set) entry.error = set.error().text();
    } else if (entry.what == Entry::For::program) {
        if (const sim::Status begun = app_record_program(state, entry.text); !begun) entry.error = begun.error().text();
    } else if (entry.what == Entry::For::note) {
        if (entry.text.find_first_not_of(' ') == std::string::npos) entry.error = "A note needs a text.";
        else if (!app_note_put(state, {.at_ns = entry.at_ns, .text = entry.text}, entry.changes)) entry.error = state.error;   // the text stays
    }
    if (entry.error.empty()) entry = {};
}

std::string app_entry_prompt(const AppState& state) {
    if (!state.entry.error.empty()) return state.entry.error;
    if (state.entry.what == Entry::For::rules) return "Rules to stop at, such as K17 K19; nothing: none. Enter takes them, Esc leaves.";
    if (state.entry.what == Entry::For::program) return "A Windows program and its arguments, to record it as it runs. Enter begins, Esc leaves.";
    return "Note at " + time_label(state.entry.at_ns) + ". Enter keeps it, Esc leaves.";
}

}  // namespace gui
