#include "gui/app/export.h"

#include <algorithm>
#include <filesystem>

#include "gui/app/state.h"
#include "gui/platform/window.h"
#include "sim/cli/whole_file.h"

namespace gui {
namespace {

const char* ending_of(ExportKind kind) {
    switch (kind) {
        case ExportKind::none: break;
        case ExportKind::png: return ".png";
        case ExportKind::svg: return ".svg";
        case ExportKind::gif: return ".gif";
        case ExportKind::handout: return ".html";
    }
    return "";
}

}  // namespace

void app_export(AppState& state, ExportKind kind) {
    if (state.exports.due == ExportKind::gif) {
        state.said = "The GIF is not finished yet.";
        return;
    }
    state.exports.due = kind;
    state.exports.gif_frames = state.exports.gif_done = 0;
    std::error_code code;
    const std::string name = std::filesystem::path(state.scenario.name).filename().string();
    for (int number = 1; number == 1 || std::filesystem::exists(state.exports.file, code); ++number) state.exports.file = name + (number == 1 ? "" : '-' + std::to_string(number)) + ending_of(kind);
}

void app_export_settle(AppState& state) {
    const ExportKind kind = state.exports.due;
    if (kind != ExportKind::svg && kind != ExportKind::handout) return;
    state.exports.due = ExportKind::none;
    const PictureSize size{.width = static_cast<int>(state.window.width), .height = static_cast<int>(state.window.height), .scale = 1};
    const std::string file = state.exports.file;
    const sim::Status written = kind == ExportKind::svg ? export_svg(state, file, size) : export_handout(state, file);
    state.error = written ? std::string() : written.error().text();
    if (written) state.said = "Saved as " + file + ".";
}

sim::Status export_svg(AppState& state, const std::string& file, PictureSize size) {
    const WindowSize shown = state.window;
    HeadlessWindow window(size.width, size.height, size.scale);
    const sim::Result<std::string> svg = window.svg(state, state.exports.panel, {.title = state.scenario.title, .ids = "c"});
    state.window = shown;
    if (!svg) return svg.error();
    return sim::write_whole_file(file, *svg);
}

sim::Status export_handout(AppState& state, const std::string& file) { return sim::write_whole_file(file, handout_page(state)); }

int64_t gif_moment(const AppState& state, int frame) {
    const int64_t from = state.range.any() ? app_range_from(state) : state.view_from_ns, to = state.range.any() ? app_range_to(state) : state.view_to_ns;
    return from + (to - from) / (kGifFrames - 1) * std::clamp(frame, 0, kGifFrames - 1);
}

}  // namespace gui
