// Questions at decisions: what is right is what the engine does, by another way than the one that asks.
#include <algorithm>
#include <set>

#include "gui/app/keys.h"
#include "gui/platform/window.h"
#include "tests/gui/opened.h"

namespace {

// Right by the trace alone: the records from the trigger on, up to the next trigger or the next instant.
std::set<std::string> right_by_trace(const gui::Side& side, const gui::Question& question) {
    std::set<std::string> right;
    const sim::Record& trigger = side.trace.records[question.record];
    for (uint64_t i = question.record + 1; i < question.end; ++i) {
        const sim::Record& record = side.trace.records[i];
        if (record.port != trigger.port) continue;
        if (question.asks == gui::Asks::wakes && record.kind == sim::Kind::released) right.insert("T" + std::to_string(record.thread));
        if (question.asks == gui::Asks::fate && record.packet == trigger.packet && record.kind == sim::Kind::queued) right.insert("It joins the queue");
        if (question.asks == gui::Asks::fate && record.packet == trigger.packet && record.kind == sim::Kind::handed_over) right.insert("A waiting thread gets it at once");
    }
    if (question.asks == gui::Asks::wakes && right.empty()) right.insert("Nobody");
    if (question.asks == gui::Asks::active) right.insert(std::to_string(gui::state_after(side, question.end).ports[trigger.port].active));
    return right;
}

std::set<std::string> right_of(const gui::Question& question) {
    std::set<std::string> right;
    for (const gui::Choice& choice : question.choices)
        if (choice.right) right.insert(choice.text);
    return right;
}

}  // namespace

TEST_CASE("quiz: the right answers are what the trace shows, under every policy and in every scenario") {
    std::set<gui::Asks> asked;
    size_t questions = 0, several = 0;
    for (const char* scenario : {"limit-1-burst", "block-and-release", "two-ports", "twice-cpus", "lock-convoy"})
        for (const char* policy : {"nt", "wine8", "wine10", "epoll", "io_uring"}) {
            gui::AppState state = opened(scenario, {"port." + scenario_named(scenario).ports[0].name + ".policy=" + policy});
            const gui::Side& side = state.sides[0];
            const uint64_t hash = gui::app_world_hash(state), count = std::min<uint64_t>(side.trace.records.size(), 3'000);
            for (uint64_t i = 0; i < count; ++i) {
                const std::optional<gui::Question> question = gui::app_question_at(state, i);
                if (!question) continue;
                CAPTURE(scenario);
                CAPTURE(policy);
                CAPTURE(i);
                CHECK(right_of(*question) == right_by_trace(side, *question));
                CHECK(question->choices.size() >= 2);
                CHECK(question->choices.size() <= 8);
                CHECK(question->decided >= i);
                CHECK(question->decided < question->end);
                asked.insert(question->asks);
                several += right_of(*question).size() > 1 ? 1 : 0;
                ++questions;
            }
            CHECK(gui::app_world_hash(state) == hash);     // asking changes nothing
        }
    CHECK(asked.size() == 3);
    CHECK(questions > 500);
    CHECK(several > 0);                                    // all of them are accepted
}

TEST_CASE("quiz: playing stops before a decision, an answer shows the evidence, and going on comes to the next one") {
    gui::AppState state = opened("block-and-release");
    gui::command_run(state, gui::CommandId::quiz);
    gui::command_run(state, gui::CommandId::play);
    uint64_t last = 0;
    for (int i = 0; i < 12; ++i) {
        for (int frame = 0; frame < 2'000 && state.playback.playing; ++frame) gui::app_advance(state, 1.0 / 60);
        if (!state.quiz.question) break;
        REQUIRE(state.quiz.open());
        CHECK(gui::app_future_hidden(state));
        CHECK(state.position == state.quiz.question->record);
        CHECK((i == 0 || state.position > last));
        last = state.position;
        const auto& choices = state.quiz.question->choices;
        const auto wanted = std::find_if(choices.begin(), choices.end(), [i](const gui::Choice& choice) { return choice.right == (i % 2 == 0); });
        gui::request_run(state, {.what = gui::Request::What::answer, .number = static_cast<double>(wanted - choices.begin())});
        CHECK_FALSE(gui::app_future_hidden(state));
        CHECK(state.quiz.answered == static_cast<uint32_t>(i + 1));
        CHECK(state.quiz.right == static_cast<uint32_t>(i / 2 + 1));
        CHECK(state.position == state.quiz.question->decided + 1);
        gui::command_run(state, gui::CommandId::play);
        CHECK(state.playback.playing);
    }
    CHECK(state.quiz.answered >= 6);
    gui::command_run(state, gui::CommandId::quiz);
    CHECK_FALSE(state.quiz.on);
}

TEST_CASE("quiz: number keys answer while a question stands, and change values else") {
    gui::AppState state = opened("twice-cpus");
    gui::command_run(state, gui::CommandId::ask_next);
    REQUIRE(state.quiz.open());
    const uint32_t processors = state.controls.processors;
    gui::app_key(state, '2', false, false, false);
    CHECK(state.quiz.answer == 1);
    CHECK(state.controls.processors == processors);
    gui::command_run(state, gui::CommandId::ask_next);
    gui::command_run(state, gui::CommandId::play);         // without an answer
    CHECK_FALSE(state.quiz.question);
    gui::app_key(state, '2', false, false, false);
    CHECK(state.controls.processors == processors + 1);
}

TEST_CASE("quiz: the question, every choice and the evidence are whole at every size, and nothing tells the answer") {
    struct Screen { int width, height; float scale; };
    for (const Screen screen : {Screen{1024, 768, 1}, Screen{1280, 800, 1}, Screen{1600, 900, 1}, Screen{1920, 1080, 2}, Screen{1024, 768, 2}, Screen{800, 600, 1}}) {
        CAPTURE(screen.width);
        CAPTURE(screen.scale);
        gui::AppState state = opened("block-and-release");
        gui::HeadlessWindow window(screen.width, screen.height, screen.scale);
        std::string wrong;
        const auto look = [&](bool open) {
            window.frame(state);
            for (const gui::PlacedText& text : window.texts()) {
                if (open && text.panel == "events" && text.text != "Hidden until you answer.") wrong += "seen: " + text.text + '\n';
                if (text.panel == "why" && (text.cut || !text.panel_rect.contains(text.rect))) wrong += text.text + '\n';
            }
        };
        window.frame(state);
        for (int i = 0; i < 8; ++i) {
            gui::command_run(state, gui::CommandId::ask_next);
            if (!state.quiz.open()) break;
            look(true);
            gui::app_answer(state, static_cast<size_t>(i) % 2);
            look(false);
        }
        CHECK_MESSAGE(wrong.empty(), wrong);
        CHECK(state.quiz.answered >= 4);
    }
}
