// The parts of the window. Each is an id, a title and a function that draws it from the state and answers with requests; none
// changes anything. The list is in panels.cpp.
#pragma once
#include <span>

#include "gui/app/commands.h"
#include "gui/draw/paint.h"

namespace gui {

struct Panel {
    const char* id;
    const char* title;
    void (*draw)(Paint&, const AppState&, const Rect&, Requests&);
};

enum class PanelId : uint8_t { topbar, tabs, controls, timelines, events, ports, why, figures, values, text, explore, compare, times, selected, range, entry, search, status, count };
std::span<const Panel> panel_list();      ///< by PanelId

void draw_topbar(Paint&, const AppState&, const Rect&, Requests&);
void draw_tabs(Paint&, const AppState&, const Rect&, Requests&);
void draw_controls(Paint&, const AppState&, const Rect&, Requests&);
void draw_timelines(Paint&, const AppState&, const Rect&, Requests&);
void draw_events(Paint&, const AppState&, const Rect&, Requests&);
void draw_ports(Paint&, const AppState&, const Rect&, Requests&);
void draw_why(Paint&, const AppState&, const Rect&, Requests&);
void draw_figures(Paint&, const AppState&, const Rect&, Requests&);
/// While the scenario is edited: its values, its text.
void draw_values(Paint&, const AppState&, const Rect&, Requests&);
void draw_text(Paint&, const AppState&, const Rect&, Requests&);
/// The question that stands, in the place of Why.
void draw_quiz(Paint&, const AppState&, const Rect&, Requests&);
/// The map of a figure over two values.
void draw_explore(Paint&, const AppState&, const Rect&, Requests&);
/// Two sides' decisions beside each other, their verdicts, and a prediction.
void draw_compare(Paint&, const AppState&, const Rect&, Requests&);
/// Waits and service times of all sides, with theory's.
void draw_times(Paint&, const AppState&, const Rect&, Requests&);
/// While something is chosen, or searched for.
void draw_range(Paint&, const AppState&, const Rect&, Requests&);
void draw_search(Paint&, const AppState&, const Rect&, Requests&);
/// While something is selected: what it did; while a command asks for a text: the text.
void draw_selected(Paint&, const AppState&, const Rect&, Requests&);
void draw_entry(Paint&, const AppState&, const Rect&, Requests&);
void draw_status(Paint&, const AppState&, const Rect&, Requests&);
/// Over everything, while they are asked for: the keys; what to look for and what made each side.
void draw_help(Paint&, const AppState&, const Rect&, Requests&);
void draw_about(Paint&, const AppState&, const Rect&, Requests&);
/// Likewise: the notes.
void draw_notes(Paint&, const AppState&, const Rect&, Requests&);
/// Likewise: all commands by their menus, in the place of the top bar and below it.
void draw_menu(Paint&, const AppState&, const Rect&, Requests&);
/// Where the way to it stands in the top bar.
Rect menu_button(const Paint&, const Rect& bar);
/// Likewise: commands found by their words.
void draw_palette(Paint&, const AppState&, const Rect&, Requests&);
void draw_open(Paint&, const AppState&, const Rect&, Requests&);

/// What these need in height to be whole.
float figures_height(const Paint&);
float status_height(const Paint&, const AppState&, float width);
float selected_height(Paint&, const AppState&, float width);   ///< 0: not shown; this and those below
float range_height(Paint&, const AppState&, float width);
float entry_height(const Paint&, const AppState&, float width);
float search_height(const Paint&, const AppState&, float width);

/// One frame: the layout for this size, every panel in its place.
void draw_window(Paint&, const AppState&, float width, float height, Requests&);

}  // namespace gui
