// The sentences around the cursor on the side that is explained; a click goes there.
#include <algorithm>

#include "gui/model/text.h"
#include "gui/panels/panels.h"

namespace gui {
namespace {

struct Row { int64_t event; std::string sentence; float height; };

Row row_of(const Paint& paint, const Side& side, int64_t event, float width) {
    Row row{.event = event, .sentence = sentence_of(side, side.events[static_cast<size_t>(event)]), .height = 0};
    row.height = block_height(paint.fonts.text, width, row.sentence) + paint.px(4);
    return row;
}

// The event at the cursor and as many whole rows before and after it as there is room for, in turn.
std::vector<Row> rows_around(const Paint& paint, const Side& side, int64_t current, float width, float room) {
    const int64_t count = static_cast<int64_t>(side.events.size());
    std::vector<Row> rows;
    int64_t before = std::max<int64_t>(current, 0) - 1, after = std::max<int64_t>(current, 0);
    bool forward = true, more_after = true, more_before = true;
    while ((more_after && after < count) || (more_before && before >= 0)) {
        const bool take_after = more_after && after < count && (forward || !more_before || before < 0);
        forward = !forward;
        Row row = row_of(paint, side, take_after ? after : before, width);
        const bool fits = row.height <= room || rows.empty();
        if (!fits) {
            (take_after ? more_after : more_before) = false;
            continue;
        }
        room -= row.height;
        if (take_after) rows.push_back(std::move(row)), ++after;
        else rows.insert(rows.begin(), std::move(row)), --before;
    }
    return rows;
}

float draw_heading(Paint& paint, const Side& side, const Rect& rect, float y) {
    const float x0 = rect.x0 + paint.px(14), x1 = rect.x1 - paint.px(14);
    const float x = text_line(paint, paint.fonts.bold, x0, x1, y, paint.theme->text, "Events") + paint.px(10);
    const bool measured = side.trace.header.source == "measured";
    const std::string wordings[] = {side.name + (measured ? ", " + side.trace.header.made_by : ""), side.name};
    text_fitting(paint, paint.fonts.small, x, x1, y + paint.px(1.5f), paint.theme->dim, wordings);
    return y + paint.px(24);
}

// What the event is about: its packet, else its thread.
Request selects(const Side& side, const sim::Record& record, size_t index) {
    const bool packet = record.kind != sim::Kind::get_called && record.packet < side.packets.size() && side.packets[record.packet].known;
    return {.what = packet ? Request::What::select_packet : Request::What::select_thread, .number = static_cast<double>(packet ? record.packet : record.thread), .at = static_cast<double>(index)};
}

}  // namespace

void draw_events(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    const Side& side = state.sides[state.focus];
    const Font& font = paint.fonts.text;
    float y = rect.y0 + paint.px(8);
    if (rect.height() > paint.px(80)) y = draw_heading(paint, side, rect, y);
    const auto time_of = [&side](int64_t event) { return time_label(side.trace.records[side.events[static_cast<size_t>(event)]].time_ns); };
    const int64_t current = event_before(side, state.position);
    // As wide as the longest time can be, so that the text does not move from row to row.
    const float time0 = rect.x0 + paint.px(12), time1 = time0 + text_width(paint.fonts.mono, "999.999999 ms") + 1, text0 = time1 + paint.px(12), text1 = rect.x1 - paint.px(14);
    for (const Row& row : rows_around(paint, side, current, text1 - text0, rect.y1 - y - paint.px(2))) {
        const Rect ground{rect.x0 + paint.px(6), y, rect.x1 - paint.px(6), y + row.height - 1};
        if (row.event == current) fill(paint, ground, theme.accent_back, paint.px(3));
        if (ImGui::IsMouseClicked(0) && hovered(ground)) requests.push_back({.what = Request::What::select_event, .number = static_cast<double>(row.event)});
        const sim::Record& record = side.trace.records[side.events[static_cast<size_t>(row.event)]];
        if (clicked(ground)) requests.push_back(selects(side, record, state.focus));
        const bool dimmed = app_record_dimmed(state, state.focus, record), lit = state.selection.any() && !dimmed;
        const ImU32 color = dimmed ? theme.faint : row.event == current || lit ? theme.text : theme.dim;
        if (lit) fill(paint, {ground.x0, ground.y0 + 1, ground.x0 + paint.px(3), ground.y1 - 1}, theme.accent);
        text_line(paint, paint.fonts.mono, time0, time1, y + paint.px(3), dimmed ? color : theme.dim, time_of(row.event), Align::right);
        text_block(paint, font, {text0, y + paint.px(2), text1, rect.y1}, color, row.sentence);
        y += row.height;
    }
}

}  // namespace gui
