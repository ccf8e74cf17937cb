// What moves from one place to another between two frames slides there. No clock of its own: frames say how much time went by.
#pragma once
#include <cstdint>
#include <map>

namespace gui {

/// Left and top, pixels.
struct Spot { float x = 0, y = 0; };

class Motion {
public:
    /// A new frame, so much later. What was not placed in the one before is forgotten.
    void begin(float seconds, bool still);
    /// What is placed from now on is a side's, after so many records: where few happened since the frame before, it can slide.
    void moment(uint32_t side, uint64_t records);
    /// Where the thing stands now that belongs to `target`.
    Spot place(uint64_t key, Spot target);
    /// Whether it is on its way.
    bool slides(uint64_t key) const;
    /// Something is: another frame is wanted.
    bool moving() const { return moving_; }
    /// Something was in the frame before.
    bool was_moving() const { return was_moving_; }

private:
    struct Thing { Spot from, to; float left = 0; uint64_t seen = 0; };
    std::map<uint64_t, Thing> things_;
    std::map<uint32_t, uint64_t> moments_;    ///< records, by side
    uint64_t frame_ = 0;
    float step_ = 0;
    bool still_ = true, near_ = false, moving_ = false, was_moving_ = false;
};

}  // namespace gui
