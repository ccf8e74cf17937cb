#include "gui/app/notes.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

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

// The notes in the file now; its text is left where it is no notes, and `book.bad` says why.
std::vector<Note> read(Notebook& book) {
    book.bad.clear();
    std::ifstream in(book.file, std::ios::binary);
    std::ostringstream text;
    std::error_code ignored;
    const bool file = fs::is_regular_file(book.file, ignored);
    if (file) text << in.rdbuf();
    if (!file || !in.is_open() || in.bad() || text.bad()) return book.bad = book.file + ": can't be read", std::vector<Note>{};
    sim::Result<std::vector<Note>> notes = notes_parse(text.str(), book.file);
    if (!notes) return book.bad = notes.error().text(), std::vector<Note>{};
    return std::move(notes.value());
}

// Whoever saves notes in this folder waits for the others, for a moment: the file is replaced as a whole.
class Turn {
public:
    explicit Turn(const std::string& file) {
        const std::string folder = fs::path(file).parent_path().string();
        folder_ = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        for (int tries = 0; folder_ >= 0 && flock(folder_, LOCK_EX | LOCK_NB) != 0 && tries < 50; ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ~Turn() {
        if (folder_ >= 0) close(folder_);
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    int folder_;
};

// `change` is made to what stands in the file now, not to what was read once: another window may have written since.
bool save(AppState& state, const std::function<void(std::vector<Note>&)>& change) {
    Notebook& book = state.notes;
    std::error_code ignored;
    const Turn turn(book.file);
    const bool there = fs::exists(book.file, ignored);
    if (!there) book.bad.clear();
    std::vector<Note> notes = there ? read(book) : book.notes;
    if (!book.bad.empty()) {
        state.error = "Nothing is written over notes that can't be read: " + book.bad;
        return false;
    }
    change(notes);
    if (const sim::Status written = notes.empty() && !there ? sim::Status(sim::Done{}) : sim::write_whole_file(book.file, notes_text(notes)); !written) {
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
    app_see(state, at_ns);
}

}  // namespace

void app_notes_open(AppState& state) {
    Notebook& book = state.notes;
    book = {};
    book.file = file_of(state);
    std::error_code ignored;
    if (fs::exists(book.file, ignored)) book.notes = read(book);
    if (!book.bad.empty()) state.error = "The notes are left as they are: " + book.bad;
}

bool app_note_put(AppState& state, const Note& note, const std::optional<Note>& instead) {
    const Note cut{.at_ns = note.at_ns, .text = note_cut(note.text)};
    const bool saved = save(state, [&](std::vector<Note>& notes) {
        if (instead) std::erase(notes, *instead);
        note_insert(notes, cut);
    });
    if (saved) state.said = "Noted at " + time_label(note.at_ns) + ", in " + fs::path(state.notes.file).filename().string() + (cut.text == note.text ? "." : ", its first " + std::to_string(kNoteLetters) + " letters.");
    return saved;
}

int64_t app_note_time(const AppState& state) { return std::max<int64_t>(app_cursor_of(state, 0), 0); }
int64_t app_notes_end(const AppState& state) { return state.playback.end_ns - app_shift_ns(state, 0); }

std::optional<Note> app_note_here(const AppState& state) {
    const std::vector<Note>& notes = state.notes.notes;
    const auto at = std::ranges::find(notes, app_note_time(state), &Note::at_ns);
    return at == notes.end() ? std::nullopt : std::optional(*at);
}

bool app_note_add(AppState& state, const std::string& text) { return app_note_put(state, {.at_ns = app_note_time(state), .text = text}, app_note_here(state)); }

void app_note_drop(AppState& state) {
    const std::optional<Note> here = app_note_here(state);
    if (!here) return static_cast<void>(state.said = "No note stands at the cursor: Shift+Right goes to the next.");
    size_t gone = 0;
    if (!save(state, [&](std::vector<Note>& notes) { gone = std::erase(notes, *here); })) return;
    state.said = gone > 0 ? "The note is gone." : "Another window has changed this note: it stays.";
}

void app_note_next(AppState& state, int direction) {
    const std::vector<Note>& notes = state.notes.notes;
    const int note = note_from(notes, app_cursor_of(state, 0), app_notes_end(state), direction);
    if (note >= 0) app_note_go(state, static_cast<size_t>(note));
    else state.said = notes.empty() ? "There is no note yet: Z makes one at the cursor." : "The notes are of a longer run: all stand beyond the end of this one.";
}

void app_note_go(AppState& state, size_t note) {
    if (note >= state.notes.notes.size()) return;
    const Note& to = state.notes.notes[note];
    if (to.at_ns > app_notes_end(state)) {
        state.said = "This note stands at " + time_label(to.at_ns) + ", beyond the end of this run.";
        return;
    }
    go_to(state, to.at_ns + app_shift_ns(state, 0));
    state.notes.shown = false;
    state.said = "Note " + std::to_string(note + 1) + " of " + std::to_string(state.notes.notes.size()) + ": " + to.text;
}

}  // namespace gui
