// An animated GIF (GIF89a) from whole frames: each is kept as what changed since the one before, with colours of its own.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace gui {

class GifWriter {
public:
    /// Pixels, 1..65535 each. It is played round and round.
    GifWriter(int width, int height);
    /// width * height pixels as ImU32 without transparency, row by row; shown for so long, in hundredths of a second. Beyond 255
    /// colours that changed at once the rarest become their nearest.
    void add(const std::vector<uint32_t>& pixels, int hundredths);
    /// The file; nothing can be added afterwards.
    std::string finish();
    int frame_count() const { return frames_; }

private:
    int width_, height_, frames_ = 0;
    std::vector<uint32_t> before_;
    std::string bytes_;
};

}  // namespace gui
