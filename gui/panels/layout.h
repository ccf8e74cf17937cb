// Which part of the window stands where.
#pragma once
#include <array>

#include "gui/panels/panels.h"

namespace gui {

/// Empty rectangles: not shown.
struct Layout {
    std::array<Rect, static_cast<size_t>(PanelId::count)> rects;

    Rect& operator[](PanelId id) { return rects[static_cast<size_t>(id)]; }
};
Layout layout_for(Paint& paint, const AppState& state, float width, float height);

}  // namespace gui
