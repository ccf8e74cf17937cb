// The processors under the threads' lanes: which thread runs on which of them.
#include <cmath>
#include <string>

#include "gui/model/processors.h"
#include "gui/panels/lanes.h"

namespace gui {
namespace {

constexpr float kWideRun = 3;             // units: narrower ones are columns
constexpr size_t kLettersDrawn = 160, kWideDrawn = 12'000;

std::string run_label(const Side& side, const ProcessorRun& run) {
    if (run.thread >= side.lanes.size()) return {};
    const std::string& name = side.lanes[run.thread].name;
    return name.substr(name.rfind('.') + 1);
}

// Of a packet that is selected the runs of its thread in the time that it has it.
bool dimmed(const AppState& state, size_t side, const ProcessorRun& run) {
    if (!state.selection.is_packet()) return app_thread_dimmed(state, side, run.thread);
    const std::optional<PacketLife>& life = state.selection.on[side].life;
    return !life || life->thread != run.thread || life->taken_ns < 0 || run.end_ns <= life->taken_ns || (life->done_ns >= 0 && run.begin_ns >= life->done_ns);
}

struct Drawn { Rect rect; const ProcessorRun* run; bool dimmed; };

// Those that are wide enough, by the pixel; an empty list where there are too many.
std::vector<Drawn> wide_runs(const Paint& paint, const Axis& axis, const AppState& state, size_t side, const ProcessorRuns& runs, const LanePlaces& places) {
    std::vector<Drawn> wide;
    const auto least = static_cast<int64_t>(static_cast<double>(axis.pixel_ns()) * static_cast<double>(paint.px(kWideRun)));
    for (const ProcessorRun& run : runs.runs) {
        if (run.end_ns - run.begin_ns < least) continue;
        const float y = places.y + places.each * static_cast<float>(run.processor), x0 = std::max(axis.x(run.begin_ns), axis.x0);
        wide.push_back({.rect = {x0, y, std::min(std::max(axis.x(run.end_ns), x0 + 1), axis.x1), y + places.height}, .run = &run, .dimmed = dimmed(state, side, run)});
        if (wide.size() > kWideDrawn) return {};
    }
    return wide;
}

// The strip under them: all runs as columns, and where threads came from elsewhere.
void draw_columns(Paint& paint, const Axis& axis, const Side& side, const ProcessorRuns& runs, const LanePlaces& places, size_t shown) {
    const ColumnGrid grid = column_grid(axis.from_ns, axis.to_ns, column_ns(axis));
    const float x0 = axis.x(grid.begin_ns(0)), x1 = axis.x(grid.begin_ns(grid.count));
    static thread_local std::vector<std::vector<Column>> lanes;
    if (lanes.size() < shown) lanes.resize(shown);
    int64_t most = 1;
    for (size_t i = 0; i < shown; ++i) {
        processor_columns(side, i, runs, grid, lanes[i]);
        for (const Column& column : lanes[i]) most = std::max(most, column.worst_wait_ns);
    }
    const WaitMarks marks(most);
    for (size_t i = 0; i < shown; ++i) {
        const float y = places.y + places.each * static_cast<float>(i);
        lane_strip(paint, {x0, y, x1, y + places.height}, lanes[i], grid, marks);
    }
}

void draw_wide(Paint& paint, const std::vector<Drawn>& wide, const LanePlaces& places, LanePixels& pixels) {
    const Theme& theme = *paint.theme;
    for (size_t at = 0; at < wide.size();) {
        const uint16_t processor = wide[at].run->processor;
        const bool one_image = pixels.begin(places.y + places.each * static_cast<float>(processor));
        for (; at < wide.size() && wide[at].run->processor == processor; ++at) {
            const Drawn& each = wide[at];
            const ImU32 color = each.dimmed ? faded(theme, thread_color(theme, each.run->thread)) : thread_color(theme, each.run->thread);
            const bool next = at + 1 < wide.size() && wide[at + 1].run->processor == processor && wide[at + 1].rect.x0 - each.rect.x1 < 1.5f;
            const float mark = std::min(std::max(std::round(paint.px(2.5f)), 2.0f), each.rect.width());
            if (one_image) {
                pixels.plain(each.rect.x0, each.rect.x1, color, next);
                if (each.run->migrated) pixels.plain(each.rect.x0, each.rect.x0 + mark, each.dimmed ? theme.faint : theme.text, false);
            } else {
                fill(paint, each.rect, color);
                if (each.run->migrated) fill(paint, {each.rect.x0, each.rect.y0, each.rect.x0 + mark, each.rect.y1}, each.dimmed ? theme.faint : theme.text);
            }
        }
        if (one_image) pixels.end();
    }
}

void draw_labels(Paint& paint, const Side& side, const std::vector<Drawn>& wide, const LanePlaces& places) {
    const Font& font = paint.fonts.small;
    if (places.height < font.size) return;
    struct Label { const Drawn* drawn; std::string text; };
    std::vector<Label> labels;
    size_t letters = 0;
    for (const Drawn& each : wide) {
        std::string text = run_label(side, *each.run);
        if (text.empty() || text_width(font, text) + paint.px(10) > each.rect.width()) continue;
        letters += text.size();
        labels.push_back({&each, std::move(text)});
    }
    if (letters > kLettersDrawn) return;
    for (const Label& label : labels) text_line(paint, font, label.drawn->rect.x0 + paint.px(4), label.drawn->rect.x1 - paint.px(2), (label.drawn->rect.y0 + label.drawn->rect.y1 - font.size) / 2, label.drawn->dimmed ? paint.theme->dim : paint.theme->on_box, label.text, Align::center);
}

}  // namespace

ImU32 thread_color(const Theme& theme, uint32_t thread) { return theme.threads[thread % theme.threads.size()]; }

void draw_processor_lanes(Paint& paint, const Axis& axis, const AppState& state, size_t side, const LanePlaces& places, Requests& requests) {
    const Side& of = state.sides[side];
    const auto room = static_cast<size_t>(std::max((places.bottom - places.y) / std::max(places.each, 0.1f), 0.0f)) + 1;
    const size_t shown = std::min(of.processors.size(), room);
    if (shown == 0) return;
    const ProcessorRuns& runs = processor_runs(of, axis.from_ns, axis.to_ns);
    LanePixels pixels(paint, axis.x0, axis.x1, places.height);
    for (size_t i = 0; i < shown; ++i) {
        const float y = places.y + places.each * static_cast<float>(i);
        fill(paint, {axis.x0, y, axis.x1, y + places.height}, paint.theme->lane);
    }
    paint.list->PushClipRect({axis.x0, places.y}, {axis.x1, places.bottom}, true);
    draw_columns(paint, axis, of, runs, places, shown);
    const std::vector<Drawn> wide = wide_runs(paint, axis, state, side, runs, places);
    draw_wide(paint, wide, places, pixels);
    draw_labels(paint, of, wide, places);
    paint.list->PopClipRect();
    for (const Drawn& each : wide)
        if (clicked(each.rect)) requests.push_back({.what = Request::What::select_thread, .number = static_cast<double>(each.run->thread), .at = static_cast<double>(side)});
}

}  // namespace gui
