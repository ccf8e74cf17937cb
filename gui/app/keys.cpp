#include "gui/app/keys.h"

#include "gui/app/commands.h"

namespace gui {
namespace {

bool palette_key(AppState& state, int code) {
    switch (code) {
        case kKeyUp: case kKeyDown: app_palette_move(state, code == kKeyDown ? 1 : -1); return true;
        case kKeyEnter: app_palette_run(state, state.palette.row); return true;
        default: return false;
    }
}

bool open_key(AppState& state, int code) {
    switch (code) {
        case kKeyUp: case kKeyDown: app_open_move(state, code == kKeyDown ? 1 : -1); return true;
        case kKeyEnter: app_open_take(state, state.files.open.row); return true;
        default: return false;
    }
}

}  // namespace

bool app_key(AppState& state, int code, bool ctrl, bool shift, bool typing) {
    CommandId id{};
    const bool known = command_of_key(code, ctrl, shift, id);
    if (state.palette.shown) {                             // its field has the keyboard, or will have it with the next frame
        if (known && (id == CommandId::close || id == CommandId::palette)) return command_run(state, id), true;
        return palette_key(state, code);
    }
    if (state.files.open.shown) {
        if (known && (id == CommandId::close || id == CommandId::open)) return command_run(state, id), true;
        return open_key(state, code);
    }
    if (state.find.typing) {                               // Enter and Escape leave the field; what is typed is meant for it
        if (code == kKeyEnter) return state.find.typing = false, app_find_next(state, 1), true;
        if (known && id == CommandId::close) return command_run(state, id), true;
        if (id != CommandId::palette || !known) return false;
        state.find.typing = false;
    }
    if (state.entry.shown()) {                             // likewise
        if (code == kKeyEnter) return app_entry_done(state), true;
        return known && id == CommandId::close ? command_run(state, id), true : false;
    }
    if (state.quiz.open() && !typing && !ctrl && !shift && code >= '1' && code <= '8') return app_answer(state, static_cast<size_t>(code - '1')), true;
    if (!known || (typing && id != CommandId::palette)) return false;
    command_run(state, id);
    return true;
}

}  // namespace gui
