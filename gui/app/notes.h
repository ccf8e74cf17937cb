// Bookmarks with a text, kept in a file beside the trace; of a run without one, under the scenario's name in the working folder.
#pragma once
#include <optional>
#include <string>

#include "gui/model/notes.h"

namespace gui {

struct AppState;

struct Notebook {
    std::vector<Note> notes;
    std::string file;                     ///< TRACE.notes, SCENARIO.notes
    std::string bad;                      ///< why that file can't be read: then nothing is written to it; "": it can, or is not there
    bool shown = false;                   ///< the sheet of all notes
};

/// Reads the notes of what is shown. A file that can't be read is told in the status line and left as it is.
void app_notes_open(AppState& state);
/// A note, instead of one that was there; saved at once, beside what other windows have written into the file meanwhile. False: it was
/// not saved, and `error` says why.
bool app_note_put(AppState& state, const Note& note, const std::optional<Note>& instead);
/// Notes stand on the clock of the first side: the cursor there, not before it begins, and the end.
int64_t app_note_time(const AppState& state);
int64_t app_notes_end(const AppState& state);
/// The one that stands at the cursor, to be changed. None: there is none.
std::optional<Note> app_note_here(const AppState& state);
/// Puts one at the cursor, instead of the one that stands there.
bool app_note_add(AppState& state, const std::string& text);
/// The note at the cursor goes.
void app_note_drop(AppState& state);
/// The cursor to the next or former note.
void app_note_next(AppState& state, int direction);
/// The cursor to this note; closes the sheet.
void app_note_go(AppState& state, size_t note);

}  // namespace gui
