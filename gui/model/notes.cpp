#include "gui/model/notes.h"

#include <algorithm>
#include <charconv>

namespace gui {
namespace {

constexpr std::string_view kHead = "portside notes 1";

sim::Error wrong(const std::string& file, int line, std::string what) { return {.file = file, .line = line, .column = 1, .what = std::move(what), .hint = "a note is its time in ns, a tab, and its text; move the file away to begin anew"}; }

}  // namespace

sim::Result<std::vector<Note>> notes_parse(std::string_view text, const std::string& file) {
    std::vector<Note> notes;
    for (int line = 1; !text.empty(); ++line) {
        const size_t end = std::min(text.find('\n'), text.size());
        std::string_view row = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (row.ends_with('\r')) row.remove_suffix(1);
        if (line == 1) {
            if (row != kHead) return wrong(file, line, "expected the line '" + std::string(kHead) + "'");
            continue;
        }
        if (row.empty()) continue;
        Note note;
        const auto read = std::from_chars(row.data(), row.data() + row.size(), note.at_ns);
        const auto rest = row.substr(static_cast<size_t>(read.ptr - row.data()));
        if (read.ec != std::errc{} || note.at_ns < 0 || !rest.starts_with('\t')) return wrong(file, line, "this is no note");
        note.text = rest.substr(1);
        notes.push_back(std::move(note));
    }
    std::stable_sort(notes.begin(), notes.end(), [](const Note& a, const Note& b) { return a.at_ns < b.at_ns; });
    return notes;
}

std::string notes_text(const std::vector<Note>& notes) {
    std::string out(kHead);
    out += '\n';
    for (const Note& note : notes) {
        std::string text = note.text;
        std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
        out += std::to_string(note.at_ns) + '\t' + text + '\n';
    }
    return out;
}

std::string note_cut(const std::string& text) {
    size_t at = 0;
    for (size_t letters = 0; at < text.size(); ++at)
        if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80 && ++letters > kNoteLetters) break;   // no byte that goes on with a letter
    return text.substr(0, at);
}

void note_insert(std::vector<Note>& notes, Note note) {
    if (std::find(notes.begin(), notes.end(), note) != notes.end()) return;
    notes.insert(std::upper_bound(notes.begin(), notes.end(), note.at_ns, [](int64_t t, const Note& other) { return t < other.at_ns; }), std::move(note));
}

int note_from(const std::vector<Note>& notes, int64_t at_ns, int64_t end_ns, int direction) {
    const auto later = [](int64_t t, const Note& note) { return t < note.at_ns; };
    const auto end = std::upper_bound(notes.begin(), notes.end(), end_ns, later);   // those beyond belong to a longer run
    const auto count = static_cast<int>(end - notes.begin());
    if (count == 0) return -1;
    if (direction > 0) return static_cast<int>(std::upper_bound(notes.begin(), end, at_ns, later) - notes.begin()) % count;
    const auto before = std::lower_bound(notes.begin(), end, at_ns, [](const Note& note, int64_t t) { return note.at_ns < t; });
    return (static_cast<int>(before - notes.begin()) + count - 1) % count;
}

}  // namespace gui
