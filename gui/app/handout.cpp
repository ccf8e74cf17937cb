// The page that a class gets: figure, questions whose answers are closed, sentences. Only HTML and SVG, no script, nothing fetched.
#include <algorithm>
#include <array>
#include <utility>

#include "gui/app/export.h"
#include "gui/app/state.h"
#include "gui/model/text.h"
#include "gui/platform/window.h"
#include "sim/port/rules.h"
#include "sim/report/markup.h"
#include "sim/report/section.h"

namespace gui {
namespace {

constexpr size_t kSentencesMax = 200, kQuestionsMax = 12;

struct Part { int64_t from_ns, to_ns; };

Part part_of(const AppState& state) { return state.range.any() ? Part{app_range_from(state), app_range_to(state)} : Part{state.view_from_ns, state.view_to_ns}; }

// On the clock of a side.
Part part_on(const AppState& state, const Part& part, size_t side) { return {part.from_ns - app_shift_ns(state, side), part.to_ns - app_shift_ns(state, side)}; }

/// What a figure needs changed, put back afterwards.
class AsFigure {
public:
    AsFigure(AppState& state, const Part& part) : state_(state), theme_(state.theme), window_(state.window), from_(state.view_from_ns), to_(state.view_to_ns), page_(state.page), entry_(state.entry.what), range_(state.range.in_ns), range_out_(state.range.out_ns) {
        state.theme = ThemeId::light;
        state.view_from_ns = part.from_ns, state.view_to_ns = part.to_ns;
        state.page = Page::timelines;
        for (size_t i = 0; i < open_.size(); ++i) open_[i] = std::exchange(*taking_room(i), false);
        state.entry.what = Entry::For::nothing;
        state.range.in_ns = state.range.out_ns = -1;
        state.quiz.question.swap(question_);
    }
    ~AsFigure() {
        state_.theme = theme_, state_.window = window_, state_.view_from_ns = from_, state_.view_to_ns = to_, state_.page = page_;
        for (size_t i = 0; i < open_.size(); ++i) *taking_room(i) = open_[i];
        state_.entry.what = entry_;
        state_.range.in_ns = range_, state_.range.out_ns = range_out_;
        state_.quiz.question.swap(question_);
    }
    AsFigure(const AsFigure&) = delete;
    AsFigure& operator=(const AsFigure&) = delete;

private:
    AppState& state_;
    ThemeId theme_;
    WindowSize window_;
    int64_t from_, to_;
    Page page_;
    Entry::For entry_;
    std::array<bool, 12> open_{};
    // What would lie over the lanes, or leave them less room.
    bool* taking_room(size_t i) const { return std::array<bool*, 12>{&state_.edit.shown, &state_.explore.shown, &state_.times.shown, &state_.comparing.shown, &state_.presenter, &state_.find.shown, &state_.notes.shown, &state_.menu.shown, &state_.palette.shown, &state_.files.open.shown, &state_.help, &state_.about}[i]; }
    int64_t range_, range_out_;
    std::optional<Question> question_;
};

std::string figure(AppState& state, const Part& part) {
    const AsFigure changed(state, part);
    HeadlessWindow window(990, 620, 1);                    // one page a side: the timelines have all the room
    const sim::Result<std::string> svg = window.svg(state, "timelines", {.title = "Timelines", .ids = "t"});
    return svg ? "<figure>\n" + *svg + "</figure>\n" : sim::element("p", "note", svg.error().text());
}

std::string answer(const Side& side, const Question& question) {
    const sim::Rule rule = side.trace.records[question.decided].rule;
    const std::string id(sim::rule_label(rule));
    std::string out = "<details><summary>Answer</summary>\n" + sim::element("p", "", right_answers(question) + ". " + sentence_of(side, question.decided));
    if (!id.empty()) out += sim::element("p", "note", "Rule " + id + ": " + std::string(sim::rule_text(rule)));
    return out + "</details>\n";
}

// Each kind of question early, then as they come.
std::string questions(AppState& state, const Part& part) {
    const Side& side = state.sides.front();
    std::string out;
    size_t count = 0;
    const Part own = part_on(state, part, 0);
    for (uint64_t record = records_until(side, own.from_ns - 1); record < side.indexed && side.trace.records[record].time_ns <= own.to_ns && count < kQuestionsMax; ++record) {
        const std::optional<Question> question = app_question_at(state, record);
        if (!question) continue;
        ++count;
        out += "<li>" + sim::element("p", "", "At " + time_label(side.trace.records[record].time_ns) + ": " + question->text) + sim::element("p", "sub", question->before) + "<p>";
        for (size_t i = 0; i < question->choices.size(); ++i) out += (i == 0 ? "" : " &#160; ") + std::string("&#9675; ") + sim::escaped(question->choices[i].text);
        out += "</p>\n" + answer(side, *question) + "</li>\n";
    }
    if (count == 0) return {};
    return sim::element("h2", "", "What happens next?") + "<ol class=\"ranked\">\n" + out + "</ol>\n";
}

std::string sentences(const Side& side, const Part& part) {
    std::string out;
    size_t count = 0, more = 0;
    for (size_t event = 0; event < side.events.size(); ++event) {
        const uint64_t record = side.events[event];
        const int64_t at = side.trace.records[record].time_ns;
        if (at < part.from_ns) continue;
        if (at > part.to_ns) break;
        if (count == kSentencesMax) {
            ++more;
            continue;
        }
        ++count;
        out += "<tr><td>" + sim::escaped(time_label(at)) + "</td><td>" + sim::escaped(sentence_of(side, record)) + "</td></tr>\n";
    }
    if (count == 0) return {};
    std::string heading = "<details><summary>" + sim::escaped(side.name + ": " + std::to_string(count) + " events") + "</summary>\n<table class=\"words\"><tbody>\n";
    return heading + out + "</tbody></table>\n" + (more > 0 ? sim::element("p", "note", std::to_string(more) + " more events are left out: portside print --narrate tells all.") : "") + "</details>\n";
}

}  // namespace

std::string handout_page(AppState& state) {
    const Part part = part_of(state), shown = part_on(state, part, state.focus);
    const std::string title = sim::escaped(state.scenario.title, 120);
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>" + title + "</title>\n" + sim::page_style() + "</head><body>\n";
    out += "<h1>" + title + "</h1>\n" + sim::element("p", "sub", "From " + time_label(std::max<int64_t>(shown.from_ns, 0)) + " to " + time_label(std::max<int64_t>(shown.to_ns, 0)) + (state.alignment.any() ? " of " + state.sides[state.focus].name + "; the sides are aligned: " + sim::escaped(state.alignment.name) : "") + ", seed " + std::to_string(state.scenario.seed) + ".");
    out += sim::element("p", "", state.scenario.about);
    out += figure(state, part);
    const Indexing::Hold hold(state.indexing.get());       // the figure holds it itself
    for (const Side& side : state.sides) out += sim::element("p", "note", side.name + ": " + side_titles(side, state.port).front() + ".");
    out += questions(state, part);
    out += sim::element("h2", "", "What happens, event by event");
    for (size_t side = 0; side < state.sides.size(); ++side) out += sentences(state.sides[side], part_on(state, part, side));
    return out + "</body></html>\n";
}

}  // namespace gui
