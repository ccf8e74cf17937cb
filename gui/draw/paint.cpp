#include "gui/draw/paint.h"

#include <algorithm>
#include <cmath>

namespace gui {
namespace {

constexpr const char* kEllipsis = "...";

void place(Paint& paint, const Rect& rect, std::string_view text, bool cut) {
    if (paint.placed != nullptr) paint.placed->push_back({.panel = paint.panel, .text = std::string(text), .rect = rect, .panel_rect = paint.panel_rect, .cut = cut});
}

void draw_text(Paint& paint, const Font& font, float x, float y, ImU32 color, std::string_view text, bool cut = false) {
    paint.list->AddText(font.face, font.size, {std::round(x), std::round(y)}, color, text.data(), text.data() + text.size());
    place(paint, {x, y, x + text_width(font, text), y + font.size}, text, cut);
}

std::string fitted(const Font& font, std::string_view text, float width) {
    if (text_width(font, text) <= width) return std::string(text);
    const float room = width - text_width(font, kEllipsis);
    if (room <= 0) return {};
    const char* rest = nullptr;
    font.face->CalcTextSizeA(font.size, room, 0, text.data(), text.data() + text.size(), &rest);
    std::string out(text.data(), rest);
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out.empty() ? out : out + kEllipsis;
}

void hatch(Paint& paint, const Rect& rect, ImU32 color) {
    const float step = std::max(paint.px(7), rect.width() / 60), height = rect.height();
    paint.list->PushClipRect({rect.x0, rect.y0}, {rect.x1, rect.y1}, true);
    for (float x = rect.x0 - height; x < rect.x1; x += step) paint.list->AddLine({x, rect.y1}, {x + height, rect.y0}, color, paint.px(1.5f));
    paint.list->PopClipRect();
}

void dots(Paint& paint, const Rect& rect, ImU32 color) {
    const float step = std::max(paint.px(5), rect.width() / 40), size = paint.px(1.6f);
    for (float x = rect.x0 + paint.px(2); x + size < rect.x1; x += step)
        for (float y = rect.y0 + paint.px(2); y + size < rect.y1; y += paint.px(5)) paint.list->AddRectFilled({x, y}, {x + size, y + size}, color);
}

}  // namespace

float text_width(const Font& font, std::string_view text) { return font.face->CalcTextSizeA(font.size, FLT_MAX, 0, text.data(), text.data() + text.size()).x; }
float line_height(const Font& font) { return std::ceil(font.size * 1.35f); }

float text_line(Paint& paint, const Font& font, float x0, float x1, float y, ImU32 color, std::string_view text, Align align) {
    if (text.empty()) return x0;
    const std::string shown = fitted(font, text, x1 - x0);
    const bool cut = shown != text;
    if (shown.empty()) {
        place(paint, {x0, y, x0, y}, text, true);
        return x0;
    }
    const float width = text_width(font, shown);
    const float x = align == Align::left ? x0 : align == Align::right ? x1 - width : (x0 + x1 - width) / 2;
    draw_text(paint, font, x, y, color, shown, cut);
    return x + width;
}

float text_fitting(Paint& paint, const Font& font, float x0, float x1, float y, ImU32 color, std::span<const std::string> wordings, Align align) {
    for (const std::string& wording : wordings)
        if (text_width(font, wording) <= x1 - x0) return text_line(paint, font, x0, x1, y, color, wording, align);
    return wordings.empty() ? x0 : text_line(paint, font, x0, x1, y, color, wordings.back(), align);
}

namespace {

// The end of the line that begins at `at`, and where the next one begins.
struct Line { const char *stop, *next; };
Line line_at(const Font& font, const char* at, const char* end, float width) {
    const char* stop = wrap_position(font, at, end, width);
    // ImGui also breaks behind a full stop or comma, which would part "worker.3" and "11.8 ms": only a space parts words here.
    if (stop < end && *stop != ' ' && *stop != '\n') {
        const char* word = stop;
        while (word > at && word[-1] != ' ') --word;
        if (word > at) stop = word;   // a word that is longer than the line is broken
    }
    if (stop == at) ++stop;
    const char* next = stop;
    while (next < end && (*next == ' ' || *next == '\n')) ++next;
    return {.stop = stop, .next = next};
}

}  // namespace

float text_block(Paint& paint, const Font& font, const Rect& rect, ImU32 color, std::string_view text) {
    float y = rect.y0;
    const char *at = text.data(), *end = text.data() + text.size();
    if (at < end && y + line_height(font) > rect.y1 + 0.5f) place(paint, {rect.x0, y, rect.x0, y}, text, true);
    while (at < end && y + line_height(font) <= rect.y1 + 0.5f) {
        const Line line = line_at(font, at, end, rect.width());
        const bool last_line = y + 2 * line_height(font) > rect.y1 + 0.5f && line.next < end;
        if (last_line) {   // no room for more: the rest of the text, cut
            text_line(paint, font, rect.x0, rect.x1, y, color, {at, static_cast<size_t>(end - at)});
            return y + line_height(font);
        }
        draw_text(paint, font, rect.x0, y, color, {at, static_cast<size_t>(line.stop - at)});
        y += line_height(font);
        at = line.next;
    }
    return y;
}

float block_height(const Font& font, float width, std::string_view text) {
    float height = 0;
    for (const char *at = text.data(), *end = text.data() + text.size(); at < end; at = line_at(font, at, end, width).next) height += line_height(font);
    return height;
}

float text_block_fitting(Paint& paint, const Rect& rect, ImU32 color, std::string_view text) {
    const Font& usual = paint.fonts.text;
    return text_block(paint, block_height(usual, rect.width(), text) <= rect.height() + 0.5f ? usual : paint.fonts.small, rect, color, text);
}

// A small corner needs no smoothing, which makes three times as many triangles.
void fill(Paint& paint, const Rect& rect, ImU32 color, float rounding) {
    const ImDrawListFlags flags = paint.list->Flags;
    if (rounding < 4) paint.list->Flags &= ~ImDrawListFlags_AntiAliasedFill;
    paint.list->AddRectFilled({rect.x0, rect.y0}, {rect.x1, rect.y1}, color, rounding);
    paint.list->Flags = flags;
}

ImU32 box_color(const Theme& theme, BoxKind kind) {
    switch (kind) {
        case BoxKind::running: return theme.running;
        case BoxKind::ready: return theme.ready;
        case BoxKind::blocked: return theme.blocked;
        case BoxKind::suspended: return theme.suspended;
    }
    return theme.running;
}

bool label_fits(const Paint& paint, const Rect& rect, BoxKind kind, std::string_view label) {
    const Font& font = paint.fonts.small;
    return !label.empty() && kind != BoxKind::ready && rect.height() >= font.size && rect.width() >= text_width(font, label) + paint.px(6);
}

void state_box(Paint& paint, const Rect& rect, BoxKind kind) {
    const ImU32 pattern = (paint.theme->on_box & ~IM_COL32_A_MASK) | (static_cast<ImU32>(85) << IM_COL32_A_SHIFT);
    const bool wide = rect.width() >= paint.px(5);
    fill(paint, rect, box_color(*paint.theme, kind), wide ? paint.px(2) : 0);
    if (!wide) return;
    if (kind == BoxKind::blocked && rect.height() >= paint.px(6)) hatch(paint, rect, pattern);
    if (kind == BoxKind::ready) dots(paint, rect, pattern);
}

void box_label(Paint& paint, const Rect& rect, BoxKind kind, std::string_view label) {
    if (!label_fits(paint, rect, kind, label)) return;
    const Font& font = paint.fonts.small;
    const float middle = (rect.x0 + rect.x1) / 2, half = text_width(font, label) / 2 + paint.px(3), y = (rect.y0 + rect.y1 - font.size) / 2;
    if (kind == BoxKind::blocked) fill(paint, {middle - half, rect.y0, middle + half, rect.y1}, box_color(*paint.theme, kind));
    draw_text(paint, font, middle - half + paint.px(3), y, paint.theme->on_box, label);
}

void dotted_line(Paint& paint, float x0, float x1, float y, ImU32 color) {
    const float step = std::max(paint.px(4), (x1 - x0) / 200);
    for (float x = x0; x < x1; x += step) paint.list->AddRectFilled({x, y}, {std::min(x + paint.px(1.3f), x1), y + paint.px(1.3f)}, color);
}

void dashed_line(Paint& paint, float x0, float x1, float y, ImU32 color) {
    const float step = std::max(paint.px(8), (x1 - x0) / 120);
    for (float x = x0; x < x1; x += step) paint.list->AddRectFilled({x, y}, {std::min(x + step * 0.55f, x1), y + paint.px(1.2f)}, color);
}

bool clicked(const Rect& rect) {
    const ImGuiIO& io = ImGui::GetIO();
    const ImVec2 began = io.MouseClickedPos[0];
    return ImGui::IsMouseReleased(0) && hovered(rect) && io.MouseDragMaxDistanceSqr[0] < 9 && began.x >= rect.x0 && began.x <= rect.x1 && began.y >= rect.y0 && began.y <= rect.y1;
}

ImU32 faded(const Theme& theme, ImU32 color) {
    const auto mix = [=](int shift) { return static_cast<ImU32>((((color >> shift) & 255) * 3 + ((theme.lane >> shift) & 255) * 7) / 10) << shift; };
    return mix(IM_COL32_R_SHIFT) | mix(IM_COL32_G_SHIFT) | mix(IM_COL32_B_SHIFT) | IM_COL32_A_MASK;
}

bool hovered(const Rect& rect) { return ImGui::IsMouseHoveringRect({rect.x0, rect.y0}, {rect.x1, rect.y1}, false); }

void register_item(Paint& paint, std::string_view name, const Rect& rect) {
    if (paint.items != nullptr) paint.items->push_back({paint.panel, std::string(name), rect});
}

bool pressable(Paint& paint, const char* id, const Rect& rect, std::string_view name) {
    register_item(paint, name.empty() ? std::string_view(id) : name, rect);
    ImGui::SetCursorScreenPos({rect.x0, rect.y0});
    return ImGui::InvisibleButton(id, {std::max(rect.width(), 1.0f), std::max(rect.height(), 1.0f)});
}

namespace {

struct Pressed { bool clicked; ImU32 color; };

// The ground of a button and the colour of what stands on it.
Pressed button_ground(Paint& paint, const char* id, const Rect& rect, bool strong) {
    const bool clicked = pressable(paint, id, rect);
    const Theme& theme = *paint.theme;
    fill(paint, rect, strong ? theme.accent : ImGui::IsItemHovered() ? theme.accent_back : theme.line, paint.px(4));
    return {.clicked = clicked, .color = strong ? theme.on_accent : theme.text};
}

}  // namespace

bool button(Paint& paint, const char* id, const Rect& rect, std::string_view label, bool strong) {
    const Pressed pressed = button_ground(paint, id, rect, strong);
    const Font& font = paint.fonts.text;
    text_line(paint, font, rect.x0, rect.x1, (rect.y0 + rect.y1 - font.size) / 2, pressed.color, label, Align::center);
    return pressed.clicked;
}

bool icon_button(Paint& paint, const char* id, const Rect& rect, Icon icon, bool strong) {
    const Pressed pressed = button_ground(paint, id, rect, strong);
    const float x = (rect.x0 + rect.x1) / 2, y = (rect.y0 + rect.y1) / 2, r = paint.px(6), bar = paint.px(2.2f);
    const auto triangle = [&](float from, float to) {   // clockwise both ways, or its edges are not smoothed
        const float down = to > from ? r : -r;
        paint.list->AddTriangleFilled({from, y - down}, {to, y}, {from, y + down}, pressed.color);
    };
    const auto upright = [&](float at) { fill(paint, {at, y - r, at + bar, y + r}, pressed.color); };
    switch (icon) {
        case Icon::play: triangle(x - r * 0.7f, x + r); break;
        case Icon::pause: upright(x - r * 0.7f), upright(x + r * 0.7f - bar); break;
        case Icon::to_begin: upright(x - r), triangle(x + r, x - r + bar); break;
        case Icon::to_end: upright(x + r - bar), triangle(x - r, x + r - bar); break;
        case Icon::step: upright(x - r), triangle(x - r * 0.2f, x + r); break;
        case Icon::step_back: upright(x + r - bar), triangle(x + r * 0.2f, x - r); break;
        case Icon::menu:
            for (const float at : {y - paint.px(5), y, y + paint.px(5)}) fill(paint, {x - paint.px(7), at - paint.px(0.9f), x + paint.px(7), at + paint.px(0.9f)}, pressed.color);
            break;
    }
    return pressed.clicked;
}

bool link(Paint& paint, const char* id, const Font& font, float x0, float x1, float y, std::string_view text) {
    const float width = std::clamp(text_width(font, text), 1.0f, std::max(x1 - x0, 1.0f)), high = line_height(font);
    const bool clicked = pressable(paint, id, {x0, y, x0 + width, y + high});
    text_line(paint, font, x0, x1, y, paint.theme->accent, text);
    if (ImGui::IsItemHovered()) fill(paint, {x0, y + font.size + paint.px(1), x0 + width, y + font.size + paint.px(2)}, paint.theme->accent);
    return clicked;
}

}  // namespace gui
