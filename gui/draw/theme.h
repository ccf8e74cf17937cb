// Colours, sizes and fonts of the window. One accent, three weights of text; the warning colour means over the limit or wrong and
// nothing else.
#pragma once
#include <array>

#include "gui/draw/imgui_compat.h"

namespace gui {

struct Theme {
    ImU32 back, panel, line;              ///< behind the lanes, behind the columns, thin separators
    ImU32 text, dim, faint;
    ImU32 unavailable;                    ///< the text of what can't be done now: told from `text` in every theme
    ImU32 accent, on_accent, accent_back; ///< what can be clicked, text on it; the selected row
    ImU32 running, ready, blocked, suspended, parked, queued;
    ImU32 on_box;                         ///< text on a running box
    ImU32 warning, on_warning;
    ImU32 lane;                           ///< a lane's ground
    std::array<ImU32, 8> threads;         ///< on the processors, by thread number and round again; on_box is read on each
};
const Theme& theme_dark();
const Theme& theme_light();
const Theme& theme_contrast();            ///< black and white, and strong colours
const Theme& theme_grey();                ///< for print: states differ in lightness and pattern

struct Fonts { Font text, bold, small, mono, clock; };
/// Rasterises the fonts at this scale into the atlas of the current context.
Fonts fonts_load(float scale);

/// Contrast of two opaque colours as WCAG defines it, 1..21.
double contrast(ImU32 a, ImU32 b);

}  // namespace gui
