// What panels draw with: text that fits, boxes with a pattern for each state, buttons. All sizes are in units that `scale`
// turns into pixels. Texts register where they stand, so that a test can see what overlaps or is cut.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gui/draw/canvas.h"
#include "gui/draw/motion.h"
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

/// For tests. `cut`: it did not fit and was shortened.
struct PlacedText { std::string panel, text; Rect rect, panel_rect; bool cut = false; };
/// Likewise: what can be clicked, dragged or typed in, by its name; a panel is an item of its own name in itself.
struct PlacedItem { std::string panel, name; Rect rect; };

struct Paint {
    ImDrawList* list = nullptr;
    Canvas* canvas = nullptr;             ///< null: what is narrower than its own box is not drawn
    Motion* motion = nullptr;             ///< null: nothing slides
    const Theme* theme = nullptr;
    Fonts fonts;
    float scale = 1;
    std::string panel;                    ///< whose turn it is
    Rect panel_rect;
    std::vector<PlacedText>* placed = nullptr;   ///< for tests; null: nothing is registered
    std::vector<PlacedItem>* items = nullptr;    ///< likewise

    float px(float units) const { return units * scale; }
};

enum class Align { left, right, center };

float text_width(const Font& font, std::string_view text);
float line_height(const Font& font);
/// One line within [x0, x1], cut with an ellipsis where it is too long. Returns where it ends. `y` is the top.
float text_line(Paint& paint, const Font& font, float x0, float x1, float y, ImU32 color, std::string_view text, Align align = Align::left);
/// The first of these wordings that fits whole; the last one is cut if none does.
float text_fitting(Paint& paint, const Font& font, float x0, float x1, float y, ImU32 color, std::span<const std::string> wordings, Align align = Align::left);
/// Wrapped text; returns the y below it. Stops before `y1`.
float text_block(Paint& paint, const Font& font, const Rect& rect, ImU32 color, std::string_view text);
/// The same in the small font where it is too long for the usual one.
float text_block_fitting(Paint& paint, const Rect& rect, ImU32 color, std::string_view text);
/// Height of the same text wrapped to a width.
float block_height(const Font& font, float width, std::string_view text);

void fill(Paint& paint, const Rect& rect, ImU32 color, float rounding = 0);
ImU32 box_color(const Theme& theme, BoxKind kind);
/// A box of a thread's lane: running solid, ready dotted, blocked hatched.
void state_box(Paint& paint, const Rect& rect, BoxKind kind);
/// The label of such a box, where it fits.
void box_label(Paint& paint, const Rect& rect, BoxKind kind, std::string_view label);
/// Whether a label has room in a box of this size.
bool label_fits(const Paint& paint, const Rect& rect, BoxKind kind, std::string_view label);
void dotted_line(Paint& paint, float x0, float x1, float y, ImU32 color);
void dashed_line(Paint& paint, float x0, float x1, float y, ImU32 color);

/// Where the mouse can press, ImGui's last item from then on; true when it was clicked. `name`: as what it is registered, "" = its id.
bool pressable(Paint& paint, const char* id, const Rect& rect, std::string_view name = {});
/// Only registers: ImGui has the item, or the whole panel is it.
void register_item(Paint& paint, std::string_view name, const Rect& rect);
/// True when it was clicked.
bool button(Paint& paint, const char* id, const Rect& rect, std::string_view label, bool strong = false);
enum class Icon : uint8_t { to_begin, step_back, play, pause, step, to_end, menu };
bool icon_button(Paint& paint, const char* id, const Rect& rect, Icon icon, bool strong = false);
/// Text in the accent colour; true when it was clicked.
bool link(Paint& paint, const char* id, const Font& font, float x0, float x1, float y, std::string_view text);
/// True while the mouse stands on it.
bool hovered(const Rect& rect);
/// True when it was pressed and let go here, without a drag.
bool clicked(const Rect& rect);
/// A colour of something that is not what is meant: nearer to the ground.
ImU32 faded(const Theme& theme, ImU32 color);

}  // namespace gui
