// Notes at moments of a run, as text in a file: a line "portside notes 1", then a line a note, "TIME_NS<tab>TEXT". No ImGui.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"

namespace gui {

struct Note {
    int64_t at_ns = 0;
    std::string text;                     ///< of one line
    bool operator==(const Note&) const = default;
};

/// Of a text, letters of UTF-8.
inline constexpr size_t kNoteLetters = 200;

/// Sorted by time. Error: which line of `file` is no note.
sim::Result<std::vector<Note>> notes_parse(std::string_view text, const std::string& file);
std::string notes_text(const std::vector<Note>& notes);
/// The first kNoteLetters of a text; of none a part.
std::string note_cut(const std::string& text);
/// In the order of time, behind those of its moment. The very same twice is one.
void note_insert(std::vector<Note>& notes, Note note);
/// The note after a time, or before it (direction < 0), around the ends of a run that goes on until end_ns; -1: it has none.
int note_from(const std::vector<Note>& notes, int64_t at_ns, int64_t end_ns, int direction);

}  // namespace gui
