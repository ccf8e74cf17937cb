// Playing a run: wall time becomes run time. No ImGui, no clock of its own.
#pragma once
#include <cstdint>

namespace gui {

struct Playback {
    int64_t cursor_ns = 0;
    int64_t end_ns = 0;
    bool playing = false;
    double speed = 1;                     ///< 0.05 .. 64 times the pace below
    /// ns of the run per second of wall time at speed 1: a run is watched in ten seconds.
    double pace_ns = 1e6;
    int64_t loop_from_ns = 0, loop_to_ns = 0;   ///< played round and round; of no length: to the end
};
inline constexpr double kSpeedMin = 0.05, kSpeedMax = 64;

void playback_load(Playback& playback, int64_t end_ns);
/// Wall time goes on; stops at the end, or goes round in the loop: so often.
int64_t playback_advance(Playback& playback, double wall_s);
void playback_seek(Playback& playback, int64_t to_ns);
void playback_faster(Playback& playback);
void playback_slower(Playback& playback);
/// Play from the cursor, from the beginning when it stands at the end; or pause.
void playback_toggle(Playback& playback);

}  // namespace gui
