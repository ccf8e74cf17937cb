// Each side's port at the cursor: packets queueing, slots up to the limit, the stack of waiters, who is blocked elsewhere.
#include <algorithm>
#include <cmath>

#include "gui/panels/panels.h"

namespace gui {
namespace {

void chip(Paint& paint, const Rect& rect, ImU32 color, std::initializer_list<std::string> wordings, ImU32 text_color) {
    fill(paint, rect, color, paint.px(3));
    text_fitting(paint, paint.fonts.small, rect.x0 + paint.px(2), rect.x1 - paint.px(2), (rect.y0 + rect.y1 - paint.fonts.small.size) / 2, text_color, {wordings.begin(), wordings.size()}, Align::center);
}

// A column of chips that says how many it could not show.
void chips(Paint& paint, float x0, float x1, float y0, float y1, const std::vector<std::string>& names, ImU32 color, ImU32 text_color) {
    const float row = paint.px(21);
    const size_t room = static_cast<size_t>((y1 - y0) / row);
    for (size_t i = 0; i < names.size() && i < room; ++i) {
        const float y = y0 + static_cast<float>(i) * row;
        const bool more = i + 1 == room && names.size() > room;
        const std::string count = "+" + std::to_string(names.size() - i);
        chip(paint, {x0, y, x1, y + row - paint.px(3)}, color, {more ? count : names[i], names[i].substr(names[i].rfind(' ') + 1)}, text_color);
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
        const std::string text = more ? "+" + std::to_string(picture.running.size() - i) : slot.thread_name + (slot.packet.empty() ? "" : " \xC2\xB7 " + slot.packet);
        chip(paint, rect, slot.over_limit ? theme.warning : slot.ready ? theme.ready : theme.running, {text, slot.thread_name}, slot.over_limit ? theme.on_warning : theme.on_box);
    }
}

void queue_text(Paint& paint, float x0, float x1, float y, float y1, const PortPicture& picture) {
    if (!picture.queue_known) {
        static const std::string kWordings[] = {"unknown", "?"};
        text_fitting(paint, paint.fonts.small, x0, x1, y + paint.px(3), paint.theme->faint, kWordings);
        return;
    }
    chips(paint, x0, x1, y, y1, picture.queue, paint.theme->queued, paint.theme->on_box);
}

void draw_port(Paint& paint, const AppState& state, const Side& side, const Rect& rect) {
    const Theme& theme = *paint.theme;
    const uint64_t position = &side == &state.sides[state.focus] ? state.position : records_until(side, state.playback.cursor_ns);
    const PortPicture picture = port_picture(side, state_after(side, position), static_cast<uint16_t>(state.port));
    const bool named = side.ports.size() > 1 && state.port < side.ports.size();
    const std::string& policy = named ? side.ports[state.port].policy : side.trace.header.policy;
    const float x0 = rect.x0 + paint.px(14), x1 = rect.x1 - paint.px(14);
    const bool over = picture.limit > 0 && picture.active > picture.limit;
    const float end = text_line(paint, paint.fonts.bold, x0, x1, rect.y0 + paint.px(8), theme.text, named ? side.name + ", " + picture.name : side.name);
    const std::string count = std::to_string(picture.active), limit = std::to_string(picture.limit), whole = count + " active, limit " + limit;
    const std::string wordings[] = {over ? whole + ": over by " + std::to_string(picture.active - picture.limit) : whole, whole, count + " of " + limit};
    text_fitting(paint, paint.fonts.small, end + paint.px(8), x1, rect.y0 + paint.px(9.5f), over ? theme.warning : theme.dim, wordings);
    const float gap = paint.px(8), width = (x1 - x0 - 3 * gap) / 4.8f, head = rect.y0 + paint.px(30), y = head + paint.px(18), y1 = rect.y1 - paint.px(4);
    const float running = x0 + width + gap, stack = running + width * 1.5f + gap, blocked = stack + width * 1.15f + gap;
    text_line(paint, paint.fonts.small, x0, running - gap, head, theme.faint, "queue");
    text_line(paint, paint.fonts.small, running, stack - gap, head, theme.faint, "running");
    text_line(paint, paint.fonts.small, stack, blocked - gap, head, theme.faint, policy == "nt" ? "stack" : "waiting");
    text_line(paint, paint.fonts.small, blocked, x1 + paint.px(2), head, theme.faint, "blocked");
    queue_text(paint, x0, running - gap, y, y1, picture);
    running_slots(paint, running, stack - gap, y, y1, picture);
    chips(paint, stack, blocked - gap, y, y1, picture.stack, theme.accent, theme.on_accent);
    chips(paint, blocked, x1, y, y1, picture.blocked, theme.blocked, theme.on_box);
}

}  // namespace

void draw_ports(Paint& paint, const AppState& state, const Rect& rect, Requests&) {
    const size_t sides = state.sides.size(), columns = std::clamp<size_t>(static_cast<size_t>(rect.width() / paint.px(250)), 1, sides), rows = (sides + columns - 1) / columns;
    const float width = rect.width() / static_cast<float>(columns), height = rect.height() / static_cast<float>(rows);
    if (height < paint.px(90)) {   // no room for two slots a side: the side that is explained, whole (Tab changes it)
        draw_port(paint, state, state.sides[state.focus], {rect.x0, rect.y0, rect.x1, rect.y1 - line_height(paint.fonts.small)});
        const std::string note[] = {"Tab: the other sides", ""};
        text_fitting(paint, paint.fonts.small, rect.x0 + paint.px(14), rect.x1 - paint.px(14), rect.y1 - line_height(paint.fonts.small), paint.theme->accent, note, Align::right);
        return;
    }
    for (size_t i = 0; i < sides; ++i) {
        const float x = rect.x0 + width * static_cast<float>(i % columns), y = rect.y0 + height * static_cast<float>(i / columns);
        draw_port(paint, state, state.sides[i], {x, y, x + width, y + height});
    }
}

}  // namespace gui
