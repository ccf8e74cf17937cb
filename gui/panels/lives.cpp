// The lives of packets: a row each while they are few, else how many there are, queued and in work.
#include <algorithm>
#include <cmath>
#include <string>

#include "gui/model/lives.h"
#include "gui/panels/lanes.h"

namespace gui {
namespace {

constexpr float kRowMin = 3;              // units
constexpr size_t kLettersDrawn = 160, kLinesDrawn = 40;

const Lives& lives_of(const Axis& axis, const AppState& state, size_t side) {
    const Side& of = state.sides[side];
    return lives_in(of, std::min(state.port, of.ports.size() - 1), axis.from_ns, axis.to_ns);
}

float row_height(const Paint& paint, size_t rows, float height) { return std::min(height / static_cast<float>(std::max<size_t>(rows, 1)), paint.px(16)); }

/// One piece of a life.
struct Piece { int64_t from_ns, to_ns; ImU32 color; float inset; };

// What is not over yet goes on to the end of what is in sight; what does not hold is left out.
std::vector<Piece> pieces_of(const Theme& theme, const PacketLife& life, int64_t end_ns) {
    const int64_t done = life.done_ns >= 0 ? life.done_ns : end_ns, got = life.got_ns >= 0 ? life.got_ns : done, taken = life.taken_ns >= 0 ? life.taken_ns : got;
    std::vector<Piece> out;
    if (life.submitted_ns >= 0 && life.submitted_ns < life.posted_ns) out.push_back({life.submitted_ns, life.posted_ns, theme.blocked, 0.34f});
    if (taken > life.posted_ns) out.push_back({life.posted_ns, taken, theme.queued, 0.22f});
    if (got > taken) out.push_back({taken, got, theme.ready, 0.22f});
    if (done > got) out.push_back({got, done, life.lost ? theme.warning : theme.running, 0});
    return out;
}

struct Row { Rect rect; const PacketLife* life; };

std::vector<Row> rows_of(const Paint& paint, const Axis& axis, const std::vector<PacketLife>& lives, const Rect& rect) {
    std::vector<Row> rows;
    const float each = row_height(paint, lives.size(), rect.height()), gap = each > paint.px(5) ? 1.0f : 0.0f;
    float y = rect.y0;
    for (const PacketLife& life : lives) {
        const int64_t begin = life.submitted_ns >= 0 ? life.submitted_ns : life.posted_ns, end = life.done_ns >= 0 ? life.done_ns : axis.to_ns;
        const float x0 = std::clamp(axis.x(begin), axis.x0, axis.x1);
        rows.push_back({.rect = {x0, y, std::clamp(axis.x(end), std::min(x0 + 1, axis.x1), axis.x1), y + each - gap}, .life = &life});
        y += each;
    }
    return rows;
}

bool row_dimmed(const AppState& state, size_t side, const PacketLife& life) { return state.selection.is_thread() ? app_thread_dimmed(state, side, life.thread) : app_packet_dimmed(state, side, life.packet); }

void draw_rows(Paint& paint, const Axis& axis, const AppState& state, size_t side, const Rect& rect, const std::vector<Row>& rows) {
    PixelField field(paint, rect);
    for (const Row& row : rows) {
        const bool dimmed = row_dimmed(state, side, *row.life);
        for (const Piece& piece : pieces_of(*paint.theme, *row.life, axis.to_ns)) {
            const float x0 = std::clamp(axis.x(piece.from_ns), axis.x0, axis.x1), x1 = std::clamp(axis.x(piece.to_ns), axis.x0, axis.x1), in = std::floor(row.rect.height() * piece.inset);
            if (piece.to_ns < axis.from_ns || piece.from_ns > axis.to_ns) continue;
            field.fill({x0, row.rect.y0 + in, std::max(x1, x0 + 1), row.rect.y1 - in}, dimmed ? faded(*paint.theme, piece.color) : piece.color);
        }
    }
    field.end();
}

// On the bar, where it has room.
void draw_labels(Paint& paint, const AppState& state, size_t index, const std::vector<Row>& rows) {
    const Side& side = state.sides[index];
    const Font& font = paint.fonts.small;
    struct Label { Rect rect; std::string text; bool dimmed; };
    std::vector<Label> labels;
    size_t letters = 0;
    for (const Row& row : rows) {
        if (row.rect.height() < font.size) return;
        std::string text = packet_name(side, row.life->packet);
        if (text.empty() || text_width(font, text) + paint.px(8) > row.rect.width()) continue;
        letters += text.size();
        labels.push_back({row.rect, std::move(text), row_dimmed(state, index, *row.life)});
    }
    if (letters > kLettersDrawn) return;
    for (const Label& label : labels) text_line(paint, font, label.rect.x0 + paint.px(4), label.rect.x1, (label.rect.y0 + label.rect.y1 - font.size) / 2, label.dimmed ? paint.theme->dim : paint.theme->on_box, label.text);
}

// From where it was taken up to the lane of its thread; the selected one's and the last before the cursor stand out. Too many of
// them are no lines but a carpet: then only those two.
void draw_lines(Paint& paint, const Axis& axis, const AppState& state, size_t side, const std::vector<Row>& rows, const LanePlaces& lanes) {
    const Theme& theme = *paint.theme;
    const auto shows = [&](const Row& row) { return row.life->taken_ns >= axis.from_ns && row.life->taken_ns <= axis.to_ns && row.life->thread < state.sides[side].lanes.size(); };
    const auto count = static_cast<size_t>(std::count_if(rows.begin(), rows.end(), shows));
    const Row* last = nullptr;
    for (const Row& row : rows)
        if (shows(row) && row.life->taken_ns <= app_cursor_of(state, side) && (last == nullptr || row.life->taken_ns >= last->life->taken_ns)) last = &row;
    for (const Row& row : rows) {
        const bool selected = state.selection.is_packet() && !app_packet_dimmed(state, side, row.life->packet), strong = selected || (&row == last && !state.selection.any());
        if (!shows(row) || (count > kLinesDrawn && !strong)) continue;
        const float y = lanes.y + lanes.each * static_cast<float>(row.life->thread) + lanes.height, x = std::round(axis.x(row.life->taken_ns));
        if (y >= row.rect.y0) continue;
        const ImU32 color = strong ? theme.accent : (theme.queued & ~IM_COL32_A_MASK) | (ImU32{state.selection.any() ? 50u : 110u} << IM_COL32_A_SHIFT);
        fill(paint, {x, y, x + std::max(1.0f, paint.px(strong ? 1.6f : 1)), row.rect.y0 + 1}, color);
        if (strong) paint.list->AddTriangleFilled({x - paint.px(3.5f), y + paint.px(6)}, {x + paint.px(4.5f), y + paint.px(6)}, {x + 0.5f, y}, color);
    }
}

}  // namespace

bool packets_have_rows(const Paint& paint, const Axis& axis, const AppState& state, size_t side, float height) {
    const Lives& lives = lives_of(axis, state, side);
    return lives.known && row_height(paint, lives.lives.size(), height) >= paint.px(kRowMin);
}

void draw_packet_bars(Paint& paint, const Axis& axis, const AppState& state, size_t side, const Rect& rect, const LanePlaces& lanes, Requests& requests) {
    const Side& of = state.sides[side];
    if (of.ports.empty()) return;
    fill(paint, {axis.x0, rect.y0, axis.x1, rect.y1}, paint.theme->lane);
    if (!packets_have_rows(paint, axis, state, side, rect.height())) {
        const PortLanes& port = of.ports[std::min(state.port, of.ports.size() - 1)];
        const uint32_t top = std::max(port.alive.largest, 1u);
        const Lives& lives = lives_of(axis, state, side);
        const StepStyle style{.color = paint.theme->running, .limit = 0, .crown = 0};
        if (lives.known) draw_steps(paint, axis, of, lives_count(lives.lives, axis.from_ns), rect.y0, rect.y1, top, style);
        else draw_step_columns(paint, axis, of, port.alive, rect.y0, rect.y1, top, style);
        draw_steps(paint, axis, of, port.depth, rect.y0, rect.y1, top, {.color = paint.theme->queued, .limit = 0, .crown = 0});
        return;
    }
    const Lives& lives = lives_of(axis, state, side);
    const std::vector<Row> rows = rows_of(paint, axis, lives.lives, rect);
    draw_rows(paint, axis, state, side, {axis.x0, rect.y0, axis.x1, rect.y1}, rows);
    draw_lines(paint, axis, state, side, rows, lanes);
    draw_labels(paint, state, side, rows);
    for (const Row& row : rows)
        if (clicked({row.rect.x0 - paint.px(2), row.rect.y0, row.rect.x1 + paint.px(2), row.rect.y1 + 1})) requests.push_back({.what = Request::What::select_packet, .number = static_cast<double>(row.life->packet), .at = static_cast<double>(side)});
}

}  // namespace gui
