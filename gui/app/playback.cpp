#include "gui/app/playback.h"

#include <algorithm>

namespace gui {

void playback_load(Playback& playback, int64_t end_ns) {
    playback.end_ns = end_ns;
    playback.pace_ns = static_cast<double>(end_ns) / 10;
    playback.cursor_ns = std::min(playback.cursor_ns, end_ns);
}

int64_t playback_advance(Playback& playback, double wall_s) {
    if (!playback.playing) return 0;
    playback.cursor_ns += static_cast<int64_t>(wall_s * playback.pace_ns * playback.speed);
    const int64_t loop = playback.loop_to_ns - playback.loop_from_ns;
    int64_t rounds = 0;
    if (loop > 0 && playback.cursor_ns >= playback.loop_to_ns) {
        const int64_t beyond = playback.cursor_ns - playback.loop_to_ns;
        rounds = 1 + beyond / loop;
        playback.cursor_ns = playback.loop_from_ns + beyond % loop;
    }
    if (playback.cursor_ns < playback.end_ns) return rounds;
    playback.cursor_ns = playback.end_ns;
    playback.playing = false;
    return rounds;
}

void playback_seek(Playback& playback, int64_t to_ns) { playback.cursor_ns = std::clamp<int64_t>(to_ns, 0, playback.end_ns); }

void playback_faster(Playback& playback) { playback.speed = std::min(playback.speed * 2, kSpeedMax); }
void playback_slower(Playback& playback) { playback.speed = std::max(playback.speed / 2, kSpeedMin); }

void playback_toggle(Playback& playback) {
    playback.playing = !playback.playing;
    if (playback.playing && playback.cursor_ns >= playback.end_ns) playback.cursor_ns = 0;
}

}  // namespace gui
