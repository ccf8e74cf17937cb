#include "gui/draw/paint.h"

#include <algorithm>
#include <cmath>

namespace gui {
namespace {

constexpr const char* kEllipsis = "...";

void place(Paint& paint, const Rect& rect, std::string_view text) {
    if (paint.placed != nullptr) paint.placed->push_back({.panel = paint.panel, .text = std::string(text), .rect = rect, .panel_rect = paint.panel_rect});
}

void draw_text(Paint& paint, const ImFont* font, float x, float y, ImU32 color, std::string_view text) {
    paint.list->AddText(font, font->FontSize, {std::round(x), std::round(y)}, color, text.data(), text.data() + text.size());
    place(paint, {x, y, x + text_width(font, text), y + font->FontSize}, text);
}

std::string fitted(const ImFont* font, std::string_view text, float width) {
    if (text_width(font, text) <= width) return std::string(text);
    const float room = width - text_width(font, kEllipsis);
    if (room <= 0) return {};
    const char* rest = nullptr;
    font->CalcTextSizeA(font->FontSize, room, 0, text.data(), text.data() + text.size(), &rest);
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

float text_width(const ImFont* font, std::string_view text) { return font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, text.data(), text.data() + text.size()).x; }
float line_height(const ImFont* font) { return std::ceil(font->FontSize * 1.35f); }

float text_line(Paint& paint, const ImFont* font, float x0, float x1, float y, ImU32 color, std::string_view text, Align align) {
    const std::string shown = fitted(font, text, x1 - x0);
    if (shown.empty()) return x0;
    const float width = text_width(font, shown);
    const float x = align == Align::left ? x0 : align == Align::right ? x1 - width : (x0 + x1 - width) / 2;
    draw_text(paint, font, x, y, color, shown);
    return x + width;
}

float text_block(Paint& paint, const ImFont* font, const Rect& rect, ImU32 color, std::string_view text) {
    float y = rect.y0;
    const char *at = text.data(), *end = text.data() + text.size();
    while (at < end && y + line_height(font) <= rect.y1) {
        const char* stop = font->CalcWordWrapPositionA(1, at, end, rect.width());
        if (stop == at) ++stop;
        const bool last_line = y + 2 * line_height(font) > rect.y1 && stop < end;
        if (last_line) {   // no room for more: the rest of the text, cut
            text_line(paint, font, rect.x0, rect.x1, y, color, {at, static_cast<size_t>(end - at)});
            return y + line_height(font);
        }
        draw_text(paint, font, rect.x0, y, color, {at, static_cast<size_t>(stop - at)});
        y += line_height(font);
        at = stop;
        while (at < end && (*at == ' ' || *at == '\n')) ++at;
    }
    return y;
}

void fill(Paint& paint, const Rect& rect, ImU32 color, float rounding) { paint.list->AddRectFilled({rect.x0, rect.y0}, {rect.x1, rect.y1}, color, rounding); }

void state_box(Paint& paint, const Rect& rect, BoxKind kind, bool merged, std::string_view label) {
    const Theme& theme = *paint.theme;
    ImU32 color = theme.running;
    if (kind == BoxKind::ready) color = theme.ready;
    if (kind == BoxKind::blocked) color = theme.blocked;
    if (kind == BoxKind::suspended) color = theme.suspended;
    const bool wide = rect.width() >= paint.px(5);
    fill(paint, rect, color, wide ? paint.px(2) : 0);
    if (merged || !wide) return;
    const ImU32 pattern = (theme.on_box & ~IM_COL32_A_MASK) | (static_cast<ImU32>(85) << IM_COL32_A_SHIFT);
    if (kind == BoxKind::blocked && rect.height() >= paint.px(6)) hatch(paint, rect, pattern);
    if (kind == BoxKind::ready) dots(paint, rect, pattern);
    const ImFont* font = paint.fonts.small;
    if (label.empty() || kind == BoxKind::ready || rect.height() < font->FontSize || rect.width() < text_width(font, label) + paint.px(6)) return;
    const float middle = (rect.x0 + rect.x1) / 2, half = text_width(font, label) / 2 + paint.px(3), y = (rect.y0 + rect.y1 - font->FontSize) / 2;
    if (kind == BoxKind::blocked) fill(paint, {middle - half, rect.y0, middle + half, rect.y1}, color);
    draw_text(paint, font, middle - half + paint.px(3), y, theme.on_box, label);
}

void dotted_line(Paint& paint, float x0, float x1, float y, ImU32 color) {
    const float step = std::max(paint.px(4), (x1 - x0) / 200);
    for (float x = x0; x < x1; x += step) paint.list->AddRectFilled({x, y}, {std::min(x + paint.px(1.3f), x1), y + paint.px(1.3f)}, color);
}

void dashed_line(Paint& paint, float x0, float x1, float y, ImU32 color) {
    const float step = std::max(paint.px(8), (x1 - x0) / 120);
    for (float x = x0; x < x1; x += step) paint.list->AddRectFilled({x, y}, {std::min(x + step * 0.55f, x1), y + paint.px(1.2f)}, color);
}

bool hovered(const Rect& rect) { return ImGui::IsMouseHoveringRect({rect.x0, rect.y0}, {rect.x1, rect.y1}, false); }

bool button(Paint& paint, const char* id, const Rect& rect, std::string_view label, bool strong) {
    ImGui::SetCursorScreenPos({rect.x0, rect.y0});
    const bool clicked = ImGui::InvisibleButton(id, {std::max(rect.width(), 1.0f), std::max(rect.height(), 1.0f)});
    const Theme& theme = *paint.theme;
    const ImU32 ground = strong ? theme.accent : ImGui::IsItemHovered() ? theme.accent_back : theme.line;
    fill(paint, rect, ground, paint.px(4));
    const ImFont* font = paint.fonts.text;
    text_line(paint, font, rect.x0, rect.x1, (rect.y0 + rect.y1 - font->FontSize) / 2, strong ? theme.on_accent : theme.text, label, Align::center);
    return clicked;
}

}  // namespace gui
