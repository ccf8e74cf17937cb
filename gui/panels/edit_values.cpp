// Every value of the scenario with its unit: dragged, typed, or stepped by keys; what differs from the file is marked.
#include <algorithm>

#include "gui/app/scenario_edit.h"
#include "gui/app/values.h"
#include "gui/draw/field.h"
#include "gui/panels/panels.h"

namespace gui {
namespace {

constexpr float kTop = 40, kGroup = 26, kRow = 40;   // units

/// Where one value stands, before scrolling.
struct Row { size_t index; float y; std::string group; };

struct Rows { std::vector<Row> rows; float height = 0; };

Rows rows_of(const ScenarioEdit& edit) {
    Rows out;
    for (size_t i = 0; i < edit.fields.size(); ++i) {
        const bool first = i == 0 || edit.groups[i] != edit.groups[i - 1];
        if (first) out.height += kGroup;
        out.rows.push_back({i, out.height, first ? edit.groups[i] : std::string()});
        out.height += kRow;
    }
    return out;
}

// So far down that the row that keys chose is whole to be seen, with its heading.
float scroll_to_row(const AppState& state, const Rows& rows, float room) {
    if (state.edit.row >= rows.rows.size()) return state.edit.scroll;
    const Row& row = rows.rows[state.edit.row];
    return std::clamp(state.edit.scroll, std::min(std::max(row.y + kRow - room, 0.0f), std::max(row.y - kGroup, 0.0f)), std::max(row.y - kGroup, 0.0f));
}

float scroll_of(const AppState& state, const Rows& rows, float room) { return std::clamp(state.edit.scroll, 0.0f, std::max(rows.height - room, 0.0f)); }

void draw_track(Paint& paint, const AppState& state, const Rect& rect, const sim::Field& field, Requests& requests) {
    const Theme& theme = *paint.theme;
    const sim::Field* file = app_file_field(state, field);
    const std::string& reference = file != nullptr ? file->value : field.value;
    const float middle = (rect.y0 + rect.y1) / 2;
    pressable(paint, "track", rect, field.path);
    if (ImGui::IsItemActive()) {
        const double share = std::clamp((static_cast<double>(ImGui::GetIO().MousePos.x) - rect.x0) / rect.width(), 0.0, 1.0);
        std::string value = value_at_share(field, reference, share);
        if (value != field.value) requests.push_back({.what = Request::What::value, .path = field.path, .text = std::move(value), .held = true});
    }
    if (ImGui::IsItemDeactivated()) requests.push_back({.what = Request::What::value, .path = field.path, .text = field.value});
    const float knob = rect.x0 + static_cast<float>(value_share(field, reference)) * rect.width();
    fill(paint, {rect.x0, middle - paint.px(1.5f), rect.x1, middle + paint.px(1.5f)}, theme.line, paint.px(1.5f));
    fill(paint, {rect.x0, middle - paint.px(1.5f), knob, middle + paint.px(1.5f)}, theme.accent, paint.px(1.5f));
    paint.list->AddCircleFilled({knob, middle}, paint.px(ImGui::IsItemHovered() || ImGui::IsItemActive() ? 6.0f : 5.0f), theme.text, 16);
}

std::vector<std::string> wordings_of(const sim::Field& field) {
    std::vector<std::string> out{value_name(field)};
    for (size_t at = out[0].find(", "); at != std::string::npos; at = out[0].find(", ", at + 1)) out.push_back(out[0].substr(at + 2));
    return out;
}

void draw_row(Paint& paint, const AppState& state, const Rect& row, size_t index, Requests& requests) {
    const Theme& theme = *paint.theme;
    const sim::Field& field = state.edit.fields[index];
    const sim::Field* file = app_file_field(state, field);
    const bool changed = file != nullptr && file->value != field.value;
    if (index == state.edit.row) fill(paint, {row.x0 - paint.px(6), row.y0, row.x1 + paint.px(6), row.y1 - paint.px(2)}, theme.accent_back, paint.px(3));
    if (ImGui::IsMouseClicked(0) && hovered(row)) requests.push_back({.what = Request::What::value_row, .number = static_cast<double>(index)});
    ImGui::PushID(static_cast<int>(index));
    const float field0 = row.x1 - paint.px(92), top = row.y0 + paint.px(3);
    const std::string unit = value_unit(field);
    const float unit_width = unit.empty() ? 0 : text_width(paint.fonts.small, unit) + paint.px(2), track1 = row.x1 - (changed ? paint.px(50) : unit.empty() ? paint.px(8) : unit_width + paint.px(12));
    const std::vector<std::string> wordings = wordings_of(field);
    text_fitting(paint, paint.fonts.small, row.x0, field0 - paint.px(4), top + paint.px(2), changed ? theme.accent : theme.dim, wordings);
    std::string value = field.value;
    const Typed typed = text_field(paint, "value", {field0, top, row.x1, top + paint.px(18)}, value);
    if (typed.left && value != field.value) requests.push_back({.what = Request::What::value, .path = field.path, .text = value});
    draw_track(paint, state, {row.x0 + paint.px(6), row.y0 + paint.px(21), track1, row.y1 - paint.px(3)}, field, requests);
    const float below = row.y0 + paint.px(23);
    if (changed) {
        if (link(paint, "reset", paint.fonts.small, row.x1 - paint.px(40), row.x1, below, "reset")) requests.push_back({.what = Request::What::value, .path = field.path, .text = file->value});
    } else if (!unit.empty()) {
        text_line(paint, paint.fonts.small, row.x1 - unit_width, row.x1, below, theme.faint, unit, Align::right);
    }
    ImGui::PopID();
}

}  // namespace

void draw_values(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    const float x0 = rect.x0 + paint.px(14), x1 = rect.x1 - paint.px(16), y0 = rect.y0 + paint.px(kTop), room = rect.y1 - y0 - paint.px(4);
    const size_t changes = app_changes(state).size();
    const float after = text_line(paint, paint.fonts.bold, x0, x1, rect.y0 + paint.px(12), theme.text, "Values") + paint.px(10);
    const std::string said[] = {changes == 0 ? "as in the file" : std::to_string(changes) + (changes == 1 ? " differs from the file" : " differ from the file"), changes == 0 ? "" : std::to_string(changes) + " changed"};
    text_fitting(paint, paint.fonts.small, after, x1, rect.y0 + paint.px(13.5f), changes == 0 ? theme.faint : theme.accent, said, Align::right);
    const Rows rows = rows_of(state.edit);
    const float scroll = scroll_of(state, rows, room / paint.scale);
    if (const float wheel = hovered(rect) ? ImGui::GetIO().MouseWheel : 0; wheel != 0) requests.push_back({.what = Request::What::scroll, .number = static_cast<double>(scroll - wheel * 2 * kRow)});
    if (state.edit.follow) requests.push_back({.what = Request::What::scroll, .number = static_cast<double>(scroll_to_row(state, rows, room / paint.scale))});
    paint.list->PushClipRect({rect.x0, y0}, {rect.x1, rect.y1}, true);
    for (const Row& row : rows.rows) {
        const float y = y0 + paint.px(row.y - scroll), group = y - paint.px(kGroup);
        if (!row.group.empty() && group >= y0 - 1 && y <= rect.y1) text_line(paint, paint.fonts.bold, x0, x1, group + paint.px(7), theme.text, row.group);
        if (y < y0 - 1 || y + paint.px(kRow) > rect.y1 + 1) continue;   // whole rows only: no half a field to type in
        draw_row(paint, state, {x0, y, x1, y + paint.px(kRow)}, row.index, requests);
    }
    paint.list->PopClipRect();
    if (rows.height * paint.scale <= room) return;
    const float length = room * room / paint.px(rows.height), at = y0 + (room - length) * scroll / std::max(rows.height - room / paint.scale, 1.0f);
    fill(paint, {rect.x1 - paint.px(5), at, rect.x1 - paint.px(2), at + length}, theme.faint, paint.px(1.5f));
}

}  // namespace gui
