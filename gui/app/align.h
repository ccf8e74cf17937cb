// The sides laid on each other by an event that they have in common, instead of by the beginning of their clocks. Times of the window (cursor,
// view, range) are on one axis; a side is shown later on it than by its own clock by its shift, which is never negative.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gui/model/side.h"
#include "sim/base/result.h"

namespace gui {

struct AppState;

struct Alignment {
    enum class Of : uint8_t { nothing, packet, thread };
    enum class Moment : uint8_t { submitted, posted, taken, got, done };
    Of of = Of::nothing;
    PacketName packet{};
    Moment moment = Moment::posted;       ///< in the life of the packet
    std::string thread{};                 ///< its name; "": of no thread
    sim::Kind kind = sim::Kind::none;     ///< of the thread's event
    uint64_t nth = 0;                     ///< the so many-th of this kind there, from 1
    std::string name{};                   ///< "packet 12 is taken"
    int64_t zero_ns = 0;                  ///< where it stands on the axis
    std::string text{};                   ///< as for app_align_by
    std::vector<int64_t> shifts_ns{};     ///< by side
    std::vector<int64_t> at_ns{};         ///< by side, on its own clock; -1: not there

    bool any() const { return of != Of::nothing; }
};

/// By so much a side is shown later than by its own clock, in ns; 0 where nothing is aligned.
int64_t app_shift_ns(const AppState& state, size_t side);
/// The cursor on the clock of this side; negative before it begins.
int64_t app_cursor_of(const AppState& state, size_t side);
/// The event at the cursor of the side that is explained is laid on the same event of the others; sides on one clock again, if they are aligned.
void app_align(AppState& state);
/// By this event: "taken 12" (or submitted, posted, got, done, and a packet), "get_called 4 worker.3" (the thread's 4th). Error: what was expected, or
/// that fewer than two sides have it.
sim::Status app_align_by(AppState& state, const std::string& text);
/// The same, when the sides have been read and the model of a recorded program is there: `align_wanted` until then.
sim::Status app_align_when_ready(AppState& state, const std::string& text);
/// What app_align_by takes for the alignment there is, or is wanted; "": none.
std::string app_align_text(const AppState& state);
/// The sides are others than before: finds the event on them again; where it is not there, waits for it on one clock. The caller corrects how long the
/// run is.
void app_align_settle(AppState& state);
/// Why what is wanted is not there although all has been read; "": nothing is wanted, or it may come yet.
std::string app_align_missing(const AppState& state);
/// A side has come before the others.
void app_align_insert(AppState& state);

}  // namespace gui
