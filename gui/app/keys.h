// What a key that is pressed means now: it goes to the line in which somebody types, else to its command.
#pragma once
#include "gui/app/state.h"

namespace gui {

/// code: a Key, or a capital letter or sign. typing: a text field has the keyboard, so that characters are not meant for commands.
/// False: it means nothing here.
bool app_key(AppState& state, int code, bool ctrl, bool shift, bool typing);

}  // namespace gui
