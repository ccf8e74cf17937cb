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

enum class Of : uint8_t { thread, packet };

/// One side's picture: where its chips stand, or are on their way to.
struct Drawn {
    Paint& paint;
    const AppState& state;
    size_t side;
    Requests& requests;

    uint64_t key(Of of, uint32_t who) const { return uint64_t{who} | static_cast<uint64_t>(of) << 32 | static_cast<uint64_t>(side) << 40; }
    Rect place(Of of, uint32_t who, const Rect& rect) const {
        if (paint.motion == nullptr) return rect;
        const Spot at = paint.motion->place(key(of, who), {rect.x0, rect.y0});
        return {at.x, at.y, at.x + rect.width(), at.y + rect.height()};
    }
    bool slides(Of of, uint32_t who) const { return paint.motion != nullptr && paint.motion->slides(key(of, who)); }
    // What is not selected, and what stands still while something moves, is dimmed.
    bool dimmed(Of of, uint32_t who) const {
        if (of == Of::thread ? app_thread_dimmed(state, side, who) : app_packet_dimmed(state, side, who)) return true;
        return paint.motion != nullptr && paint.motion->was_moving() && !slides(of, who);
    }
    void chip_of(Of of, uint32_t who, const Rect& rect, ImU32 color, std::initializer_list<std::string> wordings, ImU32 text_color) const {
        const bool dim = dimmed(of, who);
        chip(paint, place(of, who, rect), dim ? faded(*paint.theme, color) : color, wordings, dim ? paint.theme->dim : text_color);
        if (clicked(rect)) requests.push_back({.what = of == Of::thread ? Request::What::select_thread : Request::What::select_packet, .number = static_cast<double>(who), .at = static_cast<double>(side)});
    }
};

// A column of chips that says how many it could not show.
void chips(const Drawn& drawn, const Rect& rect, Of of, const std::vector<uint32_t>& who, const std::vector<std::string>& names, ImU32 color, ImU32 text_color) {
    const float row = drawn.paint.px(21);
    const size_t room = static_cast<size_t>((rect.y1 - rect.y0) / row);
    for (size_t i = 0; i < names.size() && i < room; ++i) {
        const float y = rect.y0 + static_cast<float>(i) * row;
        const bool more = i + 1 == room && names.size() > room;
        const Rect place{rect.x0, y, rect.x1, y + row - drawn.paint.px(3)};
        const std::string brief = names[i].substr(names[i].rfind(' ') + 1);
        const bool dim = drawn.state.selection.any();
        if (more) chip(drawn.paint, place, dim ? faded(*drawn.paint.theme, color) : color, {"+" + std::to_string(names.size() - i), brief}, dim ? drawn.paint.theme->dim : text_color);
        else drawn.chip_of(of, who[i], place, color, {names[i], brief}, text_color);
    }
}

