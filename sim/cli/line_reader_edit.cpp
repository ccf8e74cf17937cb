#include <histedit.h>

#include <cstdio>

#include "sim/base/check.h"
#include "sim/cli/line_reader.h"

namespace sim {
namespace {

constexpr int kLinesKept = 500;

}  // namespace

struct LineReader::Library {
    const char* prompt;
    EditLine* edit = nullptr;
    History* lines = nullptr;
};

LineReader::LineReader(const char* prompt) : library_(new Library{.prompt = prompt}) {
    library_->edit = el_init("portside", stdin, stdout, stderr);
    library_->lines = history_init();
    SIM_CHECK(library_->edit != nullptr && library_->lines != nullptr, "libedit does not start at this terminal");
    HistEvent event;
    history(library_->lines, &event, H_SETSIZE, kLinesKept);
    history(library_->lines, &event, H_SETUNIQUE, 1);
    el_set(library_->edit, EL_CLIENTDATA, library_);
    el_set(library_->edit, EL_PROMPT, +[](EditLine* edit) -> char* {
        Library* library = nullptr;
        el_get(edit, EL_CLIENTDATA, &library);
        return const_cast<char*>(library->prompt);
    });
    el_set(library_->edit, EL_EDITOR, "emacs");
    el_set(library_->edit, EL_SIGNAL, 1);
    el_set(library_->edit, EL_HIST, history, library_->lines);
    el_source(library_->edit, nullptr);                        // the user's own keys, ~/.editrc
}

LineReader::~LineReader() {
    history_end(library_->lines);
    el_end(library_->edit);
    delete library_;
}

std::optional<std::string> LineReader::next() {
    int count = 0;
    const char* text = el_gets(library_->edit, &count);
    if (text == nullptr || count <= 0) return std::nullopt;
    std::string line(text, static_cast<size_t>(count));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    HistEvent event;
    if (!line.empty()) history(library_->lines, &event, H_ENTER, line.c_str());
    return line;
}

}  // namespace sim
