// Pictures and pages of what the window shows. A command only asks: they are made between two frames, for a picture is a frame of its own.
#pragma once
#include <cstdint>
#include <string>

#include "sim/base/result.h"

namespace gui {

struct AppState;

enum class ExportKind : uint8_t { none, png, svg, gif, handout };

struct Exports {
    ExportKind due = ExportKind::none;
    std::string file;                     ///< where to
    std::string panel;                    ///< SVG, PNG: this part of the window alone, by its id; "" = all of it
    int gif_frames = 0, gif_done = 0;     ///< while a GIF is made
};

/// Asks for one, under a name that no file here has yet: "limit-1-burst.svg", "limit-1-burst-2.svg".
void app_export(AppState& state, ExportKind kind);
/// Makes the SVG or the page that is due, and says where it is. PNG and GIF are the platform's, which has the pixels.
void app_export_settle(AppState& state);

/// The window of this size, in pixels, or one panel of it. Error: no such panel is shown, the file can't be written.
struct PictureSize { int width = 1600, height = 900; float scale = 1; };
sim::Status export_svg(AppState& state, const std::string& file, PictureSize size);
/// The chosen range, else what is in sight: its figure, its questions with hidden answers, its sentences. One page that needs nothing else.
sim::Status export_handout(AppState& state, const std::string& file);
std::string handout_page(AppState& state);

/// The moments of a GIF: the chosen range, else what is in sight, from its first to its last, in equal steps.
inline constexpr int kGifFrames = 60, kGifHundredths = 10;
int64_t gif_moment(const AppState& state, int frame);

}  // namespace gui
