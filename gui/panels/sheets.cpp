// The sheets that lie over everything while they are asked for: the keys; what to look for and what made each side.
#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "gui/app/key_sheet.h"
#include "gui/model/text.h"
#include "gui/panels/panels.h"

namespace gui {
namespace {

constexpr float kSide = 14, kTop = 42, kBottom = 10;   // units around what a sheet holds

// The ground, the title and how to leave; what is inside may be drawn in the answer. A click anywhere closes it, when the button is let go: nothing below sees half of one.
Rect sheet(Paint& paint, const Rect& window, float width, float height, std::span<const std::string> titles, CommandId close, Requests& requests) {
    const Theme& theme = *paint.theme;
    fill(paint, window, IM_COL32(0, 0, 0, 150));
    width = std::min(width, window.width());
    height = std::min(height + paint.px(kTop + kBottom), window.height());
    const float x0 = (window.x0 + window.x1 - width) / 2, y0 = (window.y0 + window.y1 - height) / 2;
    const Rect rect{x0, y0, x0 + width, y0 + height};
    fill(paint, rect, theme.panel, paint.px(6));
    paint.list->AddRect({rect.x0, rect.y0}, {rect.x1, rect.y1}, theme.line, paint.px(6));
    const Rect inside{rect.x0 + paint.px(kSide), rect.y0 + paint.px(kTop), rect.x1 - paint.px(kSide), rect.y1 - paint.px(kBottom)};
    text_line(paint, paint.fonts.small, inside.x0, inside.x1, rect.y0 + paint.px(14), theme.faint, "Esc closes", Align::right);
    text_fitting(paint, paint.fonts.bold, inside.x0, inside.x1 - paint.px(80), rect.y0 + paint.px(13), theme.text, titles);
    if (ImGui::IsMouseReleased(0)) requests.push_back({.what = Request::What::command, .command = close});
    return inside;
}

struct Paragraph { Font font; ImU32 color; std::string text; float space; /* above, pixels */ };

float height_of(const std::vector<Paragraph>& paragraphs, float width) {
    float height = 0;
    for (const Paragraph& paragraph : paragraphs) height += paragraph.space + block_height(paragraph.font, width, paragraph.text);
    return height;
}

std::string made(const Side& side) {
    const sim::TraceHeader& header = side.trace.header;
    std::string text = side.name + ": " + side_titles(side).front();
    if (header.source != "simulated") text += "; " + number_figure(static_cast<double>(side.trace.records.size())) + " records, " + number_figure(static_cast<double>(side.summary.losses)) + " lost, " + number_figure(std::round(header.record_cost_ns)) + " ns each";
    return text + '.';
}

std::string changes_text(const std::vector<std::string>& changes) {
    std::string text = "This speaks of the scenario as it is written. Here: ";
    for (size_t i = 0; i < changes.size(); ++i) text += (i == 0 ? "" : ", ") + changes[i];
    return text + '.';
}

std::vector<Paragraph> about_text(const Paint& paint, const AppState& state, const Font& font, bool whole = true) {
    const Theme& theme = *paint.theme;
    const Fonts& fonts = paint.fonts;
    const std::vector<std::string>& changes = app_changes(state);
    std::vector<Paragraph> out{{font, theme.text, state.scenario.about, 0}};
    if (!changes.empty()) out.push_back({font, theme.dim, changes_text(changes), paint.px(6)});
    out.push_back({fonts.bold, theme.text, "What made each side", paint.px(12)});
    for (const Side& side : state.sides) out.push_back({font, theme.dim, made(side), paint.px(2)});
    if (whole && state.sides.front().trace.header.source == "simulated" && !state.sides.front().summary.fingerprint.empty()) out.push_back({font, theme.faint, "Simulated with seed " + std::to_string(state.sides.front().summary.seed) + "; fingerprint of the run: " + state.sides.front().summary.fingerprint + ".", paint.px(2)});
    const sim::Divergence* divergence = app_divergence(state);
    if (divergence == nullptr) return out;
    const sim::Divergence& d = *divergence;
    out.push_back({fonts.bold, theme.text, "First divergence: packet " + d.packet + ", at " + time_label(d.time_ns), paint.px(12)});
    out.push_back({font, theme.dim, state.sides[0].name + ": " + window_text(d.a), paint.px(2)});
    out.push_back({font, theme.dim, state.sides[app_compared(state).side].name + ": " + window_text(d.b), paint.px(2)});
    return out;
}

}  // namespace

namespace {

struct Widths { float key, title; };

Widths widths_of(const std::vector<KeyLine>& column, const Font& keys, const Font& font) {
    Widths widths{};
    for (const KeyLine& line : column)
        if (line.command != nullptr) widths = {std::max(widths.key, text_width(keys, line.command->key_text) + 1), std::max(widths.title, text_width(font, line.command->title) + 1)};
    return widths;
}

}  // namespace

void draw_help(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    constexpr float kColumn = 290, kAfterKey = 8, kAfterColumn = 6;   // units
    const Theme& theme = *paint.theme;
    const KeySheet whole = key_sheet(state.window);
    const size_t pages = whole.pages(), page = std::min(state.help_page, pages - 1), first = page * whole.across, across = std::min(whole.across, whole.columns.size());
    const std::span<const std::vector<KeyLine>> shown = std::span(whole.columns).subspan(first, std::min(across, whole.columns.size() - first));
    const float row = std::min(paint.px(22), (rect.height() - paint.px(kTop + kBottom)) / static_cast<float>(whole.rows));
    const float column = std::min(paint.px(kColumn), (rect.width() - paint.px(2 * kSide)) / static_cast<float>(across));
    const std::string title[] = {pages == 1 ? "Keys" : "Keys, " + std::to_string(page + 1) + " of " + std::to_string(pages) + ": ? turns the page", "Keys"};
    const Rect inside = sheet(paint, rect, column * static_cast<float>(across) + paint.px(2 * kSide), row * static_cast<float>(whole.rows), title, CommandId::help, requests);
    const bool roomy = row >= line_height(paint.fonts.text) && std::ranges::all_of(shown, [&](const std::vector<KeyLine>& lines) {
        const Widths widths = widths_of(lines, paint.fonts.mono, paint.fonts.text);
        return widths.key + paint.px(kAfterKey) + widths.title + paint.px(kAfterColumn) <= column;
    });
    const Font &font = roomy ? paint.fonts.text : paint.fonts.small, &keys = roomy ? paint.fonts.mono : paint.fonts.small;
    for (size_t at = 0; at < shown.size(); ++at) {
        const float x = inside.x0 + column * static_cast<float>(at), key = widths_of(shown[at], keys, font).key;
        float y = inside.y0;
        for (const KeyLine& line : shown[at]) {
            if (line.title != nullptr) text_line(paint, roomy ? paint.fonts.bold : font, x, x + column - paint.px(kAfterColumn), y, roomy ? theme.text : theme.dim, line.title);
            if (line.command != nullptr) {
                text_line(paint, keys, x, x + key, y + std::round((font.size - keys.size) * 0.9f), theme.accent, line.command->key_text);
                text_line(paint, font, x + key + paint.px(kAfterKey), x + column - paint.px(kAfterColumn), y, theme.text, line.command->title);
            }
            y += row;
        }
    }
}

void draw_about(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const float width = std::min(paint.px(720), rect.width()), room = rect.height() - paint.px(kTop + kBottom);
    std::vector<Paragraph> text = about_text(paint, state, paint.fonts.text);
    if (height_of(text, width - paint.px(2 * kSide)) > room) text = about_text(paint, state, paint.fonts.small);
    if (height_of(text, width - paint.px(2 * kSide)) > room) text = about_text(paint, state, paint.fonts.small, false);   // the status line has the seed
    if (height_of(text, width - paint.px(2 * kSide)) > room)
        for (Paragraph& paragraph : text) paragraph.space = 0;
    const std::string number = state.scenario.number > 0 ? std::to_string(state.scenario.number) + "  " : std::string();
    const std::string titles[] = {number + state.scenario.title, state.scenario.title, number + state.scenario.name};   // the longest that has room
    const Rect inside = sheet(paint, rect, width, height_of(text, width - paint.px(2 * kSide)), titles, CommandId::about, requests);
    float y = inside.y0;
    for (const Paragraph& paragraph : text) y = text_block(paint, paragraph.font, {inside.x0, y + paragraph.space, inside.x1, inside.y1 + 1}, paragraph.color, paragraph.text);
}

void draw_notes(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const std::vector<Note>& notes = state.notes.notes;
    const Font& font = paint.fonts.text;
    const float row = line_height(font) + paint.px(2), width = std::min(paint.px(720), rect.width());
    const size_t room = std::max<size_t>(static_cast<size_t>((rect.height() - paint.px(kTop + kBottom)) / row), 2) - 1, shown = std::min(notes.size(), room);
    const int next = note_from(notes, app_cursor_of(state, 0), app_notes_end(state), 1);   // the sheet begins a little before the cursor
    const size_t first = notes.size() > room ? std::min(static_cast<size_t>(std::max(next - 3, 0)), notes.size() - room) : 0;
    const std::string title[] = {"Notes, in " + state.notes.file, "Notes"};
    const Rect inside = sheet(paint, rect, width, row * static_cast<float>(shown + 1), title, CommandId::notes, requests);
    float widest = 0;
    for (size_t i = first; i < first + shown; ++i) widest = std::max(widest, text_width(paint.fonts.mono, time_label(notes[i].at_ns)) + 1);
    float y = inside.y0;
    for (size_t i = first; i < first + shown; ++i, y += row) {
        const Rect line{inside.x0 - paint.px(6), y - paint.px(2), inside.x1 + paint.px(6), y + row - paint.px(3)};
        const bool beyond = notes[i].at_ns > app_notes_end(state);   // of a longer run
        if (notes[i].at_ns == app_note_time(state)) fill(paint, line, paint.theme->accent_back, paint.px(3));
        if (ImGui::IsMouseReleased(0) && hovered(line)) requests = {{.what = Request::What::note_row, .number = static_cast<double>(i)}};
        text_line(paint, paint.fonts.mono, inside.x0, inside.x0 + widest, y, paint.theme->dim, time_label(notes[i].at_ns), Align::right);
        text_line(paint, font, inside.x0 + widest + paint.px(12), inside.x1, y, beyond ? paint.theme->faint : paint.theme->text, (beyond ? "beyond the end: " : "") + notes[i].text);
    }
    const std::string help = notes.empty() ? "No note yet: Z makes one at the cursor." : "A click goes there. Shift+Right, Shift+Left: the next, the one before. Ctrl+D drops the one at the cursor.";
    const std::string wordings[] = {help, notes.empty() ? help : "A click goes there.", ""};
    text_fitting(paint, paint.fonts.small, inside.x0, inside.x1, y + paint.px(2), paint.theme->faint, wordings);
}

}  // namespace gui
