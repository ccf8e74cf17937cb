#include "gui/draw/canvas.h"

#include <algorithm>

namespace gui {
namespace {

constexpr int kSizeMax = 8192;            // every OpenGL 3 has textures of 8192 in practice; what is beyond goes without

int grown(int size, int wanted) {
    while (size < wanted) size *= 2;
    return std::min(size, kSizeMax);
}

}  // namespace

void Canvas::begin() {
    const int width = grown(std::max(width_, 1024), wanted_width_), height = grown(std::max(height_, 256), wanted_height_);
    if (width != width_ || height != height_) {
        width_ = width, height_ = height;
        pixels_.assign(static_cast<size_t>(width) * static_cast<size_t>(height), 0);
    }
    used_ = wanted_height_ = 0;
}

Canvas::Area Canvas::take(int width, int height) {
    wanted_width_ = std::max(wanted_width_, width);
    wanted_height_ += height + 1;             // a row between two areas: filtering does not mix them
    if (texture == nullptr || width <= 0 || height <= 0 || width > width_ || used_ + height + 1 > height_) return {};
    const Area area{.y = used_, .width = width, .height = height};
    used_ += height + 1;
    return area;
}

void Canvas::draw(ImDrawList& list, const Area& area, ImVec2 part0, ImVec2 part1, ImVec2 rect0, ImVec2 rect1) const {
    const auto w = static_cast<float>(width_), h = static_cast<float>(height_), y = static_cast<float>(area.y);
    const float middle = part1.y > part0.y ? 0 : 0.5f;
    list.AddImage(texture, rect0, rect1, {part0.x / w, (y + part0.y + middle) / h}, {part1.x / w, (y + part1.y + middle) / h});
}

}  // namespace gui
