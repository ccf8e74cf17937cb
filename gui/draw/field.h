// Text that a person types.
#pragma once
#include <string>

#include "gui/draw/paint.h"

namespace gui {

struct Typed {
    bool changed = false;                 ///< the text is another one than it was given
    bool left = false;                    ///< the field was changed and left: Enter, or a click elsewhere
    bool active = false;
};
/// One line. focus: it takes the keyboard, where no other has it. replaced: the text is another one than the last frame's, and not by typing.
Typed text_field(Paint& paint, const char* id, const Rect& rect, std::string& text, bool focus = false, bool replaced = false);
/// Many lines, which scroll.
Typed text_area(Paint& paint, const char* id, const Rect& rect, std::string& text);

}  // namespace gui
