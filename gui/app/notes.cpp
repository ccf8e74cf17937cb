#include "gui/app/notes.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gui/app/state.h"
#include "gui/model/text.h"
#include "sim/cli/whole_file.h"

namespace gui {
namespace {

namespace fs = std::filesystem;

// Beside the first recording that has a file; else by the scenario's name.
std::string file_of(const AppState& state) {
    for (const std::string& file : state.trace_files) return file + ".notes";
    return state.scenario.name + ".notes";
}

bool save(AppState& state, std::vector<Note> notes) {
    Notebook& book = state.notes;
    if (!book.bad.empty()) {
        state.error = "Nothing is written over notes that can't be read: " + book.bad;
        return false;
    }
    std::error_code ignored;
    if (notes.empty() && !fs::exists(book.file, ignored)) return true;
    if (const sim::Status written = sim::write_whole_file(book.file, notes_text(notes)); !written) {
        state.error = "The note was not saved: " + written.error().text();
        return false;
    }
    state.error.clear();
    book.notes = std::move(notes);
    return true;
}

void go_to(AppState& state, int64_t at_ns) {
    state.playback.playing = false;
    app_seek(state, at_ns);
    const int64_t width = state.view_to_ns - state.view_from_ns;
    if (at_ns >= state.view_from_ns && at_ns <= state.view_to_ns) return;
    state.view_from_ns = std::clamp<int64_t>(at_ns - width / 2, 0, std::max<int64_t>(state.playback.end_ns - width, 0));
    state.view_to_ns = state.view_from_ns + width;
}

}  // namespace

void app_notes_open(AppState& state) {
    Notebook& book = state.notes;
    book = {};
    book.file = file_of(state);
    std::error_code ignored;
    if (!fs::exists(book.file, ignored)) return;
    std::ifstream in(book.file, std::ios::binary);
    std::ostringstream text;
    if (fs::is_regular_file(book.file, ignored)) text << in.rdbuf();
    if (!in.is_open() || in.bad() || text.bad() || !fs::is_regular_file(book.file, ignored)) book.bad = book.file + ": can't be read";
    else if (sim::Result<std::vector<Note>> notes = notes_parse(text.str(), book.file)) book.notes = std::move(notes.value());
    else book.bad = notes.error().text();
    if (!book.bad.empty()) state.error = "The notes are left as they are: " + book.bad;
}

bool app_note_add(AppState& state, const std::string& text) {
    std::vector<Note> notes = state.notes.notes;
    const int64_t at_ns = state.playback.cursor_ns;
    std::erase_if(notes, [at_ns](const Note& note) { return note.at_ns == at_ns; });
    notes.insert(std::upper_bound(notes.begin(), notes.end(), at_ns, [](int64_t t, const Note& note) { return t < note.at_ns; }), {.at_ns = at_ns, .text = text.substr(0, kNoteLetters)});
    if (!save(state, std::move(notes))) return false;
    state.said = "Noted at " + time_label(at_ns) + ", in " + fs::path(state.notes.file).filename().string() + ".";
    return true;
}

void app_note_drop(AppState& state) {
    std::vector<Note> notes = state.notes.notes;
    if (std::erase_if(notes, [&state](const Note& note) { return note.at_ns == state.playback.cursor_ns; }) == 0) state.said = "No note stands at the cursor: Shift+Right goes to the next.";
    else if (save(state, std::move(notes))) state.said = "The note is gone.";
}

void app_note_next(AppState& state, int direction) {
    const int note = note_from(state.notes.notes, state.playback.cursor_ns, direction);
    if (note < 0) state.said = "There is no note yet: Z makes one at the cursor.";
    else app_note_go(state, static_cast<size_t>(note));
}

void app_note_go(AppState& state, size_t note) {
    if (note >= state.notes.notes.size()) return;
    const Note& to = state.notes.notes[note];
    go_to(state, to.at_ns);
    state.notes.shown = false;
    state.said = "Note " + std::to_string(note + 1) + " of " + std::to_string(state.notes.notes.size()) + ": " + to.text;
}

}  // namespace gui
