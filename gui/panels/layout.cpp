#include "gui/panels/layout.h"

#include <algorithm>

namespace gui {
namespace {

// Everything at once: controls on the left, the lanes and the events in the middle, the moment at the cursor on the right.
void place_whole(Layout& layout, const Paint& paint, const AppState& state, const Rect& body) {
    const float units = body.width() / paint.scale, units_high = body.height() / paint.scale;
    const float left = body.x0 + paint.px(units >= 1180 ? 212 : 172), right = body.x1 - paint.px(units >= 1500 ? 352 : units >= 1180 ? 318 : 300);
    const float events = body.y1 - paint.px(units_high >= 770 ? 150 : 100);
    const float figures = body.y1 - figures_height(paint) - (units_high >= 760 ? paint.px(18) : 0);   // with the way to more of them
    const float wanted = paint.px(8 + 154 * static_cast<float>(state.sides.size())), least = paint.px(112), why = paint.px(300);
    const float ports = body.y0 + std::clamp(figures - body.y0 - why, least, wanted);
    layout[PanelId::controls] = {body.x0, body.y0, left, body.y1};
    layout[PanelId::timelines] = {left, body.y0, right, events};
    layout[PanelId::events] = {left, events, right, body.y1};
    layout[PanelId::ports] = {right, body.y0, body.x1, ports};
    layout[PanelId::why] = {right, ports, body.x1, figures};
    layout[PanelId::figures] = {right, figures, body.x1, body.y1};
}

void place_now(Layout& layout, const Paint& paint, const AppState& state, const Rect& body) {
    if (body.width() >= paint.px(480) && body.height() < paint.px(420)) {   // broad and low: beside each other
        const float split = body.x0 + std::max(paint.px(256), body.width() * 0.42f);
        layout[PanelId::ports] = {body.x0, body.y0, split, body.y1};
        layout[PanelId::why] = {split, body.y0, body.x1, body.y1};
        return;
    }
    const float ports = body.y0 + std::clamp(body.height() - paint.px(300), paint.px(112), paint.px(8 + 154 * static_cast<float>(state.sides.size())));
    layout[PanelId::ports] = {body.x0, body.y0, body.x1, ports};
    layout[PanelId::why] = {body.x0, ports, body.x1, body.y1};
}

void place_page(Layout& layout, const Paint& paint, const AppState& state, const Rect& body, Page page) {
    switch (page) {
        case Page::timelines: layout[PanelId::timelines] = body; break;
        case Page::now: place_now(layout, paint, state, body); break;
        case Page::events: layout[PanelId::events] = body; break;
        case Page::figures: {
            const float split = body.y0 + figures_height(paint);
            const bool both = body.y1 - split >= paint.px(220);
            layout[PanelId::figures] = {body.x0, body.y0, body.x1, both ? split : body.y1};
            if (both) layout[PanelId::times] = {body.x0, split, body.x1, body.y1};
            break;
        }
        case Page::scenario: layout[PanelId::controls] = body; break;
    }
}

// While the scenario is edited: its values and its text, and where there is room the run that they make.
void place_edit(Layout& layout, const Paint& paint, const Rect& body) {
    const float units = body.width() / paint.scale;
    if (units < 620) {                                     // narrow: the values above the text
        const float split = body.y0 + body.height() * 0.58f;
        layout[PanelId::values] = {body.x0, body.y0, body.x1, split};
        layout[PanelId::text] = {body.x0, split, body.x1, body.y1};
        return;
    }
    const float values = body.x0 + paint.px(units < 1180 ? 300 : 330), text = units < 1000 ? body.x1 : values + std::clamp(body.width() * 0.3f, paint.px(330), paint.px(480));
    layout[PanelId::values] = {body.x0, body.y0, values, body.y1};
    layout[PanelId::text] = {values, body.y0, text, body.y1};
    if (text >= body.x1) return;
    const float figures = body.y1 - figures_height(paint);
    layout[PanelId::timelines] = {text, body.y0, body.x1, figures};
    layout[PanelId::figures] = {text, figures, body.x1, body.y1};
}

// The map, and where there is room the values and figures of the place on it that is simulated.
void place_explore(Layout& layout, const Paint& paint, Arrangement arrangement, const Rect& body) {
    layout[PanelId::explore] = body;
    if (arrangement != Arrangement::whole) return;
    const float left = body.x0 + paint.px(212), right = body.x1 - paint.px(300), figures = body.y1 - figures_height(paint);
    layout[PanelId::controls] = {body.x0, body.y0, left, body.y1};
    layout[PanelId::explore] = {left, body.y0, right, body.y1};
    layout[PanelId::why] = {right, body.y0, body.x1, figures};
    layout[PanelId::figures] = {right, figures, body.x1, body.y1};
}

// The lanes, with lines between what is matched, and beside them what is said of it.
void place_compare(Layout& layout, const Paint& paint, const Rect& body) {
    const float units = body.width() / paint.scale;
    if (units < 700) {                                     // narrow: the panel alone
        layout[PanelId::compare] = body;
        return;
    }
    const float split = body.x1 - paint.px(units >= 1500 ? 460 : units >= 1180 ? 400 : 340);
    layout[PanelId::timelines] = {body.x0, body.y0, split, body.y1};
    layout[PanelId::compare] = {split, body.y0, body.x1, body.y1};
}

// Waits and service times beside the lanes.
void place_times(Layout& layout, const Paint& paint, const Rect& body) {
    const float units = body.width() / paint.scale;
    if (units < 820) {
        layout[PanelId::times] = body;
        return;
    }
    const float split = body.x1 - paint.px(units >= 1500 ? 560 : units >= 1180 ? 500 : 420);
    layout[PanelId::timelines] = {body.x0, body.y0, split, body.y1};
    layout[PanelId::times] = {split, body.y0, body.x1, body.y1};
}

}  // namespace

Layout layout_for(Paint& paint, const AppState& state, float width, float height) {
    const Arrangement arrangement = arrangement_of(state.window);
    Layout layout;
    const float top = paint.px(kTopbarHigh), status = height - status_height(paint, state, width), search = status - search_height(paint, state, width), entry = search - entry_height(paint, state, width), range = entry - range_height(paint, state, width), bottom = range - selected_height(paint, state, width), tabs = top + paint.px(32);
    layout[PanelId::topbar] = {0, 0, width, top};
    layout[PanelId::status] = {0, status, width, height};
    layout[PanelId::search] = {0, search, width, status};
    layout[PanelId::entry] = {0, entry, width, search};
    layout[PanelId::range] = {0, range, width, entry};
    layout[PanelId::selected] = {0, bottom, width, range};
    if (state.edit.shown) {
        place_edit(layout, paint, {0, top, width, bottom});
        return layout;
    }
    if (state.explore.shown) {
        place_explore(layout, paint, arrangement, {0, top, width, bottom});
        return layout;
    }
    if (state.comparing.shown) {
        place_compare(layout, paint, {0, top, width, bottom});
        return layout;
    }
    if (state.times.shown) {
        place_times(layout, paint, {0, top, width, bottom});
        return layout;
    }
    const Page page = page_shown(arrangement, state.page);
    switch (arrangement) {
        case Arrangement::whole: place_whole(layout, paint, state, {0, top, width, bottom}); break;
        case Arrangement::halves: {
            const float right = width - paint.px(308);
            layout[PanelId::timelines] = {0, top, right, bottom};
            layout[PanelId::tabs] = {right, top, width, tabs};
            place_page(layout, paint, state, {right, tabs, width, bottom}, page);
            break;
        }
        case Arrangement::single:
            layout[PanelId::tabs] = {0, top, width, tabs};
            place_page(layout, paint, state, {0, tabs, width, bottom}, page);
            break;
    }
    return layout;
}

}  // namespace gui
