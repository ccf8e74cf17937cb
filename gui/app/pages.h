// A window too small for everything shows a few parts at a time, as pages. All lengths are in units: pixels over the scale.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace gui {

enum class Page : uint8_t { timelines, now, events, figures, scenario };

struct WindowSize { float width = 1600, height = 900; };
inline constexpr float kTopbarHigh = 46;

/// How much larger than `scale` a window of these pixels draws: presenter mode does so as far as a smallest page has room.
float shown_scale(float scale, bool presenter, float width, float height);

/// What is beside each other in a window of this size.
enum class Arrangement : uint8_t {
    whole,    ///< everything
    halves,   ///< the timelines, and a page beside them
    single,   ///< one page
};
Arrangement arrangement_of(WindowSize size);

/// The pages to choose from; none where everything is shown.
std::span<const Page> pages_of(Arrangement arrangement);
/// The page that is shown when this one was asked for.
Page page_shown(Arrangement arrangement, Page asked);
Page page_after(Arrangement arrangement, Page shown);
const char* page_title(Page page);

}  // namespace gui
