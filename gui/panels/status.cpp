// The line at the bottom: an error, or where the sides first part; beside it what makes the run reproducible. What has no room is
// left out whole: the sheet of key I has all of it.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

#include "gui/model/text.h"
#include "gui/panels/panels.h"
#include "recorder/common/refuse.h"

namespace gui {
namespace {

constexpr const char* kLink = "Go there (J)";

struct Message {
    std::string whole, brief;             ///< brief: for where the whole has no room
    bool warning = false, divergence = false;
};

Message message_of(const AppState& state) {
    if (!state.error.empty()) return {.whole = state.error, .brief = state.error, .warning = true, .divergence = false};
    if (const std::string recording = app_record_text(state); !recording.empty()) return {.whole = recording, .brief = recording, .warning = false, .divergence = false};
    if (!state.said.empty()) return {.whole = state.said, .brief = state.said, .warning = false, .divergence = false};
    if (const double indexed = app_indexed(state); indexed < 1) {
        const std::string share = std::to_string(static_cast<int>(indexed * 100)) + " %";
        return {.whole = "Reading the trace: " + share + ". What has been read can be looked at.", .brief = "Reading: " + share + ".", .warning = false, .divergence = false};
    }
    const auto damaged = std::find_if(state.sides.begin(), state.sides.end(), [](const Side& side) { return !side.trace.damage.empty(); });
    if (damaged != state.sides.end() && app_divergence(state) == nullptr) return {.whole = damaged->name + ": " + damaged->trace.damage.front() + ".", .brief = damaged->name + " is damaged.", .warning = true, .divergence = false};
    if (state.alone) return {.whole = app_alone_text(state, false), .brief = app_alone_text(state, true), .warning = false, .divergence = false};
    const Compared compared = app_compared(state);
    if (compared.comparison == nullptr && state.sides.size() > 1) return {.whole = "Too many records to compare the sides here: portside compare does.", .brief = "Not compared.", .warning = false, .divergence = false};
    if (compared.comparison == nullptr && recorder::not_recorded(state.scenario, "port")) return {.whole = "Only simulated: a recorder can't run every step of this scenario yet.", .brief = "Only simulated.", .warning = false, .divergence = false};
    if (compared.comparison == nullptr) return {.whole = "Only simulated: record it with `portside record " + state.scenario_word + "` and open the trace beside it.", .brief = "Only simulated, nothing recorded.", .warning = false, .divergence = false};
    const std::string first = state.sides[0].name, other = state.sides[compared.side].name;
    if (!compared.comparison->first_divergence) return {.whole = first + " and " + other + ": the same packets go to the same threads in the same order.", .brief = first + " and " + other + " agree.", .warning = false, .divergence = false};
    const sim::Divergence& d = *compared.comparison->first_divergence;
    const auto gaps = std::find_if(state.sides.begin(), state.sides.end(), [](const Side& side) { return !side_gaps(side).empty(); });
    const std::string brief = (damaged != state.sides.end() ? damaged->name + " is damaged. " : gaps != state.sides.end() ? gaps->name + " lost records. " : "") + "First divergence at " + time_label(d.time_ns) + ", packet " + d.packet;
    return {.whole = brief + ". " + first + ": " + window_text(d.a) + "  " + other + ": " + window_text(d.b), .brief = brief + ".", .warning = true, .divergence = true};
}

// As many of the facts as fit, the most important first, none of them cut.
std::string facts_in(const AppState& state, const Font& font, float room) {
    const sim::Summary& model = state.sides.front().summary;
    std::vector<std::string> facts;
    if (!state.breaks.rules.empty()) facts.push_back("stops at " + state.breaks.text);
    facts.push_back("seed " + std::to_string(model.seed));
    if (!model.fingerprint.empty()) facts.push_back("fingerprint " + model.fingerprint);
    // Of a moment that somebody looks at: while it plays every frame is another one.
    if (const uint64_t hash = state.playback.playing ? 0 : app_world_hash(state); hash != 0) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "state %08x", static_cast<unsigned>(hash >> 32));
        facts.emplace_back(text.data());
    }
    for (const Side& side : state.sides) {
        const sim::TraceHeader& header = side.trace.header;
        if (header.source == "measured") facts.push_back(header.backend + ": " + number_figure(static_cast<double>(side.trace.records.size())) + " records, " + number_figure(static_cast<double>(side.summary.losses)) + " lost, " + number_figure(std::round(header.record_cost_ns)) + " ns each");
    }
    std::string out;
    for (const std::string& fact : facts) {
        const std::string longer = out.empty() ? fact : out + "   " + fact;
        if (text_width(font, longer) > room) break;
        out = longer;
    }
    return out;
}

struct Plan {
    std::string text;
    float text_height = 0;                ///< of the message, over the whole width; 0: one line that shares its row with the rest
    float height = 0;
};

Plan plan_for(const Paint& paint, const AppState& state, const Message& message, float width) {
    const Font& font = paint.fonts.small;
    const float room = width - paint.px(28), beside = (message.divergence ? text_width(font, kLink) + paint.px(12) : 0) + paint.px(20) + std::min(room * 0.25f, text_width(font, "seed 1   fingerprint 0123456789abcdef"));
    const auto in_one_line = [&](const std::string& text) { return text_width(font, text) <= room - beside; };
    if (in_one_line(message.whole)) return {.text = message.whole, .text_height = 0, .height = paint.px(30)};
    const float height = block_height(font, room, message.whole), most = line_height(font) * (message.divergence ? 2.5f : 4.5f);
    const bool worth_it = !message.divergence || state.window.height >= 600;
    if (worth_it && height <= most) return {.text = message.whole, .text_height = height, .height = height + line_height(font) + paint.px(14)};
    return {.text = message.brief, .text_height = 0, .height = paint.px(30)};
}

}  // namespace

float status_height(const Paint& paint, const AppState& state, float width) {
    if (state.entry.shown() && state.window.height < 700) return 0;   // the line that is typed stands in its place
    return plan_for(paint, state, message_of(state), width).height;
}

void draw_status(Paint& paint, const AppState& state, const Rect& rect, Requests& requests) {
    const Theme& theme = *paint.theme;
    const Font& font = paint.fonts.small;
    const Message message = message_of(state);
    const Plan plan = plan_for(paint, state, message, rect.width());
    if (state.recorder.now) fill(paint, {rect.x0, rect.y0, rect.x0 + rect.width() * static_cast<float>(state.recorder.now->share()), rect.y0 + paint.px(3)}, theme.accent);
    const float x1 = rect.x1 - paint.px(14), link_width = message.divergence ? text_width(font, kLink) + paint.px(2) : 0;
    const ImU32 color = message.warning ? theme.warning : theme.dim;
    float x = rect.x0 + paint.px(14), y = (rect.y0 + rect.y1 - font.size) / 2;
    if (plan.text_height > 0) y = text_block(paint, font, {x, rect.y0 + paint.px(6), x1, rect.y0 + paint.px(6) + plan.text_height}, color, plan.text) + paint.px(2);
    else x = text_line(paint, font, x, x1, y, color, plan.text) + paint.px(12);
    if (message.divergence && x + link_width <= x1) {
        if (link(paint, "divergence", font, x, x + link_width, y, kLink)) requests.push_back({.what = Request::What::command, .command = CommandId::divergence});
        x += link_width;
    }
    text_line(paint, font, x + paint.px(20), x1, y, theme.faint, facts_in(state, font, x1 - x - paint.px(20)), Align::right);
}

}  // namespace gui
