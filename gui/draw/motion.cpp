#include "gui/draw/motion.h"

#include <algorithm>
#include <utility>

namespace gui {
namespace {

constexpr float kSeconds = 0.22f;         // of a way, however long
constexpr uint64_t kNear = 24;             // records: a step of the window, or slow playback
constexpr float kStepMax = 1.0f / 30;     // a window that waited has not drawn, and time does not count

}  // namespace

void Motion::begin(float seconds, bool still) {
    std::erase_if(things_, [this](const auto& thing) { return thing.second.seen != frame_; });
    ++frame_;
    step_ = std::clamp(seconds, 0.0f, kStepMax) / kSeconds;
    still_ = still;
    was_moving_ = moving_;
    moving_ = near_ = false;
}

void Motion::moment(uint32_t side, uint64_t records) {
    const auto [at, fresh] = moments_.try_emplace(side, records);
    const uint64_t before = std::exchange(at->second, records), apart = before < records ? records - before : before - records;
    near_ = !fresh && !still_ && apart <= kNear;
}

Spot Motion::place(uint64_t key, Spot target) {
    const auto [at, fresh] = things_.try_emplace(key, Thing{.from = target, .to = target, .left = 0, .seen = frame_});
    Thing& thing = at->second;
    const auto now = [&thing] {
        const float way = thing.left * thing.left * (3 - 2 * thing.left);   // gently off, gently in
        return Spot{.x = thing.to.x + (thing.from.x - thing.to.x) * way, .y = thing.to.y + (thing.from.y - thing.to.y) * way};
    };
    if (!fresh && thing.seen != frame_) thing.left = std::max(thing.left - step_, 0.0f);
    if (thing.to.x != target.x || thing.to.y != target.y) {
        const Spot here = now();
        thing = {.from = here, .to = target, .left = near_ ? 1.0f : 0.0f, .seen = frame_};
    }
    thing.seen = frame_;
    if (still_) thing.left = 0;
    moving_ = moving_ || thing.left > 0;
    return now();
}

bool Motion::slides(uint64_t key) const {
    const auto at = things_.find(key);
    return at != things_.end() && at->second.left > 0;
}

}  // namespace gui
