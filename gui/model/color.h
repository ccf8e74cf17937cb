// How different two colours look, also to people with a colour deficiency. No ImGui.
#pragma once
#include <cstdint>

namespace gui {

struct Rgb { uint8_t red = 0, green = 0, blue = 0; };   // sRGB
struct Lab { double l = 0, a = 0, b = 0; };             // CIE L*a*b*, white D65

enum class Vision : uint8_t { usual, protanopia, deuteranopia, tritanopia };

/// The colour as it is seen: Machado, Oliveira, Fernandes 2009, deficiency complete.
Lab seen_as(Rgb color, Vision vision);
/// CIEDE2000: 1 is about what can just be told apart side by side, 10 is seen at a glance.
double lab_difference(Lab x, Lab y);
double color_difference(Rgb x, Rgb y, Vision vision);

}  // namespace gui
