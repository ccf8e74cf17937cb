#include "gui/app/breaks.h"

#include <algorithm>

#include "gui/app/state.h"
#include "gui/model/search.h"

namespace gui {

sim::Status app_break_at(AppState& state, const std::string& text) {
    Breaks breaks;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find_first_of(" ,", at), text.size());
        const std::string word = text.substr(at, end - at);
        at = end + 1;
        if (word.empty()) continue;
        const sim::Result<std::vector<SearchTerm>> rule = search_parse("rule:" + word, state.sides[state.focus].trace.header);
        if (!rule) return rule.error();
        breaks.rules.push_back(static_cast<sim::Rule>(rule->front().number));
        breaks.text += (breaks.text.empty() ? "" : " ") + std::string(sim::rule_label(breaks.rules.back()));
    }
    state.breaks = std::move(breaks);
    state.said = state.breaks.rules.empty() ? "Playback stops at no rule." : "Playback stops at the next event of " + state.breaks.text + ".";
    return sim::Done{};
}

bool app_break_between(AppState& state, uint64_t from, uint64_t to) {
    const Side& side = state.sides[state.focus];
    const std::vector<sim::Rule>& rules = state.breaks.rules;
    to = std::min(to, side.indexed);
    for (uint64_t at = from; !rules.empty() && at < to; ++at) {
        const sim::Record& record = side.trace.records[at];
        if (std::find(rules.begin(), rules.end(), record.rule) == rules.end()) continue;
        state.playback.playing = false;
        app_go_to_record(state, at);
        state.said = "Stopped at rule " + std::string(sim::rule_label(record.rule)) + ". Space plays on to the next.";
        return true;
    }
    return false;
}

}  // namespace gui
