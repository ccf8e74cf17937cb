// A GIF of a range, a frame of it with each frame of the window: the cursor goes through the range, its pixels are kept.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "gui/draw/gif.h"

namespace gui {

struct AppState;

class Movie {
public:
    /// One is due, or being made.
    static bool wanted(const AppState& state);
    /// Before the window is drawn: the cursor to the next moment.
    void pose(AppState& state);
    /// What was drawn, row by row from the top. After the last one the file is written, and all is as before. A frame of another size ends it.
    void take(AppState& state, const std::vector<uint32_t>& pixels, int width, int height);

private:
    std::unique_ptr<GifWriter> writer_;
    int width_ = 0, height_ = 0;
    int64_t cursor_ns_ = 0;               // on the clock of the side that is explained
    uint64_t position_ = 0;
    bool playing_ = false;

    void end(AppState& state);
};

}  // namespace gui
