// What panels draw with: text that fits, boxes with a pattern for each state, buttons. All sizes are in units that `scale`
// turns into pixels. Texts register where they stand, so that a test can see what overlaps or is cut.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "gui/draw/theme.h"
#include "gui/model/side.h"

namespace gui {

struct Rect {
    float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    float width() const { return x1 - x0; }
    float height() const { return y1 - y0; }
    bool contains(const Rect& r) const { return r.x0 >= x0 - 0.5f && r.y0 >= y0 - 0.5f && r.x1 <= x1 + 0.5f && r.y1 <= y1 + 0.5f; }
    bool overlaps(const Rect& r) const { return r.x0 < x1 - 0.5f && x0 < r.x1 - 0.5f && r.y0 < y1 - 0.5f && y0 < r.y1 - 0.5f; }
};

struct PlacedText { std::string panel, text; Rect rect, panel_rect; };

struct Paint {
    ImDrawList* list = nullptr;
    const Theme* theme = nullptr;
    Fonts fonts;
    float scale = 1;
    std::string panel;                    ///< whose turn it is
    Rect panel_rect;
    std::vector<PlacedText>* placed = nullptr;   ///< for tests; null: nothing is registered

    float px(float units) const { return units * scale; }
};

enum class Align { left, right, center };

float text_width(const ImFont* font, std::string_view text);
float line_height(const ImFont* font);
/// One line within [x0, x1], cut with an ellipsis where it is too long. Returns where it ends. `y` is the top.
float text_line(Paint& paint, const ImFont* font, float x0, float x1, float y, ImU32 color, std::string_view text, Align align = Align::left);
/// Wrapped text; returns the y below it. Stops before `y1`.
float text_block(Paint& paint, const ImFont* font, const Rect& rect, ImU32 color, std::string_view text);

void fill(Paint& paint, const Rect& rect, ImU32 color, float rounding = 0);
/// A box of a thread's lane: running solid, ready dotted, blocked hatched; the label rides on it where it fits.
void state_box(Paint& paint, const Rect& rect, BoxKind kind, bool merged, std::string_view label);
void dotted_line(Paint& paint, float x0, float x1, float y, ImU32 color);
void dashed_line(Paint& paint, float x0, float x1, float y, ImU32 color);

/// True when it was clicked.
bool button(Paint& paint, const char* id, const Rect& rect, std::string_view label, bool strong = false);
/// True while the mouse stands on it.
bool hovered(const Rect& rect);

}  // namespace gui
