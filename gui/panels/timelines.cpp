// The sides under each other on one clock: a lane a thread, then the stack, the queue and the active threads against the limit.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "gui/model/overview.h"
#include "gui/model/text.h"
#include "gui/panels/compare_lines.h"
#include "gui/panels/lanes.h"
#include "gui/panels/panels.h"
#include "gui/panels/ruler.h"

namespace gui {
namespace {

struct Heights {
    float lane, gap, stack, queue, active, title;
    float processor = 0, processor_gap = 0, packets = 0;   ///< 0: not shown
    float strips() const { return stack + queue + active; }
    float spaced = 0;                     ///< below each of the two
    bool without = false;                 ///< they are wanted and have no room
};

/// The sides that have room, and what their parts are high.
struct Plan { std::vector<size_t> sides; Heights heights; };

size_t lanes_of(const AppState& state, const std::vector<size_t>& sides) {
    size_t lanes = 0;
    for (const size_t side : sides) lanes += state.sides[side].lanes.size();
    return std::max<size_t>(lanes, 1);
}

/// What is shown besides: processors of these sides together, and whether their packets are.
struct More { size_t processors = 0; bool packets = false; };

// At most 45 % of the room, less where lanes would lose their names, and nothing where the lanes and strips need it; what it takes.
float more_heights(Heights& h, const Paint& paint, size_t sides, size_t lanes, const More& more, float room) {
    const float n = static_cast<float>(sides), least = n * paint.px(20 + 13 + 13 + 18 + 20) + std::max(static_cast<float>(lanes) * paint.px(lanes > 16 * sides ? 3 : 7), n * paint.px(18));
    const float named = room - n * paint.px(20 + 13 + 13 + 18 + 20) - static_cast<float>(lanes) * paint.px(17);
    const float most = std::min(std::clamp(named, room * 0.3f, room * 0.45f), room - least), all = static_cast<float>(more.processors);
    float taken = 0;
    h.without = (more.processors > 0 || more.packets) && most < std::max(all, n) * paint.px(4) + n * paint.px(more.packets ? 36 : 12);
    if (h.without) return 0;
    if (more.processors > 0) {
        const float each = std::clamp(most * (more.packets ? 0.5f : 1.0f) / all, 1.0f, paint.px(17));
        h.processor_gap = each > paint.px(8) ? paint.px(2) : each > paint.px(4) ? 1 : 0;
        h.processor = each - h.processor_gap;
        taken += each * all + n * h.spaced;
    }
    if (more.packets) h.packets = std::clamp((most - taken) / n - h.spaced, paint.px(14), paint.px(180)), taken += n * (h.packets + h.spaced);
    return taken;
}

// The space is shared by all lanes of these sides; where there is much, the strips grow as well.
Heights heights_for(const Paint& paint, size_t sides, size_t lanes, const More& besides, float room) {
    Heights h{.lane = 0, .gap = 0, .stack = paint.px(26), .queue = paint.px(22), .active = paint.px(30), .title = paint.px(26)};
    h.spaced = paint.px(4);
    room -= more_heights(h, paint, sides, lanes, besides, room);
    const float n = static_cast<float>(sides), spaces = paint.px(20);
    if (room < n * (h.title + h.strips() + spaces) + static_cast<float>(lanes) * paint.px(17)) h.stack = h.queue = paint.px(13), h.active = paint.px(18), h.title = paint.px(20);
    const auto left = [&] { return room - n * (h.title + h.strips() + spaces) - 1; };
    const float spare = left() - static_cast<float>(lanes) * paint.px(26);
    if (spare > 0) {
        const float grow = std::min(1 + 0.6f * spare / (n * h.strips()), 3.2f);
        h.stack *= grow, h.queue *= grow, h.active *= grow;
        const float rows = static_cast<float>(std::min<size_t>(lanes / std::max<size_t>(sides, 1), 12)) * paint.px(14);   // the stack and the queue are read by their rows
        const float more = std::clamp(rows - h.stack, 0.0f, 0.25f * spare / n);
        h.stack += more, h.queue += std::clamp(rows - h.queue, 0.0f, 0.5f * more);
    }
    const float each = std::clamp(left() / static_cast<float>(lanes), 1.0f, paint.px(80));
    h.gap = each > paint.px(8) ? paint.px(3) : each > paint.px(4) ? 1 : 0;
    h.lane = each - h.gap;
    return h;
}

// All sides, if their lanes can be told apart; else the first and the one that is explained; else that one.
Plan plan_for(const Paint& paint, const AppState& state, float room) {
    std::vector<size_t> all(state.sides.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = i;
    if (state.comparing.shown && state.comparing.side > 0 && state.comparing.side < all.size()) all = {0, state.comparing.side};   // matched decisions are lines between these
    const std::vector<std::vector<size_t>> choices{all, {0, state.focus == 0 && all.size() > 1 ? size_t{1} : state.focus}, {state.focus}};
    Plan plan;
    for (const std::vector<size_t>& sides : choices) {
        if (sides.size() > all.size() || (sides.size() == 2 && sides[0] == sides[1])) continue;
        const size_t lanes = lanes_of(state, sides);
        More more{.processors = 0, .packets = state.packet_bars};
        for (const size_t side : sides) more.processors += state.processor_lanes ? state.sides[side].processors.size() : 0;
        plan = {.sides = sides, .heights = heights_for(paint, sides.size(), lanes, more, room)};
        if (!plan.heights.without && plan.heights.lane + plan.heights.gap >= paint.px(lanes > 16 * sides.size() ? 3 : 7)) break;
    }
    return plan;
}

// Right-aligned before the lanes; where there is no room for the whole name, what follows its last dot.
void lane_label(Paint& paint, const Rect& rect, const Axis& axis, float y, std::string_view name, ImU32 color) {
    const std::string wordings[] = {std::string(name), std::string(name.substr(name.rfind('.') + 1))};
    text_fitting(paint, paint.fonts.small, rect.x0 + paint.px(8), axis.x0 - paint.px(8), y, color, wordings, Align::right);
}

void strip_label(Paint& paint, const Rect& rect, const Axis& axis, float y0, float y1, std::string_view name) {
    lane_label(paint, rect, axis, (y0 + y1 - paint.fonts.small.size) / 2, name, paint.theme->dim);
}

// The active threads, over the limit in the warning colour, piece by piece as long as a limit is in force.
void draw_active(Paint& paint, const Axis& axis, const Side& side, const PortLanes& port, float y0, float y1, uint32_t top, bool lines) {
    int64_t from_ns = 0;
    uint32_t limit = port.limit;
    for (size_t i = 0; i <= port.limits.size(); ++i) {
        const int64_t to_ns = i < port.limits.size() ? port.limits[i].at_ns : INT64_MAX;
        const int64_t from = std::max(from_ns, axis.from_ns), to = std::min(to_ns, axis.to_ns);
        if (from < to) {
            const Axis piece{.x0 = from == axis.from_ns ? axis.x0 : axis.x(from), .x1 = to == axis.to_ns ? axis.x1 : axis.x(to), .from_ns = from, .to_ns = to};
            draw_steps(paint, piece, side, port.active, y0, y1, top, {.color = paint.theme->running, .limit = limit, .crown = 0});
            if (lines && limit <= top) dashed_line(paint, piece.x0, piece.x1, y1 - (y1 - y0) * static_cast<float>(limit) / static_cast<float>(top), paint.theme->text);
        }
        if (i < port.limits.size()) from_ns = to_ns, limit = port.limits[i].value;
    }
}

float draw_port(Paint& paint, const AppState& state, size_t index, const Axis& axis, const Rect& rect, size_t number, const Heights& h, float y, const LanePlaces& lanes, Rect& active, Requests& requests) {
    const Side& side = state.sides[index];
    const Axis own = axis_of_side(axis, app_shift_ns(state, index));
    const PortLanes& port = side.ports[number];
    const Theme& theme = *paint.theme;
    const Font& font = paint.fonts.small;
    const uint32_t threads = std::max<uint32_t>(static_cast<uint32_t>(side.lanes.size()), 1);
    y += paint.px(4);
    // Under nt the topmost is the one that is released next; elsewhere it only waits the shortest.
    strip_label(paint, rect, axis, y, y + h.stack, port.policy == "nt" ? "stack" : "waiting");
    const Rect stack{own.x0, y, own.x1, y + h.stack};
    if (!draw_stack_places(paint, own, state, index, number, stack, std::max(port.waiters.largest, 1u), port.policy == "nt", requests)) draw_steps(paint, own, side, port.waiters, y, y + h.stack, threads, {.color = theme.parked, .limit = 0, .crown = port.policy == "nt" ? theme.accent : 0});
    y += h.stack + paint.px(4);
    strip_label(paint, rect, axis, y, y + h.queue, "queued");
    static const std::string kUnknown[] = {"not in this recording: the kernel keeps its queue to itself", "not in this recording"};
    const uint32_t deepest = std::max(port.depth.largest, 4u);
    if (side.trace.header.has_decisions && draw_queue_places(paint, own, state, index, number, {own.x0, y, own.x1, y + h.queue}, deepest, requests)) {}
    else if (side.trace.header.has_decisions) draw_steps(paint, own, side, port.depth, y, y + h.queue, deepest, {.color = theme.queued, .limit = 0, .crown = 0});
    else text_fitting(paint, font, axis.x0 + paint.px(6), axis.x1, y + (h.queue - font.size) / 2, theme.faint, kUnknown);
    y += h.queue + paint.px(4);
    uint32_t top = std::max({port.active.largest, std::min(port.limit, threads), 1u});
    for (const Step& step : port.limits) top = std::max(top, std::min(step.value, threads));
    const bool two_lines = h.active >= 2 * font.size;
    strip_label(paint, rect, axis, y, two_lines ? y + h.active / 2 : y + h.active, "active");
    if (two_lines) lane_label(paint, rect, axis, y + h.active / 2 + (h.active / 2 - font.size) / 2, "limit " + std::to_string(limit_at(port, app_cursor_of(state, index))), theme.faint);
    draw_active(paint, own, side, port, y, y + h.active, top, true);
    active = {own.x0, y, own.x1, y + h.active};
    draw_over_causes(paint, own, state, index, number, active, top, lanes);
    return y + h.active + paint.px(8);
}

// Of a name like that of the lane above only the number, where lanes are narrow.
std::string_view short_name(std::string_view name, std::string_view above) {
    const size_t dot = name.rfind('.') + 1;
    return dot > 0 && above.substr(0, above.rfind('.') + 1) == name.substr(0, dot) ? name.substr(dot) : name;
}

// What is not selected lies under a veil; a click on a box, or on a name, selects its thread.
void pick_lanes(Paint& paint, const AppState& state, size_t index, const Axis& axis, const Rect& names, const Heights& h, float y, Requests& requests) {   // axis: the side's own
    const Side& side = state.sides[index];
    const float each = h.lane + h.gap;
    const ImU32 veil = (paint.theme->back & ~IM_COL32_A_MASK) | (ImU32{170} << IM_COL32_A_SHIFT);
    const bool packet = state.selection.is_packet() && index < state.selection.on.size() && state.selection.on[index].life;
    const PacketLife* life = packet ? &*state.selection.on[index].life : nullptr;
    for (uint32_t i = 0; i < side.lanes.size() && y < names.y1; ++i, y += each) {
        const Rect lane{axis.x0, y, axis.x1, std::min(y + h.lane, names.y1)};
        bool box = clicked(lane);
        if (box) {                                         // the mouse is somewhere
            const auto at_ns = static_cast<int64_t>(axis.ns_at(ImGui::GetIO().MousePos.x));
            box = boxes_in(side.lanes[i], at_ns, at_ns + std::max<int64_t>(axis.pixel_ns(), 1)) > 0;
        }
        if (box || clicked({names.x0, y, names.x1, y + h.lane})) requests.push_back({.what = Request::What::select_thread, .number = static_cast<double>(i), .at = static_cast<double>(index)});
        if (!state.selection.any() || (state.selection.is_thread() && !app_thread_dimmed(state, index, i))) continue;
        float x0 = axis.x0, x1 = axis.x0;                  // what is lit of it
        if (life != nullptr && life->thread == i && life->taken_ns >= 0) x0 = std::clamp(axis.x(life->taken_ns), axis.x0, axis.x1), x1 = std::clamp(axis.x(life->done_ns >= 0 ? life->done_ns : axis.to_ns), x0, axis.x1);
        if (x0 > axis.x0) fill(paint, {axis.x0, lane.y0, x0, lane.y1}, veil);
        if (x1 < axis.x1) fill(paint, {x1, lane.y0, axis.x1, lane.y1}, veil);
    }
}

// Every lane, and as many names as are not on top of each other.
float draw_lanes(Paint& paint, const AppState& state, size_t index, const Axis& axis, const Rect& rect, const Heights& h, float y, Requests& requests) {
    const Side& side = state.sides[index];
    const Font& font = paint.fonts.small;
    const float each = h.lane + h.gap, bottom = y + each * static_cast<float>(side.lanes.size());
    const Axis own = axis_of_side(axis, app_shift_ns(state, index));
    draw_lane_boxes(paint, own, side, {.y = y, .each = each, .height = h.lane, .bottom = rect.y1});
    pick_lanes(paint, state, index, own, {rect.x0, rect.y0, axis.x0, rect.y1}, h, y, requests);
    const float over = std::max((font.size - h.lane) / 2, 0.0f);   // the first name begins no higher than its lane
    const auto stride = static_cast<size_t>(std::ceil(std::max((font.size + over) / each, 1.0f)));
    std::string_view above;
    for (size_t i = 0; i < side.lanes.size(); ++i, y += each) {
        const float name = i == 0 ? std::max(y + (h.lane - font.size) / 2, y) : y + (h.lane - font.size) / 2;
        if (i % stride == 0 && (i == 0 || name + font.size <= bottom + paint.px(4))) {
            lane_label(paint, rect, axis, name, each < font.size ? short_name(side.lanes[i].name, above) : side.lanes[i].name, !state.selection.any() ? paint.theme->dim : app_thread_dimmed(state, index, static_cast<uint32_t>(i)) ? paint.theme->faint : paint.theme->accent);
            above = side.lanes[i].name;
        }
    }
    return y;
}

// As many of their numbers as are not on top of each other.
float draw_processors(Paint& paint, const AppState& state, const Axis& axis, const Rect& rect, size_t index, const Heights& h, float y, Requests& requests) {
    const Side& side = state.sides[index];
    const Font& font = paint.fonts.small;
    const float each = h.processor + h.processor_gap;
    y += h.spaced;
    draw_processor_lanes(paint, axis_of_side(axis, app_shift_ns(state, index)), state, index, {.y = y, .each = each, .height = h.processor, .bottom = rect.y1}, requests);
    float free = y;
    for (size_t i = 0; i < side.processors.size(); ++i, y += each) {
        const float name = std::max(y + (h.processor - font.size) / 2, i == 0 ? y : 0);
        if (name < free || name + font.size > rect.y1) continue;
        const std::string number = std::to_string(i), wordings[] = {i == 0 ? "processor 0" : number, i == 0 ? "cpu 0" : number, number};
        text_fitting(paint, font, rect.x0 + paint.px(8), axis.x0 - paint.px(8), name, paint.theme->dim, wordings, Align::right);
        free = name + font.size;
    }
    return std::max(y, free - h.spaced);
}

// The cursor over the lanes and strips, not through the title.
void draw_cursor(Paint& paint, const Axis& axis, int64_t cursor_ns, float y0, float y1) {
    if (cursor_ns < axis.from_ns || cursor_ns > axis.to_ns) return;
    const float x = std::round(axis.x(cursor_ns));
    fill(paint, {x, y0, x + std::max(1.0f, paint.px(1.3f)), y1}, paint.theme->text);
}

// Where the run leaves its scenario, told at the end of the title's row. Returns where that begins.
float draw_mark_names(Paint& paint, const std::vector<RunMark>& marks, const Rect& row) {
    if (marks.empty()) return row.x1;
    const RunMark& mark = marks.back();
    const std::string at = time_label(mark.at_ns), more = marks.size() > 1 ? " (+" + std::to_string(marks.size() - 1) + ")" : "";
    const std::string wordings[] = {mark.text + " at " + at + more, mark.text + more, mark.text.substr(0, mark.text.find(':')) + " at " + at};
    float width = 0;
    for (const std::string& wording : wordings)
        if (width = text_width(paint.fonts.small, wording) + 1; width <= row.width()) break;
    const float y = (row.y0 + row.y1 - paint.fonts.small.size) / 2;
    text_fitting(paint, paint.fonts.small, row.x0, row.x1, y, paint.theme->accent, wordings, Align::right);
    return row.x1 - std::min(width, row.width());
}

// Where the event by which the sides are aligned stands on this side's own clock, before `row` ends. Returns where that begins.
float draw_aligned(Paint& paint, const AppState& state, size_t index, const Rect& row) {
    const Alignment& alignment = state.alignment;
    if (index >= alignment.at_ns.size()) return row.x1;
    const int64_t at_ns = alignment.at_ns[index];
    const std::string at = clock_label(at_ns), wordings[] = {at_ns < 0 ? "it has no such event" : "0 = " + at + " of its clock", at_ns < 0 ? "no such event" : "0: " + at};
    const float whole = text_width(paint.fonts.small, wordings[0]) + 1, width = whole <= row.width() ? whole : text_width(paint.fonts.small, wordings[1]) + 1;
    if (width > row.width()) return row.x1;
    text_fitting(paint, paint.fonts.small, row.x1 - width, row.x1, (row.y0 + row.y1 - paint.fonts.small.size) / 2, paint.theme->accent, wordings, Align::right);
    return row.x1 - width - paint.px(12);
}

// A line there with a flag on top, beside the cursor's own.
void draw_mark_lines(Paint& paint, const std::vector<RunMark>& marks, ImU32 color, const Axis& axis, float y0, float y1) {
    for (const RunMark& mark : marks) {
        if (mark.at_ns < axis.from_ns || mark.at_ns > axis.to_ns) continue;
        const float x = std::round(axis.x(mark.at_ns)), wide = std::max(1.0f, paint.px(1.6f)), size = paint.px(6);
        fill(paint, {x, y0 - size, x + wide, y1}, color);
        paint.list->AddTriangleFilled({x, y0 - size}, {x + size * 1.3f, y0 - size / 2}, {x, y0}, color);
    }
}

float draw_side(Paint& paint, const AppState& state, const Axis& axis, const Rect& rect, size_t index, const Heights& h, float y, Rect& active, Requests& requests) {
    const Theme& theme = *paint.theme;
    const Side& side = state.sides[index];
    const Axis own = axis_of_side(axis, app_shift_ns(state, index));
    const float text_y = y + (h.title - paint.fonts.bold.size) / 2;
    if (ImGui::IsMouseClicked(0) && hovered({rect.x0, y, rect.x1, y + h.title})) requests.push_back({.what = Request::What::focus, .number = static_cast<double>(index)});
    const bool focused = state.focus == index && state.sides.size() > 1;
    if (focused) fill(paint, {rect.x0, y + paint.px(4), rect.x0 + paint.px(3), y + h.title - paint.px(2)}, theme.accent);
    const float x = text_line(paint, paint.fonts.bold, rect.x0 + paint.px(14), rect.x1 - paint.px(10), text_y, theme.text, side.name) + paint.px(12);
    const std::vector<RunMark> marks = app_future_hidden(state) && index > 0 ? std::vector<RunMark>{} : run_marks(side);
    const float named = draw_mark_names(paint, marks, {x + paint.px(150), y, rect.x1 - paint.px(14), y + h.title}) - paint.px(marks.empty() ? 0 : 12);
    const float end = draw_aligned(paint, state, index, {x + paint.px(150), y, named, y + h.title});
    const std::vector<std::string> gaps = side_gaps(side);   // what is drawn has to be read with them in mind
    const float gap = gaps.empty() ? 0 : std::min(text_width(paint.fonts.small, gaps.front()) + 1, (end - x) * 0.6f), title_end = gaps.empty() ? end : end - gap - paint.px(12);
    text_fitting(paint, paint.fonts.small, x, title_end, text_y + paint.px(1.5f), theme.dim, side_titles(side, state.port));
    if (!gaps.empty()) text_fitting(paint, paint.fonts.small, end - gap, end, text_y + paint.px(1.5f), theme.warning, gaps, Align::right);
    const float top = y + h.title;
    y = draw_lanes(paint, state, index, axis, rect, h, top, requests);
    if (h.processor > 0 && !side.processors.empty()) y = draw_processors(paint, state, axis, rect, index, h, y, requests);
    const LanePlaces lanes{.y = top, .each = h.lane + h.gap, .height = h.lane, .bottom = rect.y1};
    bool rows = false;
    if (h.packets > 0 && !side.ports.empty()) {
        y += h.spaced;
        rows = packets_have_rows(paint, own, state, index, h.packets);
        strip_label(paint, rect, axis, y, y + h.packets, "packets");
        draw_packet_bars(paint, own, state, index, {own.x0, y, own.x1, y + h.packets}, lanes, requests);
        y += h.packets;
    }
    const float strips = y;
    if (!side.ports.empty()) y = draw_port(paint, state, index, axis, rect, std::min(state.port, side.ports.size() - 1), h, y, lanes, active, requests);
    if (!side.ports.empty() && !rows) {                    // else the packets' own rows have their lines
        const float queue_end = strips + paint.px(8) + h.stack + h.queue;   // as draw_port places it
        draw_takings(paint, own, side, std::min(state.port, side.ports.size() - 1), app_cursor_of(state, index), lanes, queue_end - paint.px(6));
    }
    draw_mark_lines(paint, marks, theme.accent, own, top, y - paint.px(4));
    if (state.kept == Kept::base && index == app_kept(state)) draw_mark_lines(paint, {run_marks(state.sides.front()).back()}, theme.faint, own, top, y - paint.px(4));   // where the other leaves it
    if (state.alignment.any() && state.alignment.zero_ns >= axis.from_ns && state.alignment.zero_ns <= axis.to_ns) {
        const float zero = std::round(axis.x(state.alignment.zero_ns));
        fill(paint, {zero, top - paint.px(2), zero + std::max(1.0f, paint.px(1.6f)), y - paint.px(4)}, theme.accent);
    }
    draw_cursor(paint, axis, state.playback.cursor_ns, top - paint.px(2), y - paint.px(4));
    fill(paint, {rect.x0, y, rect.x1, y + 1}, theme.line);
    return y;
}

enum class Sign : uint8_t { running, ready, blocked, parked, over, longest, queued, moved, other_sides, other_ports };   // the last two: a note without a sign
struct LegendEntry { const char* text; Sign sign; };

void draw_sign(Paint& paint, const Rect& box, Sign sign) {
    switch (sign) {
        case Sign::running: state_box(paint, box, BoxKind::running); break;
        case Sign::ready: state_box(paint, box, BoxKind::ready); break;
        case Sign::blocked: state_box(paint, box, BoxKind::blocked); break;
        case Sign::parked: dotted_line(paint, box.x0, box.x1, (box.y0 + box.y1) / 2, paint.theme->parked); break;
        case Sign::over: fill(paint, box, paint.theme->warning, paint.px(2)); break;
        case Sign::longest:
            fill(paint, box, paint.theme->lane, 0);
            fill(paint, {box.x0, box.y1 - paint.px(3), box.x1, box.y1}, paint.theme->text);
            break;
        case Sign::queued: fill(paint, {box.x0, box.y0 + paint.px(2), box.x1, box.y1 - paint.px(2)}, paint.theme->queued); break;
        case Sign::moved:
            fill(paint, box, paint.theme->threads[0], paint.px(2));
            fill(paint, {box.x0, box.y0, box.x0 + paint.px(3), box.y1}, paint.theme->text);
            break;
        case Sign::other_sides: case Sign::other_ports: break;
    }
}

/// What is not shown, and a key shows; whether lanes are seen from afar.
struct Notes { bool sides_hidden = false, ports_hidden = false, columns = false, packets = false, processors = false; };

// In as many rows as it needs; the height it takes. draw: false only measures.
float legend(Paint& paint, const Rect& rect, Notes notes, bool draw) {
    static constexpr LegendEntry kEntries[] = {{"running", Sign::running}, {"ready", Sign::ready}, {"blocked elsewhere", Sign::blocked}, {"parked", Sign::parked}, {"over the limit", Sign::over}, {"longest wait", Sign::longest}, {"queued", Sign::queued}, {"from another processor", Sign::moved}, {"Tab: the other sides", Sign::other_sides}, {"O: the other ports", Sign::other_ports}};
    const Font& font = paint.fonts.small;
    const float row = paint.px(20), first = rect.x0 + paint.px(14);
    float x = first, y = rect.y0 + paint.px(4);
    for (const LegendEntry& entry : kEntries) {
        if ((entry.sign == Sign::other_sides && !notes.sides_hidden) || (entry.sign == Sign::other_ports && !notes.ports_hidden) || (entry.sign == Sign::longest && !notes.columns) || (entry.sign == Sign::queued && !notes.packets) || (entry.sign == Sign::moved && !notes.processors)) continue;
        const bool note = entry.sign == Sign::other_sides || entry.sign == Sign::other_ports;
        const float sign = note ? 0 : paint.px(21), width = text_width(font, entry.text) + 1;
        if (x > first && x + sign + width > rect.x1 - paint.px(10)) x = first, y += row;
        if (draw) {
            draw_sign(paint, {x, y + paint.px(2), x + paint.px(16), y + paint.px(13)}, entry.sign);
            text_line(paint, font, x + sign, x + sign + width, y + paint.px(1), note ? paint.theme->accent : paint.theme->dim, entry.text);
        }
        x += sign + width + paint.px(19);
    }
    return y + row - rect.y0;
}

float label_column(const Paint& paint, const AppState& state) {
    float widest = text_width(paint.fonts.small, "limit 10");
    if (state.processor_lanes) widest = std::max(widest, text_width(paint.fonts.small, "processor 10"));
    for (const char* strip : {"waiting", "queued", "packets", "whole run"}) widest = std::max(widest, text_width(paint.fonts.small, strip));
    const float most = paint.px(113);
    for (const Side& side : state.sides)
        for (const Lane& lane : side.lanes) {
            const float width = text_width(paint.fonts.small, lane.name);
            widest = std::max(widest, width <= most ? width : std::min(text_width(paint.fonts.small, short_name(lane.name, lane.name)), most));   // what lane_label writes then
        }
    return widest + paint.px(17);
}

// Wheel zooms at the mouse, a click or drag sets the cursor, with Shift it chooses a range; the right button drags the view.
void mouse(const Axis& axis, const Rect& rect, Requests& requests) {
    const ImGuiIO& io = ImGui::GetIO();
    if (!hovered({axis.x0, rect.y0, axis.x1, rect.y1})) return;
    if (ImGui::IsMouseDown(0) && io.MouseClickedPos[0].y < rect.y0) return;   // a drag that began on the overview
    if (io.MouseWheel != 0) requests.push_back({.what = Request::What::zoom, .number = io.MouseWheel > 0 ? 0.8 : 1.25, .at = axis.ns_at(io.MousePos.x)});
    const bool drag_view = ImGui::IsMouseDown(1) || ImGui::IsMouseDown(2);
    const float began = io.MouseClickedPos[0].x;
    if (io.KeyShift && ImGui::IsMouseDown(0) && io.MouseDelta.x != 0 && std::abs(io.MousePos.x - began) >= 3) requests.push_back({.what = Request::What::range, .number = axis.ns_at(began), .at = axis.ns_at(io.MousePos.x)});
    if (drag_view && io.MouseDelta.x != 0) requests.push_back({.what = Request::What::pan, .number = -static_cast<double>(io.MouseDelta.x) * static_cast<double>(axis.to_ns - axis.from_ns) / (axis.x1 - axis.x0)});
    else if (!io.KeyShift && ImGui::IsMouseDown(0) && (ImGui::IsMouseClicked(0) || io.MouseDelta.x != 0)) requests.push_back({.what = Request::What::seek, .number = axis.ns_at(io.MousePos.x)});
}

// What is chosen, under its lanes; its ends as lines.
void draw_chosen(Paint& paint, const AppState& state, const Axis& axis, float y0, float y1) {
    const int64_t from = app_range_from(state), to = app_range_to(state);
    if (!state.range.any() || to < axis.from_ns || from > axis.to_ns) return;
    const float x0 = std::max(axis.x(from), axis.x0), x1 = std::min(axis.x(to), axis.x1);
    fill(paint, {x0, y0, x1, y1}, (paint.theme->accent & ~IM_COL32_A_MASK) | IM_COL32(0, 0, 0, 36));
    if (from >= axis.from_ns) fill(paint, {x0, y0, x0 + paint.px(1.5f), y1}, paint.theme->accent);
    if (to <= axis.to_ns) fill(paint, {x1 - paint.px(1.5f), y0, x1, y1}, paint.theme->accent);
}

// The threads that are active in the whole run, with the visible part marked; a click or a drag on it goes there.
void draw_overview(Paint& paint, const AppState& state, const Axis& view, const Rect& rect, Requests& requests) {
    const Side& side = state.sides[state.focus];
    const Axis whole{.x0 = view.x0, .x1 = view.x1, .from_ns = 0, .to_ns = std::max<int64_t>(state.playback.end_ns, 1)};
    const float y0 = rect.y0 + paint.px(4), y1 = rect.y1 - paint.px(1);
    lane_label(paint, rect, view, (y0 + y1 - paint.fonts.small.size) / 2, "whole run", paint.theme->dim);
    fill(paint, {whole.x0, y0, whole.x1, y1}, paint.theme->lane);
    if (!side.ports.empty()) {
        const PortLanes& port = side.ports[std::min(state.port, side.ports.size() - 1)];
        draw_active(paint, axis_of_side(whole, app_shift_ns(state, state.focus)), side, port, y0, y1, std::max(port.active.largest, 1u), false);
    }
    if (app_future_hidden(state)) fill(paint, {whole.x(state.playback.cursor_ns), y0, whole.x1, y1}, paint.theme->lane);   // who predicts must not see
    const OverviewPart part = overview_part(state.view_from_ns, state.view_to_ns, whole.to_ns, whole.x1 - whole.x0, paint.px(6));
    const Rect seen{whole.x0 + part.x0, y0, whole.x0 + part.x1, y1};
    const ImU32 shade = (paint.theme->back & ~IM_COL32_A_MASK) | IM_COL32(0, 0, 0, 170);   // over what is not in sight
    fill(paint, {whole.x0, y0, seen.x0, y1}, shade);
    fill(paint, {seen.x1, y0, whole.x1, y1}, shade);
    paint.list->AddRect({seen.x0, y0}, {seen.x1, y1}, paint.theme->accent);
    draw_chosen(paint, state, whole, y0, y1);
    const float cursor = std::round(whole.x(state.playback.cursor_ns));
    fill(paint, {cursor, y0, cursor + 1, y1}, paint.theme->text);
    const ImGuiIO& io = ImGui::GetIO();
    const ImVec2 began = io.MouseClickedPos[0];
    const bool here = began.x >= whole.x0 && began.x <= whole.x1 && began.y >= rect.y0 && began.y < rect.y1;
    if (ImGui::IsMouseDown(0) && here && (ImGui::IsMouseClicked(0) || io.MouseDelta.x != 0)) requests.push_back({.what = Request::What::view, .number = whole.ns_at(io.MousePos.x)});
}

}  // namespace

void draw_timelines(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Axis axis{.x0 = rect.x0 + label_column(paint, state), .x1 = rect.x1 - paint.px(14), .from_ns = state.view_from_ns, .to_ns = state.view_to_ns};
    const float overview = rect.height() >= paint.px(330) ? paint.px(24) : 0, ruler = overview + paint.px(24);
    Notes notes{.sides_hidden = false, .ports_hidden = state.scenario.ports.size() > 1, .columns = std::any_of(state.sides.begin(), state.sides.end(), [&](const Side& side) { return lanes_are_columns(axis_of_side(axis, app_shift_ns(state, static_cast<size_t>(&side - state.sides.data()))), side); }), .packets = state.packet_bars,
                .processors = state.processor_lanes && std::any_of(state.sides.begin(), state.sides.end(), [](const Side& side) { return !side.processors.empty(); })};
    float below = legend(paint, rect, notes, false);
    Plan plan = plan_for(paint, state, rect.height() - ruler - below);
    notes.sides_hidden = plan.sides.size() < state.sides.size();
    if (notes.sides_hidden) below = legend(paint, rect, notes, false), plan = plan_for(paint, state, rect.height() - ruler - below);
    if (overview > 0) draw_overview(paint, state, axis, {rect.x0, rect.y0, rect.x1, rect.y0 + overview}, requests);
    const RulerZero zero{.at_ns = state.alignment.zero_ns, .name = state.alignment.name};
    const Readout readout = readout_at(paint, axis, zero.at_ns, {rect.x0, rect.y0 + overview, rect.x1, rect.y1 - below});
    draw_ruler(paint, axis, {rect.x0, rect.y0 + overview, rect.x1, rect.y0 + ruler}, readout, zero);
    float y = rect.y0 + ruler;
    const float now = std::clamp(axis.x(state.playback.cursor_ns) + 1, axis.x0, axis.x1);
    std::vector<LanesOfSide> lanes_of_sides;
    for (const size_t side : plan.sides) {
        const float lanes = y + plan.heights.title;
        lanes_of_sides.push_back({side, axis_of_side(axis, app_shift_ns(state, side)), y, {.y = lanes, .each = plan.heights.lane + plan.heights.gap, .height = plan.heights.lane, .bottom = rect.y1}});
        y = draw_side(paint, state, axis, rect, side, plan.heights, y, lanes_of_sides.back().active, requests);
        if (app_future_hidden(state)) fill(paint, {now, lanes, rect.x1, y}, paint.theme->panel);   // who predicts must not see
    }
    draw_matched(paint, state, axis, lanes_of_sides);
    draw_chosen(paint, state, axis, rect.y0 + ruler - paint.px(6), y);
    legend(paint, {rect.x0, rect.y1 - below, rect.x1, rect.y1}, notes, true);
    draw_cursor_head(paint, axis, state.playback.cursor_ns, rect.y0 + ruler);
    draw_readout(paint, readout, {rect.x0, rect.y0 + overview, rect.x1, rect.y0 + ruler}, y);
    mouse(axis, {rect.x0, rect.y0 + overview, rect.x1, rect.y1 - below}, requests);
    for (const LanesOfSide& one : lanes_of_sides) draw_over_words(paint, axis, state, one.side, state.sides[one.side].ports.empty() ? 0 : std::min(state.port, state.sides[one.side].ports.size() - 1), one.active);
    draw_notes_on_ruler(paint, state, axis, {rect.x0, rect.y0 + overview, rect.x1, rect.y0 + ruler}, requests);   // a click on one comes after the one on the ruler
}

}  // namespace gui
