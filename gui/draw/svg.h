// A frame as SVG: what ImGui's draw lists hold as paths, their letters as text, what was drawn by the pixel as images.
#pragma once
#include <string>

#include "gui/draw/paint.h"

namespace gui {

/// What the frame was drawn with smoothed edges is larger and has seams: switch it off for the frame that is taken.
void draw_for_svg(bool on);
/// Its title, and what its ids begin with: several in one page must not share any.
struct SvgNames { std::string title, ids; };
/// part: what of the frame is seen, in pixels. The canvas as the frame left it.
std::string svg_of(const ImDrawData& data, const Canvas& canvas, const Rect& part, const SvgNames& names);

}  // namespace gui
