#include "gui/panels/panels.h"

#include <array>

#include "gui/panels/layout.h"

namespace gui {
namespace {

constexpr std::array<Panel, static_cast<size_t>(PanelId::count)> kPanels{{
    {"topbar", "Playback", draw_topbar},
    {"tabs", "Pages", draw_tabs},
    {"controls", "Scenario", draw_controls},
    {"timelines", "Timelines", draw_timelines},
    {"events", "Events", draw_events},
    {"ports", "Ports", draw_ports},
    {"why", "Why", draw_why},
    {"figures", "Figures", draw_figures},
    {"values", "Values", draw_values},
    {"text", "Text", draw_text},
    {"explore", "Map", draw_explore},
    {"compare", "Compare", draw_compare},
    {"times", "Waits and service", draw_times},
    {"selected", "Selected", draw_selected},
    {"range", "Range", draw_range},
    {"entry", "Entry", draw_entry},
    {"search", "Search", draw_search},
    {"status", "Status", draw_status},
}};

const Theme& theme_of(ThemeId theme) {
    switch (theme) {
        case ThemeId::light: return theme_light();
        case ThemeId::contrast: return theme_contrast();
        case ThemeId::grey: return theme_grey();
        case ThemeId::dark: case ThemeId::count: break;
    }
    return theme_dark();
}

// Events tell what comes next.
bool hidden(PanelId panel, const AppState& state) { return panel == PanelId::events && app_future_hidden(state); }

bool sheet_shown(const AppState& state) { return state.menu.shown || state.help || state.about || state.palette.shown || state.notes.shown || state.files.open.shown; }

// In this frame, after one without.
bool sheet_opens(bool shown) {
    ImGuiStorage* storage = ImGui::GetStateStorage();
    const ImGuiID id = ImGui::GetID("sheet");
    const bool before = storage->GetBool(id);
    storage->SetBool(id, shown);
    return shown && !before;
}

}  // namespace

std::span<const Panel> panel_list() { return kPanels; }

void draw_window(Paint& paint, const AppState& state, float width, float height, Requests& requests) {
    paint.theme = &theme_of(state.theme);
    fill(paint, {0, 0, width, height}, paint.theme->back);
    const bool sheet = sheet_shown(state), opens = sheet_opens(sheet);
    if (opens) ImGui::SetWindowFocus(nullptr);   // a field that somebody types in is left, and says what was typed
    ImGuiIO& io = ImGui::GetIO();
    const ImVec2 mouse = io.MousePos;
    if (sheet) io.MousePos = {-FLT_MAX, -FLT_MAX};   // nothing that lies under it is pointed at
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
        register_item(paint, kPanels[i].id, rect);
        if (hidden(static_cast<PanelId>(i), state)) text_line(paint, paint.fonts.small, rect.x0 + paint.px(14), rect.x1 - paint.px(14), rect.y0 + paint.px(12), paint.theme->faint, state.quiz.question ? "Hidden until you answer." : "Hidden until PgDn.");
        else kPanels[i].draw(paint, state, rect, requests);
        ImGui::PopID();
        paint.list->PopClipRect();
        paint.list->AddRect({rect.x0 - 1, rect.y0 - 1}, {rect.x1, rect.y1}, paint.theme->line);
    }
    io.MousePos = mouse;
    paint.panel_rect = {0, 0, width, height};
    if (!sheet) return;
    if (!opens) requests.clear();   // nor is what was typed meant for it
    if (state.menu.shown) {
        paint.panel = "menu";
        return draw_menu(paint, state, paint.panel_rect, requests);
    }
    if (state.palette.shown) {
        paint.panel = "palette";
        return draw_palette(paint, state, paint.panel_rect, requests);
    }
    if (state.notes.shown) {
        paint.panel = "notes";
        return draw_notes(paint, state, paint.panel_rect, requests);
    }
    if (state.files.open.shown) {
        paint.panel = "open";
        return draw_open(paint, state, paint.panel_rect, requests);
    }
    paint.panel = state.help ? "help" : "about";
    (state.help ? draw_help : draw_about)(paint, state, paint.panel_rect, requests);
}

}  // namespace gui
