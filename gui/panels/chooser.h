// Over everything: a line to type in, and what its words could mean, one of which Enter takes. Commands are found so, and files.
#pragma once
#include <span>
#include <string>

#include "gui/draw/paint.h"

namespace gui {

struct ChooserRow { std::string_view text, about; bool unavailable = false; };   ///< unavailable: taking it would do nothing now
struct Choosing {
    const char* id;                       ///< of the field
    const std::string& text;              ///< typed so far
    const char* hint;                     ///< while nothing is typed
    const char* none;                     ///< where nothing is meant by it
    size_t row;                           ///< that Enter takes
    bool filled = false;                  ///< the text is not what was typed
};
struct Chose {
    bool typed = false, taken = false, left = false;   ///< left: a click elsewhere
    std::string text{};                   ///< typed: what the field holds now
    size_t row = 0;                       ///< taken: which
};
Chose draw_chooser(Paint& paint, const Rect& window, const Choosing& choosing, std::span<const ChooserRow> rows);

}  // namespace gui