void running_slots(const Drawn& drawn, float x0, float x1, float y0, float y1, const PortPicture& picture) {
    Paint& paint = drawn.paint;
    const Theme& theme = *paint.theme;
    const float row = paint.px(21);
    const size_t room = static_cast<size_t>((y1 - y0) / row), wanted = std::max<size_t>(picture.running.size(), std::min<size_t>(picture.limit, 64));
    for (size_t i = 0; i < wanted && i < room; ++i) {
        const float y = y0 + static_cast<float>(i) * row;
        const Rect rect{x0, y, x1, y + row - paint.px(3)};
        const bool free = i >= picture.running.size(), slides = !free && drawn.slides(Of::thread, picture.running[i].thread);
        if (free || slides) paint.list->AddRect({rect.x0, rect.y0}, {rect.x1, rect.y1}, theme.line, paint.px(3), 0, paint.px(1.2f));
        if (free) continue;
        const RunningSlot& slot = picture.running[i];
        const ImU32 color = slot.over_limit ? theme.warning : slot.ready ? theme.ready : theme.running, text_color = slot.over_limit ? theme.on_warning : theme.on_box;
        if (i + 1 == room && picture.running.size() > room) {
            chip(paint, rect, color, {"+" + std::to_string(picture.running.size() - i), slot.thread_name}, text_color);
            continue;
        }
        // A thread is also lit by the packet that it works on.
        const bool lit = drawn.state.selection.is_packet() && !app_packet_dimmed(drawn.state, drawn.side, slot.packet_number);
        const bool dim = drawn.state.selection.is_packet() ? !lit : drawn.dimmed(Of::thread, slot.thread);
        const Rect at = drawn.place(Of::thread, slot.thread, rect);
        chip(paint, at, dim ? faded(theme, color) : color, {slot.thread_name + (slot.packet.empty() ? "" : " \xC2\xB7 " + slot.packet), slot.thread_name}, dim ? theme.dim : text_color);
        if (clicked(rect)) drawn.requests.push_back({.what = Request::What::select_thread, .number = static_cast<double>(slot.thread), .at = static_cast<double>(drawn.side)});
        if (slot.packet.empty() || paint.motion == nullptr) continue;
        const Rect packet = drawn.place(Of::packet, slot.packet_number, {x0, y, x0 + paint.px(30), y + row - paint.px(3)});   // on its way out of the queue
        if (drawn.slides(Of::packet, slot.packet_number)) chip(paint, packet, theme.queued, {slot.packet, ""}, theme.on_box);
    }
}

void queue_text(const Drawn& drawn, const Rect& rect, const PortPicture& picture) {
    Paint& paint = drawn.paint;
    if (picture.queue_known) return chips(drawn, rect, Of::packet, picture.queue_packets, picture.queue, paint.theme->queued, paint.theme->on_box);
    static const std::string kWordings[] = {"unknown", "?"};
    text_fitting(paint, paint.fonts.small, rect.x0, rect.x1, rect.y0 + paint.px(3), paint.theme->faint, kWordings);
}

void draw_port(Paint& paint, const AppState& state, size_t index, const Rect& rect, Requests& requests) {
    const Side& side = state.sides[index];
    const Theme& theme = *paint.theme;
    const uint64_t position = index == state.focus ? state.position : records_until(side, std::max<int64_t>(app_cursor_of(state, index), 0));
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
    if (paint.motion != nullptr) paint.motion->moment(static_cast<uint32_t>(index), position);
    const Drawn drawn{.paint = paint, .state = state, .side = index, .requests = requests};
    queue_text(drawn, {x0, y, running - gap, y1}, picture);
    chips(drawn, {stack, y, blocked - gap, y1}, Of::thread, picture.stack_threads, picture.stack, theme.accent, theme.on_accent);
    chips(drawn, {blocked, y, x1, y1}, Of::thread, picture.blocked_threads, picture.blocked, theme.blocked, theme.on_box);
    running_slots(drawn, running, stack - gap, y, y1, picture);
}

}  // namespace

void draw_ports(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const size_t sides = state.sides.size(), columns = std::clamp<size_t>(static_cast<size_t>(rect.width() / paint.px(250)), 1, sides), rows = (sides + columns - 1) / columns;
    const float width = rect.width() / static_cast<float>(columns), height = rect.height() / static_cast<float>(rows);
    if (height < paint.px(90)) {   // no room for two slots a side: the side that is explained, whole (Tab changes it)
        draw_port(paint, state, state.focus, {rect.x0, rect.y0, rect.x1, rect.y1 - line_height(paint.fonts.small)}, requests);
        const std::string note[] = {"Tab: the other sides", ""};
        text_fitting(paint, paint.fonts.small, rect.x0 + paint.px(14), rect.x1 - paint.px(14), rect.y1 - line_height(paint.fonts.small), paint.theme->accent, note, Align::right);
        return;
    }
    for (size_t i = 0; i < sides; ++i) {
        const float x = rect.x0 + width * static_cast<float>(i % columns), y = rect.y0 + height * static_cast<float>(i / columns);
        draw_port(paint, state, i, {x, y, x + width, y + height}, requests);
    }
}

}  // namespace gui
