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

inline constexpr size_t kNoteLetters = 200;

/// Sorted by time. Error: which line of `file` is no note.
sim::Result<std::vector<Note>> notes_parse(std::string_view text, const std::string& file);
std::string notes_text(const std::vector<Note>& notes);
/// The note after a time, or before it (direction < 0), around the ends; -1: there is none.
int note_from(const std::vector<Note>& notes, int64_t at_ns, int direction);

}  // namespace gui
