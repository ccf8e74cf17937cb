// Pixels that a frame makes for itself and draws as images: what would be thousands of rectangles is one or two. The platform
// hands them to the renderer as one texture after the frame is made.
#pragma once
#include <cstdint>
#include <vector>

#include "gui/draw/imgui_compat.h"

namespace gui {

class Canvas {
public:
    /// Some rows, from the left; a pixel is an ImU32 colour.
    struct Area { int y = -1, width = 0, height = 0; bool good() const { return y >= 0; } };

    /// For a new frame; larger, if the one before found no room.
    void begin();
    /// Not good where there is no room: the frame does without, the next one has it.
    Area take(int width, int height);
    ImU32* row(const Area& area, int y) { return pixels_.data() + static_cast<size_t>(area.y + y) * static_cast<size_t>(width_); }
    /// Draws a part of an area, in its pixels, into a rectangle. A part of height 0 is one row.
    void draw(ImDrawList& list, const Area& area, ImVec2 part0, ImVec2 part1, ImVec2 rect0, ImVec2 rect1) const;

    const ImU32* pixels() const { return pixels_.data(); }
    int width() const { return width_; }
    int height() const { return height_; }
    int used_rows() const { return used_; }
    ImTextureID texture = nullptr;        ///< the platform's; null: nothing can be drawn

private:
    std::vector<ImU32> pixels_;
    int width_ = 0, height_ = 0, used_ = 0;
    int wanted_width_ = 2048, wanted_height_ = 512;
};

}  // namespace gui
