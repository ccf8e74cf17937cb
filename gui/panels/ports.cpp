// Each side's port at the cursor: packets queueing, slots up to the limit, the stack of waiters, who is blocked elsewhere.
#include <algorithm>
#include <cmath>

#include "gui/panels/panels.h"

namespace gui {
namespace {

void chip(Paint& paint, const Rect& rect, ImU32 color, std::string_view text, ImU32 text_color) {
    fill(paint, rect, color, paint.px(3));
    text_line(paint, paint.fonts.small, rect.x0 + paint.px(2), rect.x1 - paint.px(2), (rect.y0 + rect.y1 - paint.fonts.small->FontSize) / 2, text_color, text, Align::center);
}

// A column of chips that says how many it could not show.
void chips(Paint& paint, float x0, float x1, float y0, float y1, const std::vector<std::string>& names, ImU32 color, ImU32 text_color) {
    const float row = paint.px(21);
    const size_t room = static_cast<size_t>((y1 - y0) / row);
    for (size_t i = 0; i < names.size() && i < room; ++i) {
        const float y = y0 + static_cast<float>(i) * row;
        const bool more = i + 1 == room && names.size() > room;
        chip(paint, {x0, y, x1, y + row - paint.px(3)}, color, more ? names[i] + " +" + std::to_string(names.size() - room) : names[i], text_color);
    }
}

void running_slots(Paint& paint, float x0, float x1, float y0, float y1, const PortPicture& picture) {
    const Theme& theme = *paint.theme;
    const float row = paint.px(21);
    const size_t room = static_cast<size_t>((y1 - y0) / row), wanted = std::max<size_t>(picture.running.size(), std::min<size_t>(picture.limit, 64));
    for (size_t i = 0; i < wanted && i < room; ++i) {
        const float y = y0 + static_cast<float>(i) * row;
        const Rect rect{x0, y, x1, y + row - paint.px(3)};
        if (i >= picture.running.size()) {      // a free slot
            paint.list->AddRect({rect.x0, rect.y0}, {rect.x1, rect.y1}, theme.line, paint.px(3), 0, paint.px(1.2f));
            continue;
        }
        const RunningSlot& slot = picture.running[i];
        const bool more = i + 1 == room && picture.running.size() > room;
        const std::string text = slot.thread_name + (slot.packet.empty() ? "" : " \xC2\xB7 " + slot.packet) + (more ? "  +" + std::to_string(picture.running.size() - room) : "");
        chip(paint, rect, slot.over_limit ? theme.warning : slot.ready ? theme.ready : theme.running, text, slot.over_limit ? theme.on_warning : theme.on_box);
    }
}

void queue_text(Paint& paint, float x0, float x1, float y, float y1, const PortPicture& picture) {
    if (!picture.queue_known) {
        text_line(paint, paint.fonts.small, x0, x1, y + paint.px(3), paint.theme->faint, "unknown");
        return;
    }
    chips(paint, x0, x1, y, y1, picture.queue, paint.theme->queued, paint.theme->on_box);
}

void draw_port(Paint& paint, const AppState& state, const Side& side, const Rect& rect) {
    const Theme& theme = *paint.theme;
    const uint64_t position = &side == &state.sides[state.focus] ? state.position : records_until(side, state.playback.cursor_ns);
    const PortPicture picture = port_picture(side, state_after(side, position), 0);
    const float x0 = rect.x0 + paint.px(14), x1 = rect.x1 - paint.px(14);
    const bool over = picture.limit > 0 && picture.active > picture.limit;
    const float end = text_line(paint, paint.fonts.bold, x0, x1, rect.y0 + paint.px(8), theme.text, side_kind(side));
    text_line(paint, paint.fonts.small, end + paint.px(8), x1, rect.y0 + paint.px(9.5f), over ? theme.warning : theme.dim,
              std::to_string(picture.active) + " active, limit " + std::to_string(picture.limit) + (over ? ": over by " + std::to_string(picture.active - picture.limit) : ""));
    const float gap = paint.px(10), width = (x1 - x0 - 3 * gap) / 4.4f, head = rect.y0 + paint.px(30), y = head + paint.px(18), y1 = rect.y1 - paint.px(4);
    const float queue = x0, running = queue + width + gap, stack = running + width * 1.4f + gap, blocked = stack + width + gap;
    text_line(paint, paint.fonts.small, queue, queue + width, head, theme.faint, "queue");
    text_line(paint, paint.fonts.small, running, running + width * 1.4f, head, theme.faint, "running");
    text_line(paint, paint.fonts.small, stack, stack + width, head, theme.faint, side.trace.header.policy == "nt" ? "stack" : "waiting");
    text_line(paint, paint.fonts.small, blocked, x1 + paint.px(4), head, theme.faint, "blocked");
    queue_text(paint, queue, queue + width, y, y1, picture);
    running_slots(paint, running, running + width * 1.4f, y, y1, picture);
    chips(paint, stack, stack + width, y, y1, picture.stack, theme.accent, theme.on_accent);
    chips(paint, blocked, blocked + width, y, y1, picture.blocked, theme.blocked, theme.on_box);
}

}  // namespace

void draw_ports(Paint& paint, const AppState& state, const Rect& rect, Requests&) {
    const float high = rect.height() / static_cast<float>(state.sides.size());
    if (high < paint.px(90)) {   // no room for two rows a side: the side that is explained, whole (Tab changes it)
        draw_port(paint, state, state.sides[state.focus], rect);
        return;
    }
    for (size_t i = 0; i < state.sides.size(); ++i) {
        const float y = rect.y0 + high * static_cast<float>(i);
        draw_port(paint, state, state.sides[i], {rect.x0, y, rect.x1, y + high});
    }
}

}  // namespace gui
