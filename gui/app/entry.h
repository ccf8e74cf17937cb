// A line that a command asks for: the text of a note, the rules to stop at, a program to record.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "gui/model/notes.h"

namespace gui {

struct AppState;

struct Entry {
    enum class For : uint8_t { nothing, note, rules, program };
    For what = For::nothing;
    std::string text, error;              ///< as typed; what was expected instead
    int64_t at_ns = 0;                    ///< a note: where the cursor stood when it was begun
    std::optional<Note> changes;          ///< the note that stood there
    bool shown() const { return what != For::nothing; }
};

void app_entry_begin(AppState& state, Entry::For what);
/// Enter: takes it, or says what is wrong and stays.
void app_entry_done(AppState& state);
/// What is asked for, and what Enter does.
std::string app_entry_prompt(const AppState& state);

}  // namespace gui
