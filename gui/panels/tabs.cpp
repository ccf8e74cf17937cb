// The pages of a window that is too small for everything.
#include "gui/panels/panels.h"

namespace gui {

void draw_tabs(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    const Font& font = paint.fonts.text;
    const Arrangement arrangement = arrangement_of(state.window);
    const std::span<const Page> pages = pages_of(arrangement);
    const Page shown = page_shown(arrangement, state.page);
    float words = 0;
    for (const Page page : pages) words += text_width(font, page_title(page));
    const float gap = (rect.width() - paint.px(8) - words) / static_cast<float>(pages.size());
    float x = rect.x0 + paint.px(4);
    for (const Page page : pages) {
        const float width = text_width(font, page_title(page)) + std::min(gap, paint.px(36));
        const Rect tab{x, rect.y0, x + width, rect.y1};
        if (pressable(paint, page_title(page), tab)) requests.push_back({.what = Request::What::page, .number = static_cast<double>(page)});
        text_line(paint, font, tab.x0, tab.x1 + 1, (tab.y0 + tab.y1 - font.size) / 2, page == shown ? theme.text : ImGui::IsItemHovered() ? theme.accent : theme.dim, page_title(page), Align::center);
        if (page == shown) fill(paint, {tab.x0 + paint.px(6), tab.y1 - paint.px(3), tab.x1 - paint.px(6), tab.y1 - 1}, theme.accent);
        x += width;
    }
}

}  // namespace gui
