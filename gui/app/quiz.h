// Playback that stops at a decision and asks. What is right is asked of the engine at that state: it makes the step.
#pragma once
#include <optional>

#include "gui/model/quiz.h"

namespace gui {

struct AppState;

struct Quiz {
    bool on = false;                      ///< playback and steps stop at decisions
    std::optional<Question> question;
    int answer = -1;                      ///< the choice that was taken, -1: none yet
    uint64_t asked = UINT64_MAX;          ///< the trigger asked about last: not twice in a row
    uint32_t right = 0, answered = 0;

    bool open() const { return question && answer < 0; }
};

/// The question at a record of the model's side, by the engine; the cursor's world is where it was afterwards.
std::optional<Question> app_question_at(AppState& state, uint64_t record);
/// Stops before the first decision in records [from, to) and asks. False: there is none.
bool app_ask_between(AppState& state, uint64_t from, uint64_t to);
void app_quiz(AppState& state);
/// The next decision after the cursor, wherever it is.
void app_ask_next(AppState& state);
/// Takes a choice, counted from 0; one that is not there changes nothing.
void app_answer(AppState& state, size_t choice);
/// Goes on: the answered step happens. False: no question stands.
bool app_quiz_go_on(AppState& state);
/// Wall time goes on; with the quiz on it stops at decisions.
void app_advance(AppState& state, double wall_s);
/// What comes after the cursor is not to be seen.
bool app_future_hidden(const AppState& state);

}  // namespace gui
