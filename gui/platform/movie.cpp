#include "gui/platform/movie.h"

#include "gui/app/state.h"
#include "sim/cli/whole_file.h"

namespace gui {

bool Movie::wanted(const AppState& state) { return state.exports.due == ExportKind::gif; }

void Movie::pose(AppState& state) {
    if (state.exports.gif_done == 0) {
        cursor_ns_ = app_cursor_of(state, state.focus), position_ = state.position, playing_ = state.playback.playing;
        state.exports.gif_frames = kGifFrames;
        writer_.reset();
        state.said.clear();
    }
    state.playback.playing = true;                         // as it looks while it plays
    app_seek(state, gif_moment(state, state.exports.gif_done));
}

void Movie::end(AppState& state) {
    state.exports.due = ExportKind::none;
    state.playback.playing = playing_;
    app_seek(state, cursor_ns_ + app_shift_ns(state, state.focus));
    app_set_position(state, position_);
}

void Movie::take(AppState& state, const std::vector<uint32_t>& pixels, int width, int height) {
    if (!writer_) {
        writer_ = std::make_unique<GifWriter>(width, height);
        width_ = width, height_ = height;
    }
    if (width != width_ || height != height_) {
        end(state);
        state.error = "No GIF was saved: the window changed its size meanwhile.";
        return;
    }
    Exports& exports = state.exports;
    const bool last = ++exports.gif_done == exports.gif_frames;
    writer_->add(pixels, last ? 15 * kGifHundredths : kGifHundredths);   // the end stands for a while
    if (!last) return;
    end(state);
    const sim::Status written = sim::write_whole_file(exports.file, writer_->finish());
    writer_.reset();
    state.error = written ? std::string() : written.error().text();
    if (written) state.said = "Saved as " + exports.file + ".";
}

}  // namespace gui
