// The sides under each other on one clock: a lane a thread, then the stack, the queue and the active threads against the limit.
#include <algorithm>
#include <cmath>

#include "gui/panels/panels.h"
#include "sim/trace/print.h"

namespace gui {
namespace {

struct Axis {
    float x0, x1;
    int64_t from_ns, to_ns;
    float x(int64_t ns) const { return x0 + static_cast<float>(static_cast<double>(ns - from_ns) / static_cast<double>(to_ns - from_ns) * (x1 - x0)); }
    double ns_at(float px) const { return static_cast<double>(from_ns) + static_cast<double>(px - x0) / (x1 - x0) * static_cast<double>(to_ns - from_ns); }
    int64_t pixel_ns() const { return std::max<int64_t>(static_cast<int64_t>(static_cast<double>(to_ns - from_ns) / (x1 - x0)), 1); }
};

struct Heights { float lane, gap, stack, queue, active, title; };

// The space is shared by all lanes of all sides; names go when lanes get too low for them.
Heights heights_for(const Paint& paint, const AppState& state, float room) {
    Heights h{.lane = 0, .gap = 0, .stack = paint.px(26), .queue = paint.px(22), .active = paint.px(30), .title = paint.px(26)};
    const float sides = static_cast<float>(state.sides.size());
    size_t lanes = 0;
    for (const Side& side : state.sides) lanes += side.lanes.size();
    const float strips = h.stack + h.queue + h.active + paint.px(20);
    if (room < sides * (h.title + strips) + static_cast<float>(lanes) * paint.px(17)) h.stack = h.queue = paint.px(13), h.active = paint.px(18), h.title = paint.px(20);
    const float fixed = sides * (h.title + h.stack + h.queue + h.active + paint.px(20));
    const float each = std::clamp((room - fixed) / static_cast<float>(std::max<size_t>(lanes, 1)), paint.px(2), paint.px(26));
    h.gap = each > paint.px(8) ? paint.px(3) : each > paint.px(4) ? 1 : 0;
    h.lane = each - h.gap;
    return h;
}

int64_t round_step(int64_t about_ns) {
    int64_t step = 1;
    while (step * 10 <= about_ns) step *= 10;
    return about_ns >= step * 5 ? step * 5 : about_ns >= step * 2 ? step * 2 : step;
}

void draw_ruler(Paint& paint, const Axis& axis, const Rect& rect) {
    const int64_t step = round_step(std::max<int64_t>(static_cast<int64_t>(static_cast<double>(axis.to_ns - axis.from_ns) / std::max(1.0f, (axis.x1 - axis.x0) / paint.px(96))), 1));
    for (int64_t at = (axis.from_ns + step - 1) / step * step; at <= axis.to_ns; at += step) {
        const float x = axis.x(at);
        fill(paint, {x, rect.y1 - paint.px(5), x + 1, rect.y1}, paint.theme->faint);
        const std::string text = at == 0 ? "0" : sim::time_text(at);
        if (x + text_width(paint.fonts.small, text) + paint.px(3) < axis.x1) text_line(paint, paint.fonts.small, x + paint.px(3), axis.x1, rect.y0 + paint.px(4), paint.theme->dim, text);
    }
}

void lane_label(Paint& paint, const Rect& rect, float y0, float y1, std::string_view name, ImU32 color) {
    const ImFont* font = paint.fonts.small;
    if (y1 - y0 < font->FontSize - paint.px(1)) return;
    text_line(paint, font, rect.x0 + paint.px(8), rect.x0 + paint.px(78), (y0 + y1 - font->FontSize) / 2, color, name, Align::right);
}

void draw_lane(Paint& paint, const Axis& axis, const Side& side, const Lane& lane, float y0, float y1) {
    fill(paint, {axis.x0, y0, axis.x1, y1}, paint.theme->lane);
    dotted_line(paint, axis.x0, axis.x1, (y0 + y1) / 2, paint.theme->parked);
    static thread_local std::vector<Box> boxes;
    boxes.clear();
    visible_boxes(lane, axis.from_ns, axis.to_ns, axis.pixel_ns(), boxes);
    for (const Box& box : boxes) {
        const float x0 = std::max(axis.x(box.begin_ns), axis.x0), x1 = std::min(std::max(axis.x(box.end_ns), x0 + 1), axis.x1);
        const float line = x1 - x0 > paint.px(4) ? 1.0f : 0.0f;   // neighbours stay apart
        const bool named = box.packet != sim::kNoPacket && box.packet < side.packet_labels.size();
        state_box(paint, {x0, y0, x1 - line, y1}, box.kind, box.merged, named ? std::string_view(side.packet_labels[box.packet]) : std::string_view());
    }
}

// A value over time as bars from the bottom; above `limit` (if any) in the warning colour.
void draw_steps(Paint& paint, const Axis& axis, const Steps& steps, float y0, float y1, uint32_t top, ImU32 color, uint32_t limit) {
    static thread_local Steps visible;
    visible.clear();
    visible_steps(steps, axis.from_ns, axis.to_ns, axis.pixel_ns(), visible);
    const float unit = (y1 - y0) / static_cast<float>(std::max(top, 1u));
    for (size_t i = 0; i < visible.size(); ++i) {
        const uint32_t value = visible[i].value;
        if (value == 0) continue;
        const float x0 = std::max(axis.x(visible[i].at_ns), axis.x0), x1 = i + 1 < visible.size() ? std::min(axis.x(visible[i + 1].at_ns), axis.x1) : axis.x1;
        const uint32_t inside = limit > 0 ? std::min(value, limit) : value;
        fill(paint, {x0, y1 - unit * static_cast<float>(inside), std::max(x1, x0 + 1), y1}, color);
        if (value > inside) fill(paint, {x0, y1 - unit * static_cast<float>(value), std::max(x1, x0 + 1), y1 - unit * static_cast<float>(inside)}, paint.theme->warning);
    }
}

uint32_t largest(const Steps& steps) {
    uint32_t value = 0;
    for (const Step& step : steps) value = std::max(value, step.value);
    return value;
}

float draw_port(Paint& paint, const Axis& axis, const Rect& rect, const Side& side, const PortLanes& port, const Heights& h, float y) {
    const Theme& theme = *paint.theme;
    const uint32_t waiters = std::max<uint32_t>(static_cast<uint32_t>(side.lanes.size()), 1);
    y += paint.px(4);
    lane_label(paint, rect, y, y + h.stack, "stack", theme.dim);
    draw_steps(paint, axis, port.waiters, y, y + h.stack, waiters, theme.parked, 0);
    y += h.stack + paint.px(4);
    lane_label(paint, rect, y, y + h.queue, "queued", theme.dim);
    if (side.trace.header.has_decisions) draw_steps(paint, axis, port.depth, y, y + h.queue, std::max(largest(port.depth), 4u), theme.queued, 0);
    else text_line(paint, paint.fonts.small, axis.x0 + paint.px(6), axis.x1, y + (h.queue - paint.fonts.small->FontSize) / 2, theme.faint, "not in this recording: the kernel keeps its queue to itself");
    y += h.queue + paint.px(4);
    const uint32_t top = std::max({largest(port.active), std::min(port.limit, static_cast<uint32_t>(side.lanes.size())), 1u});
    lane_label(paint, rect, y, y + h.active, "active", theme.dim);
    draw_steps(paint, axis, port.active, y, y + h.active, top, theme.running, port.limit);
    if (port.limit <= top) dashed_line(paint, axis.x0, axis.x1, y + h.active - h.active * static_cast<float>(port.limit) / static_cast<float>(top), theme.text);
    return y + h.active + paint.px(8);
}

float draw_side(Paint& paint, const AppState& state, const Axis& axis, const Rect& rect, size_t index, const Heights& h, float y, Requests& requests) {
    const Theme& theme = *paint.theme;
    const Side& side = state.sides[index];
    const float text_y = y + (h.title - paint.fonts.bold->FontSize) / 2;
    if (ImGui::IsMouseClicked(0) && hovered({rect.x0, y, rect.x1, y + h.title})) requests.push_back({.what = Request::What::focus, .number = static_cast<double>(index)});
    const bool focused = state.focus == index && state.sides.size() > 1;
    if (focused) fill(paint, {rect.x0, y + paint.px(4), rect.x0 + paint.px(3), y + h.title - paint.px(2)}, theme.accent);
    const float x = text_line(paint, paint.fonts.bold, rect.x0 + paint.px(14), rect.x1 - paint.px(10), text_y, theme.text, side_kind(side)) + paint.px(12);
    std::string limit;
    if (!side.ports.empty()) limit = ", limit " + std::to_string(side.ports.front().limit);
    text_line(paint, paint.fonts.small, x, rect.x1 - paint.px(10), text_y + paint.px(1.5f), theme.dim, side_title(side) + limit);
    y += h.title;
    for (const Lane& lane : side.lanes) {
        lane_label(paint, rect, y, y + h.lane, lane.name, theme.dim);
        draw_lane(paint, axis, side, lane, y, y + h.lane);
        y += h.lane + h.gap;
    }
    if (!side.ports.empty()) y = draw_port(paint, axis, rect, side, side.ports.front(), h, y);
    fill(paint, {rect.x0, y, rect.x1, y + 1}, theme.line);
    return y;
}

void draw_legend(Paint& paint, const Rect& rect, float y) {
    const Theme& theme = *paint.theme;
    struct Entry { const char* text; BoxKind kind; bool box; ImU32 color; };
    const Entry entries[] = {{"running", BoxKind::running, true, 0}, {"ready", BoxKind::ready, true, 0}, {"blocked elsewhere", BoxKind::blocked, true, 0}, {"parked", BoxKind::running, false, theme.parked}, {"over the limit", BoxKind::running, false, theme.warning}};
    float x = rect.x0 + paint.px(14);
    for (const Entry& entry : entries) {
        const float width = text_width(paint.fonts.small, entry.text);
        if (x + paint.px(38) + width > rect.x1) return;
        const Rect box{x, y + paint.px(5), x + paint.px(16), y + paint.px(16)};
        if (entry.box) state_box(paint, box, entry.kind, false, "");
        else if (entry.color == theme.warning) fill(paint, box, entry.color, paint.px(2));
        else dotted_line(paint, box.x0, box.x1, (box.y0 + box.y1) / 2, entry.color);
        text_line(paint, paint.fonts.small, x + paint.px(21), rect.x1, y + paint.px(4), theme.dim, entry.text);
        x += paint.px(40) + width;
    }
}

// Wheel zooms at the mouse, a click or drag sets the cursor, the right button or Shift drags the view.
void mouse(const Axis& axis, const Rect& rect, Requests& requests) {
    const ImGuiIO& io = ImGui::GetIO();
    if (!hovered({axis.x0, rect.y0, axis.x1, rect.y1})) return;
    if (io.MouseWheel != 0) requests.push_back({.what = Request::What::zoom, .number = io.MouseWheel > 0 ? 0.8 : 1.25, .at = axis.ns_at(io.MousePos.x)});
    const bool drag_view = ImGui::IsMouseDown(1) || ImGui::IsMouseDown(2) || (io.KeyShift && ImGui::IsMouseDown(0));
    if (drag_view && io.MouseDelta.x != 0) requests.push_back({.what = Request::What::pan, .number = -static_cast<double>(io.MouseDelta.x) * static_cast<double>(axis.to_ns - axis.from_ns) / (axis.x1 - axis.x0)});
    else if (!io.KeyShift && ImGui::IsMouseDown(0) && (ImGui::IsMouseClicked(0) || io.MouseDelta.x != 0)) requests.push_back({.what = Request::What::seek, .number = axis.ns_at(io.MousePos.x)});
}

}  // namespace

void draw_timelines(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Axis axis{.x0 = rect.x0 + paint.px(86), .x1 = rect.x1 - paint.px(14), .from_ns = state.view_from_ns, .to_ns = state.view_to_ns};
    const float ruler = paint.px(24), legend = paint.px(24);
    const Heights h = heights_for(paint, state, rect.height() - ruler - legend);
    draw_ruler(paint, axis, {rect.x0, rect.y0, rect.x1, rect.y0 + ruler});
    float y = rect.y0 + ruler;
    for (size_t i = 0; i < state.sides.size(); ++i) y = draw_side(paint, state, axis, rect, i, h, y, requests);
    if (y + legend <= rect.y1 + 1) draw_legend(paint, rect, y + paint.px(2));
    const int64_t cursor = state.playback.cursor_ns;
    if (cursor >= axis.from_ns && cursor <= axis.to_ns) {
        const float x = std::round(axis.x(cursor)), size = paint.px(5);
        fill(paint, {x, rect.y0 + ruler - paint.px(4), x + std::max(1.0f, paint.px(1.3f)), y}, paint.theme->text);
        paint.list->AddTriangleFilled({x - size, rect.y0 + ruler - size * 2}, {x + size, rect.y0 + ruler - size * 2}, {x + 0.5f, rect.y0 + ruler - size * 0.6f}, paint.theme->text);
    }
    mouse(axis, rect, requests);
}

}  // namespace gui
