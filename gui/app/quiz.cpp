#include "gui/app/quiz.h"

#include <algorithm>

#include "gui/app/state.h"

namespace gui {
namespace {

constexpr uint64_t kLookedThrough = 200'000;  // records that are looked through for a decision

PortMoment moment_of(const sim::World& world, uint16_t port) {
    const sim::Port& at = world.ports.ports[port];
    PortMoment moment{.waiters = {}, .queued = at.queue.size(), .active = at.active, .limit = at.limit};
    for (const sim::ThreadId thread : at.waiters) moment.waiters.push_back(thread.value);
    return moment;
}

void forget(Quiz& quiz) {
    quiz.question.reset();
    quiz.answer = -1;
}

}  // namespace

std::optional<Question> app_question_at(AppState& state, uint64_t record) {
    const Side& side = state.sides.front();
    if (!state.history || state.alone || record >= side.indexed || !asks_about(side.trace.records[record])) return std::nullopt;
    Decision decision{.trigger = side.trace.records[record], .record = record, .records = {}, .first = 0, .before = {}, .after = {}};
    if (decision.trigger.port >= state.history->world().ports.ports.size()) return std::nullopt;
    sim::History& history = *state.history;
    const uint64_t step = history.step_count();
    history.go_to_record(record + 1);
    decision.records.assign(history.last_records().begin(), history.last_records().end());
    decision.first = history.world().record_count - decision.records.size();
    decision.after = moment_of(history.world(), decision.trigger.port);
    const bool made = history.step_count() > 0 && history.back();
    if (made) decision.before = moment_of(history.world(), decision.trigger.port);
    history.go_to_step(step);
    return made ? question_of(side, decision) : std::nullopt;
}

bool app_ask_between(AppState& state, uint64_t from, uint64_t to) {
    const Side& side = state.sides.front();
    to = std::min({to, side.indexed, from + kLookedThrough});
    for (uint64_t record = from; record < to; ++record) {
        if (record == state.quiz.asked || !asks_about(side.trace.records[record])) continue;
        std::optional<Question> question = app_question_at(state, record);
        if (!question) continue;
        state.focus = 0;
        state.playback.playing = false;
        playback_seek(state.playback, app_shift_ns(state, 0) + side.trace.records[record].time_ns);
        app_set_position(state, record);
        state.quiz.question = std::move(question);
        state.quiz.answer = -1;
        state.quiz.asked = record;
        state.page = Page::now;
        state.edit.shown = false;
        return true;
    }
    return false;
}

void app_quiz(AppState& state) {
    Quiz& quiz = state.quiz;
    quiz.on = !quiz.on;
    forget(quiz);
    quiz.asked = UINT64_MAX;
    if (quiz.on) quiz.right = quiz.answered = 0;
    state.said = !quiz.on ? "No more questions." : state.alone ? "Questions need a simulated run: none is shown." : "Playing and stepping now stop at decisions and ask; keys 1 to 8 answer.";
}

void app_ask_next(AppState& state) {
    forget(state.quiz);
    if (app_ask_between(state, state.focus == 0 ? state.position : records_until(state.sides.front(), app_cursor_of(state, 0)), UINT64_MAX)) return;
    state.said = state.alone ? "Questions need a simulated run: none is shown." : "No decision comes after the cursor.";
}

void app_answer(AppState& state, size_t choice) {
    Quiz& quiz = state.quiz;
    if (!quiz.open() || choice >= quiz.question->choices.size()) return;
    quiz.answer = static_cast<int>(choice);
    ++quiz.answered;
    if (quiz.question->choices[choice].right) ++quiz.right;
    app_set_position(state, quiz.question->decided + 1);   // the evidence is what the other views show
}

bool app_quiz_go_on(AppState& state) {
    Quiz& quiz = state.quiz;
    if (!quiz.question) return false;
    const uint64_t end = quiz.question->end;
    const bool answered = quiz.answer >= 0;
    forget(quiz);
    if (answered) app_set_position(state, end);
    return answered;
}

void app_advance(AppState& state, double wall_s) {
    const bool ask = state.quiz.on && !state.alone && state.focus == 0;
    const Side& side = state.sides[state.focus];
    const int64_t shift = app_shift_ns(state, state.focus);
    const auto stops = [&](uint64_t from, int64_t to_ns) {
        const uint64_t to = records_until(side, to_ns - shift);
        return (ask && app_ask_between(state, from, to)) || app_break_between(state, from, to);
    };
    const int64_t rounds = playback_advance(state.playback, wall_s), to_ns = state.playback.cursor_ns;
    uint64_t from = state.position;
    if (rounds > 0) {                                      // first to the end of the loop, then on from its beginning
        if (stops(from, state.playback.loop_to_ns)) return;
        from = records_until(side, state.playback.loop_from_ns - shift - 1);
    }
    if (stops(from, rounds > 1 ? state.playback.loop_to_ns : to_ns)) return;
    app_seek(state, to_ns);
}

bool app_future_hidden(const AppState& state) { return state.quiz.open() || (state.presenter && !state.revealed && !state.playback.playing && !state.quiz.question); }

}  // namespace gui
