#include "gui/app/keys.h"

#include "gui/app/commands.h"

namespace gui {
namespace {

bool menu_key(AppState& state, int code, bool ctrl) {
    switch (code) {
        case kKeyLeft: case kKeyRight: app_menu_turn(state, code == kKeyRight ? 1 : -1); return true;
        case kKeyUp: case kKeyDown: app_menu_move(state, code == kKeyDown ? 1 : -1); return true;
        case kKeyHome: case kKeyEnd: app_menu_row(state, state.menu.menu, code == kKeyHome ? 0 : menu_commands(state.menu.menu).size() - 1); return true;
        case kKeyEnter: case kKeySpace: app_menu_run(state); return true;
        default: return !ctrl && code >= 'A' && code <= 'Z' && app_menu_letter(state, static_cast<char>(code));
    }
}

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

// Its key writes nothing, and it is wanted while one types.
bool leaves_field(CommandId id) { return id == CommandId::palette || id == CommandId::menu; }

}  // namespace

bool app_key(AppState& state, int code, bool ctrl, bool shift, bool typing) {
    CommandId id{};
    const bool known = command_of_key(code, ctrl, shift, id);
    if (state.menu.shown) {
        if (known && (id == CommandId::close || id == CommandId::menu)) return command_run(state, id), true;
        return menu_key(state, code, ctrl);
    }
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
        if (!known || !leaves_field(id)) return false;
        state.find.typing = false;
    }
    if (state.entry.shown()) {                             // likewise
        if (code == kKeyEnter) return app_entry_done(state), true;
        return known && id == CommandId::close ? command_run(state, id), true : false;
    }
    if (state.quiz.open() && !typing && !ctrl && !shift && code >= '1' && code <= '8') return app_answer(state, static_cast<size_t>(code - '1')), true;
    if (!known || (typing && !leaves_field(id))) return false;
    command_run(state, id);
    return true;
}

}  // namespace gui
