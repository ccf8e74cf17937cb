#include "gui/panels/panels.h"

#include <algorithm>
#include <array>

namespace gui {
namespace {

constexpr std::array<Panel, static_cast<size_t>(PanelId::count)> kPanels{{
    {"topbar", "Playback", draw_topbar},
    {"controls", "Scenario", draw_controls},
    {"timelines", "Timelines", draw_timelines},
    {"events", "Events", draw_events},
    {"ports", "Ports", draw_ports},
    {"why", "Why", draw_why},
    {"figures", "Figures", draw_figures},
    {"status", "Status", draw_status},
}};

struct Layout { std::array<Rect, static_cast<size_t>(PanelId::count)> rects; };

Rect& at(Layout& layout, PanelId id) { return layout.rects[static_cast<size_t>(id)]; }

// A small window keeps the lanes: first the controls go, then the right column.
Layout layout_for(const Paint& paint, const AppState& state, float width, float height) {
    const float units = width / paint.scale, units_high = height / paint.scale;
    const float left = units >= 1180 ? paint.px(212) : units >= 900 ? paint.px(172) : 0;
    const float right = units >= 1500 ? paint.px(352) : units >= 1180 ? paint.px(318) : units >= 640 ? paint.px(278) : 0;
    const float top = paint.px(46), bottom = height - paint.px(28);
    const float events = units_high >= 600 ? paint.px(units_high >= 850 ? 142 : 100) : units_high >= 420 ? paint.px(62) : 0;
    const float sides = static_cast<float>(state.sides.size());
    const float figures = std::min(paint.px(40 + 18 * 10), (bottom - top) * 0.33f);
    const float ports = std::min(paint.px(28 + 112 * sides), std::max((bottom - top) * 0.44f, bottom - top - figures - paint.px(150)));
    Layout layout;
    at(layout, PanelId::topbar) = {0, 0, width, top};
    at(layout, PanelId::controls) = {0, top, left, bottom};
    at(layout, PanelId::timelines) = {left, top, width - right, bottom - events};
    at(layout, PanelId::events) = {left, bottom - events, width - right, bottom};
    at(layout, PanelId::ports) = {width - right, top, width, top + ports};
    at(layout, PanelId::why) = {width - right, top + ports, width, bottom - figures};
    at(layout, PanelId::figures) = {width - right, bottom - figures, width, bottom};
    at(layout, PanelId::status) = {0, bottom, width, height};
    return layout;
}

}  // namespace

std::span<const Panel> panel_list() { return kPanels; }

void draw_window(Paint& paint, const AppState& state, float width, float height, Requests& requests) {
    paint.theme = state.light ? &theme_light() : &theme_dark();
    fill(paint, {0, 0, width, height}, paint.theme->back);
    const Layout layout = layout_for(paint, state, width, height);
    for (size_t i = 0; i < kPanels.size(); ++i) {
        const Rect& rect = layout.rects[i];
        if (rect.width() < 1 || rect.height() < 1) continue;
        paint.panel = kPanels[i].id;
        paint.panel_rect = rect;
        const bool lanes = i == static_cast<size_t>(PanelId::timelines) || i == static_cast<size_t>(PanelId::events);
        if (!lanes) fill(paint, rect, paint.theme->panel);
        paint.list->PushClipRect({rect.x0, rect.y0}, {rect.x1, rect.y1}, true);
        ImGui::PushID(kPanels[i].id);
        kPanels[i].draw(paint, state, rect, requests);
        ImGui::PopID();
        paint.list->PopClipRect();
        paint.list->AddRect({rect.x0 - 1, rect.y0 - 1}, {rect.x1, rect.y1}, paint.theme->line);
    }
    if (!state.help) return;
    paint.panel = "help";
    paint.panel_rect = {0, 0, width, height};
    draw_help(paint, state, paint.panel_rect, requests);
}

}  // namespace gui
