// The run branches at the cursor, and a wrong answer is run: what the window shows is what the engine alone says of both.
#include <algorithm>

#include "gui/app/scenario_edit.h"
#include "gui/app/session.h"
#include "gui/platform/window.h"
#include "sim/cli/course.h"
#include "tests/folder.h"
#include "tests/gui/opened.h"

namespace {

size_t shared_records(const gui::AppState& state) {
    const sim::Trace a = sim::trace_of(state.sides.front().trace), b = sim::trace_of(state.sides.back().trace);
    const auto [at, other] = std::mismatch(a.records.begin(), a.records.end(), b.records.begin(), b.records.end());
    return static_cast<size_t>(at - a.records.begin());
}

std::string fingerprint_of_course(const std::string& scenario, int64_t at_ns, uint64_t records, const std::vector<std::string>& sets) {
    sim::Course course;
    course.branches.push_back({.at = {at_ns}, .records = records, .scenario = scenario_named(scenario, sets)});
    const sim::Result<sim::Trace> trace = sim::run_to_trace(scenario_named(scenario), {.check = true, .course = &course});
    REQUIRE(trace.ok());
    sim::Fingerprint fingerprint;
    fingerprint.add(trace->records.data(), trace->records.size());
    return fingerprint.text();
}

// A question with a wrong choice for which `wanted` holds is asked and answered so.
template <class Wanted>
bool answer_wrong(gui::AppState& state, const Wanted& wanted) {
    for (int i = 0; i < 400; ++i) {
        gui::command_run(state, gui::CommandId::ask_next);
        if (!state.quiz.open()) return false;
        const auto& choices = state.quiz.question->choices;
        const auto choice = std::find_if(choices.begin(), choices.end(), [&](const gui::Choice& c) { return !c.right && wanted(*state.quiz.question, c); });
        if (choice == choices.end()) continue;
        gui::app_answer(state, static_cast<size_t>(choice - choices.begin()));
        return true;
    }
    return false;
}

}  // namespace

TEST_CASE("branch: what is changed holds from the cursor on, the run as it was stays below, and undo takes all of it back") {
    gui::AppState state = opened("limit-1-burst");
    const std::string straight = state.sides[0].summary.fingerprint;
    gui::app_seek(state, 2'500'000);
    gui::command_run(state, gui::CommandId::branch);
    REQUIRE_MESSAGE(state.error.empty(), state.error);
    REQUIRE(state.sides.size() == 2);
    CHECK(state.sides[0].name == "Branch");
    CHECK(state.sides[1].name == "As it was");
    CHECK(state.sides[0].summary.fingerprint == straight);   // nothing is changed yet
    CHECK(state.playback.cursor_ns == 2'500'000);
    gui::command_run(state, gui::CommandId::concurrency_more);
    CHECK(state.sides[0].summary.fingerprint == fingerprint_of_course("limit-1-burst", 2'500'000, UINT64_MAX, {"port.port.concurrency=2"}));
    CHECK(state.sides[1].summary.fingerprint == straight);
    CHECK(shared_records(state) == gui::records_until(state.sides[1], 2'500'000));
    REQUIRE(gui::app_divergence(state) != nullptr);
    const std::vector<gui::RunMark> marks = gui::run_marks(state.sides[0]);
    REQUIRE(marks.size() == 1);
    CHECK(marks[0].at_ns == 2'500'000);
    CHECK(marks[0].text == "branch: concurrency 1 -> 2");
    CHECK(gui::limit_at(state.sides[0].ports[0], 2'499'999) == 1);
    CHECK(gui::limit_at(state.sides[0].ports[0], 2'500'000) == 2);
    CHECK(gui::side_titles(state.sides[0])[0].ends_with("limit 1, then 2"));

    gui::app_seek(state, state.playback.end_ns);             // the world at the cursor is the branch's
    CHECK(state.history->world().record_count == state.sides[0].trace.records.size());
    CHECK(state.history->world().ports.ports[0].limit == 2);
    gui::app_seek(state, 1'000'000);
    CHECK(state.history->world().ports.ports[0].limit == 1);

    gui::command_run(state, gui::CommandId::undo);           // the change
    CHECK(state.sides[0].summary.fingerprint == straight);
    CHECK(state.branched.any());
    gui::command_run(state, gui::CommandId::undo);           // the branch
    CHECK_FALSE(state.branched.any());
    CHECK(state.sides.size() == 1);
    CHECK(state.sides[0].name == "Simulated");
    gui::command_run(state, gui::CommandId::redo);
    gui::command_run(state, gui::CommandId::redo);
    CHECK(state.sides.size() == 2);
    CHECK(state.sides[0].summary.fingerprint == fingerprint_of_course("limit-1-burst", 2'500'000, UINT64_MAX, {"port.port.concurrency=2"}));
    gui::command_run(state, gui::CommandId::let_go);
    CHECK(state.sides.size() == 1);
    CHECK(state.sides[0].summary.fingerprint == straight);
    CHECK(state.controls.concurrency == 1);
    gui::command_run(state, gui::CommandId::undo);
    CHECK(state.sides.size() == 2);
    CHECK(state.controls.concurrency == 2);
}

TEST_CASE("branch: in the middle of an instant, moved before anything is changed, and a branch of the branch") {
    gui::AppState state = opened("limit-1-burst");
    gui::app_seek(state, 0);
    const auto first = state.sides[0].trace;
    uint64_t posted = 0;                                     // the third packet's arrival: three more come at that instant
    for (uint64_t i = 0, packets = 0; i < first.records.size() && packets < 3; ++i)
        if (first.records[i].kind == sim::Kind::posted) ++packets, posted = i;
    gui::app_set_position(state, posted + 1);
    gui::command_run(state, gui::CommandId::branch);
    gui::command_run(state, gui::CommandId::concurrency_more);
    CHECK(state.sides[0].summary.fingerprint == fingerprint_of_course("limit-1-burst", 0, posted + 1, {"port.port.concurrency=2"}));
    CHECK(shared_records(state) > posted);
    gui::app_seek(state, 1'500'000);
    gui::command_run(state, gui::CommandId::branch);         // of the branch
    REQUIRE(state.branched.at.size() == 2);
    gui::app_seek(state, 2'200'000);
    gui::command_run(state, gui::CommandId::branch);         // nothing was changed: it only moves
    REQUIRE(state.branched.at.size() == 2);
    CHECK(state.branched.at.back().at_ns == 2'200'000);
    gui::command_run(state, gui::CommandId::concurrency_more);
    REQUIRE(gui::run_marks(state.sides[0]).size() == 2);
    CHECK(gui::run_marks(state.sides[0])[1].text == "branch: concurrency 2 -> 3");
    CHECK(gui::run_marks(state.sides[1]).size() == 1);       // below: the first branch
    gui::app_seek(state, 1'000'000);
    gui::command_run(state, gui::CommandId::branch);         // before the one that is there
    CHECK(state.error.find("branches at 2.2 ms already") != std::string::npos);
    CHECK(state.branched.at.size() == 2);
    gui::command_run(state, gui::CommandId::let_go);
    CHECK(state.branched.at.size() == 1);
    CHECK(state.sides.size() == 2);
}

TEST_CASE("branch: a run that is kept meanwhile stays below through undo, and is let go before the branch is") {
    gui::AppState state = opened("limit-1-burst");
    const std::string straight = state.sides[0].summary.fingerprint;
    gui::app_seek(state, 2'000'000);
    gui::command_run(state, gui::CommandId::branch);
    gui::command_run(state, gui::CommandId::concurrency_more);
    gui::command_run(state, gui::CommandId::keep_run);
    const std::string kept = state.sides[0].summary.fingerprint;
    gui::command_run(state, gui::CommandId::concurrency_more);
    for (const gui::CommandId id : {gui::CommandId::undo, gui::CommandId::redo}) {
        gui::command_run(state, id);
        REQUIRE(state.sides.size() == 2);
        CHECK(state.sides[1].name == "Kept run");
        CHECK(state.sides[1].summary.fingerprint == kept);
    }
    gui::command_run(state, gui::CommandId::let_go);
    CHECK(state.branched.any());
    REQUIRE(state.sides.size() == 2);
    CHECK(state.sides[1].name == "As it was");
    CHECK(state.sides[1].summary.fingerprint == straight);
    gui::app_set_position(state, 0);                         // all of its packets come at 0
    REQUIRE(answer_wrong(state, [](const gui::Question&, const gui::Choice& c) { return c.instead.has_value(); }));
    gui::command_run(state, gui::CommandId::run_anyway);
    REQUIRE_MESSAGE(state.error.empty(), state.error);
    CHECK(state.sides[1].name == "Run anyway");
    gui::command_run(state, gui::CommandId::let_go);
    CHECK(state.branched.any());
    REQUIRE(state.sides.size() == 2);
    CHECK(state.sides[1].name == "As it was");
    gui::command_run(state, gui::CommandId::let_go);
    CHECK_FALSE(state.branched.any());
    CHECK(state.sides.size() == 1);
    CHECK(state.sides[0].summary.fingerprint == straight);
}

TEST_CASE("branch: one that only moves does not move before the one it is a branch of") {
    gui::AppState state = opened("limit-1-burst");
    gui::app_seek(state, 2'000'000);
    gui::command_run(state, gui::CommandId::branch);
    gui::command_run(state, gui::CommandId::concurrency_more);
    gui::app_seek(state, 3'000'000);
    gui::command_run(state, gui::CommandId::branch);
    const gui::Branched before = state.branched;
    const std::string run = state.sides[0].summary.fingerprint;
    gui::app_seek(state, 1'000'000);
    gui::command_run(state, gui::CommandId::branch);
    CHECK(state.error.find("branches at 2 ms already") != std::string::npos);
    CHECK(state.branched == before);
    CHECK(state.sides[0].summary.fingerprint == run);
}

TEST_CASE("branch: what is of whole runs says so, and redo of a branch closes the map") {
    gui::AppState state = opened_with_recordings("limit-1-burst", 2);
    gui::app_seek(state, 2'000'000);
    gui::command_run(state, gui::CommandId::branch);
    REQUIRE(state.error.empty());
    const auto notes = [&state] {
        std::string all;
        for (const gui::TimesCharts charts = gui::app_times_charts(state, 40); const std::string& note : charts.wait.notes) all += note + '\n';
        return all;
    };
    CHECK_MESSAGE(notes().find("No theory line: the run branches.") != std::string::npos, notes());
    gui::command_run(state, gui::CommandId::predict);
    CHECK(state.error.find("A prediction is of whole runs") != std::string::npos);
    CHECK(state.comparing.foretold == nullptr);
    gui::command_run(state, gui::CommandId::undo);
    REQUIRE_FALSE(state.branched.any());
    CHECK_MESSAGE(notes().find("branches") == std::string::npos, notes());
    gui::command_run(state, gui::CommandId::explore);
    REQUIRE(state.explore.shown);
    gui::command_run(state, gui::CommandId::redo);
    CHECK(state.branched.any());
    CHECK_FALSE(state.explore.shown);
    gui::command_run(state, gui::CommandId::undo);
    gui::app_set_position(state, 0);                         // all of its packets come at 0
    REQUIRE(answer_wrong(state, [](const gui::Question&, const gui::Choice& c) { return c.instead.has_value(); }));
    gui::command_run(state, gui::CommandId::run_anyway);
    CHECK_MESSAGE(notes().find("Run anyway: No theory line: a decision of the run went another way.") != std::string::npos, notes());
}

TEST_CASE("branch: what can't change in the middle is told and changes nothing; what is of whole runs waits") {
    gui::AppState state = opened("limit-1-burst");
    gui::app_seek(state, 2'000'000);
    gui::command_run(state, gui::CommandId::branch);
    const std::string before = state.sides[0].summary.fingerprint;
    for (const gui::CommandId id : {gui::CommandId::threads_more, gui::CommandId::processors_less, gui::CommandId::policy}) {
        gui::command_run(state, id);
        CHECK(state.error.find("can't change in the middle of a run; Shift+B lets the branch go") != std::string::npos);
        CHECK(state.sides[0].summary.fingerprint == before);
        CHECK(state.controls.threads == 6);
    }
    CHECK(state.error.find("policy (nt -> wine8)") != std::string::npos);
    gui::command_run(state, gui::CommandId::explore);
    CHECK_FALSE(state.explore.shown);
    CHECK(state.error.find("whole runs") != std::string::npos);
    gui::command_run(state, gui::CommandId::processors_more);  // more of them is fine
    CHECK(state.error.empty());
    CHECK(state.sides[0].trace.header.processors_used == 5);
}

TEST_CASE("branch: a session brings it back") {
    gui::AppState state = opened("limit-1-burst", {"seed=9"});
    gui::app_seek(state, 2'000'000);
    gui::command_run(state, gui::CommandId::branch);
    gui::command_run(state, gui::CommandId::concurrency_more);
    const gui::Session session = gui::session_of(state);
    CHECK(session.sets == std::vector<std::string>{"seed=9"});
    const sim::Result<gui::Session> read = gui::session_parse(gui::session_text(session));
    REQUIRE(read.ok());
    REQUIRE(read->branches.size() == 1);
    CHECK(read->branches[0].at_ns == 2'000'000);
    CHECK(read->branches[0].records == -1);
    CHECK(read->branches[0].sets == std::vector<std::string>{"port.port.concurrency=2"});
    const test::Folder folder;
    gui::Session kept = session;
    kept.files = {std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/limit-1-burst.toml"};
    test::write_file(folder / "session", gui::session_text(kept));
    gui::AppState again = opened("twice-cpus");
    gui::SessionKeeper keeper(folder.path().string());
    REQUIRE(keeper.restore(again, {}));
    REQUIRE(again.sides.size() == 2);
    CHECK(again.sides[0].summary.fingerprint == state.sides[0].summary.fingerprint);
    CHECK(again.sides[1].summary.fingerprint == state.sides[1].summary.fingerprint);
}

TEST_CASE("branch: record N of the command line is that of the run as it branches so far") {
    gui::AppState state = opened("limit-1-burst");
    REQUIRE(gui::app_branch_with(state, 1'500'000, UINT64_MAX, {"port.port.concurrency=2"}).ok());
    const sim::Result<gui::RunPlan> plan = gui::app_plan(state, state.scenario);
    REQUIRE(plan.ok());
    const sim::Result<sim::Course> course = sim::course_of(plan->scenario, {.branch_at = "record:70", .branch_sets = {"seed=3"}, .instead = {}}, plan->course);
    REQUIRE(course.ok());
    REQUIRE(course->branches.size() == 2);
    CHECK(course->branches[1].at.ns == state.sides[0].trace.records[70].time_ns);
    CHECK(course->branches[1].at.ns != state.sides[1].trace.records[70].time_ns);
}

TEST_CASE("branch: with values that can't change there none is left behind") {
    gui::AppState state = opened("limit-1-burst");
    const std::string straight = state.sides[0].summary.fingerprint;
    for (const char* set : {"worker.worker.count=4", "port.port.concurrency=many", "nothing.at.all=1"}) {
        const sim::Status branched = gui::app_branch_with(state, 2'000'000, UINT64_MAX, {"port.port.concurrency=2", set});
        CHECK_FALSE(branched.ok());
        CHECK(branched.error().text().find("Shift+") == std::string::npos);   // it is told to who is not at the window as well
        CHECK_FALSE(state.branched.any());
        CHECK(state.sides.size() == 1);
        CHECK(state.sides[0].summary.fingerprint == straight);
        CHECK(state.controls.concurrency == 1);
        CHECK(state.edit.versions.count() == 1);
    }
    REQUIRE(gui::app_branch_with(state, 2'000'000, UINT64_MAX, {"port.port.concurrency=2"}).ok());
    CHECK(state.sides[0].summary.fingerprint == fingerprint_of_course("limit-1-burst", 2'000'000, UINT64_MAX, {"port.port.concurrency=2"}));
    gui::command_run(state, gui::CommandId::undo);
    CHECK(state.sides.size() == 1);
}

TEST_CASE("quiz: a wrong answer is run beside the real one: the same up to the decision, then the other way") {
    size_t fates = 0, wakes = 0, active = 0;
    for (const char* scenario : {"limit-1-burst", "block-and-release", "twice-cpus", "lock-convoy", "two-ports"})
        for (const gui::Asks asks : {gui::Asks::fate, gui::Asks::wakes, gui::Asks::active}) {
            gui::AppState state = opened(scenario);
            const std::string real = state.sides[0].summary.fingerprint;
            if (!answer_wrong(state, [asks](const gui::Question& q, const gui::Choice& c) { return q.asks == asks && c.instead.has_value(); })) continue;
            CAPTURE(scenario);
            CAPTURE(state.quiz.question->text);
            const gui::Question question = *state.quiz.question;
            const gui::Choice choice = question.choices[static_cast<size_t>(state.quiz.answer)];
            CAPTURE(choice.text);
            gui::command_run(state, gui::CommandId::run_anyway);
            REQUIRE_MESSAGE(state.error.empty(), state.error);
            REQUIRE(state.sides.size() == 2);
            CHECK(state.sides[0].summary.fingerprint == real);
            CHECK(state.sides[1].name == "Run anyway");
            CHECK(shared_records(state) > question.record);
            CHECK(shared_records(state) < question.end);
            CHECK(state.quiz.question);                      // it stands, and the evidence with it
            CHECK(state.position == question.decided + 1);
            const gui::Side& other = state.sides[1];
            std::vector<sim::Record> after;
            for (uint64_t i = question.record; i < std::min<uint64_t>(question.record + 4, other.trace.records.size()); ++i) after.push_back(other.trace.records[i]);
            const auto released = std::find_if(after.begin(), after.end(), [](const sim::Record& r) { return r.kind == sim::Kind::released; });
            if (asks == gui::Asks::wakes) CHECK((choice.text == "Nobody" ? released == after.end() : released != after.end() && choice.text == "T" + std::to_string(released->thread)));
            if (asks == gui::Asks::fate) CHECK((released != after.end()) == (choice.text == "A waiting thread gets it at once"));
            if (asks == gui::Asks::active) CHECK(std::to_string(gui::state_after(other, question.record + (released != after.end() ? 3 : 1)).ports[other.trace.records[question.record].port].active) == choice.text);
            fates += asks == gui::Asks::fate, wakes += asks == gui::Asks::wakes, active += asks == gui::Asks::active;
            gui::command_run(state, gui::CommandId::let_go);
            CHECK(state.sides.size() == 1);
        }
    CHECK(fates > 0);
    CHECK(wakes > 0);
    CHECK(active > 0);
}

TEST_CASE("quiz: where an answer has no run it says why, and a right one is the run") {
    gui::AppState state = opened("block-and-release");
    gui::command_run(state, gui::CommandId::run_anyway);
    CHECK(state.said.find("Shift+G asks") != std::string::npos);
    REQUIRE(answer_wrong(state, [](const gui::Question&, const gui::Choice& c) { return !c.instead.has_value(); }));
    gui::command_run(state, gui::CommandId::run_anyway);
    CHECK(state.said == state.quiz.question->choices[static_cast<size_t>(state.quiz.answer)].no_run);
    CHECK_FALSE(state.said.empty());
    CHECK(state.sides.size() == 1);
    gui::command_run(state, gui::CommandId::ask_next);
    const auto& choices = state.quiz.question->choices;
    gui::app_answer(state, static_cast<size_t>(std::find_if(choices.begin(), choices.end(), [](const gui::Choice& c) { return c.right; }) - choices.begin()));
    gui::command_run(state, gui::CommandId::run_anyway);
    CHECK(state.said.find("is right") != std::string::npos);
}

TEST_CASE("quiz: every wrong choice has a run or a reason, under every policy") {
    size_t runs = 0, reasons = 0;
    for (const char* scenario : {"limit-1-burst", "block-and-release", "two-ports", "lock-convoy"})
        for (const char* policy : {"nt", "wine8", "epoll", "io_uring"}) {
            gui::AppState state = opened(scenario, {"port." + scenario_named(scenario).ports[0].name + ".policy=" + policy});
            const uint64_t count = std::min<uint64_t>(state.sides[0].trace.records.size(), 1'500);
            for (uint64_t i = 0; i < count; ++i) {
                const std::optional<gui::Question> question = gui::app_question_at(state, i);
                if (!question) continue;
                for (const gui::Choice& choice : question->choices) {
                    CAPTURE(scenario);
                    CAPTURE(policy);
                    CAPTURE(question->text);
                    CAPTURE(choice.text);
                    CHECK(choice.right != (choice.instead.has_value() || !choice.no_run.empty()));
                    if (choice.right || !choice.instead) {
                        reasons += choice.right ? 0 : 1;
                        continue;
                    }
                    sim::Course course;
                    course.instead = *choice.instead;
                    const sim::Result<sim::Trace> other = sim::run_to_trace(state.scenario, {.check = true, .course = &course});
                    CHECK_MESSAGE(other.ok(), (other ? std::string() : other.error().text()));
                    ++runs;
                }
            }
        }
    CHECK(runs > 50);
    CHECK(reasons > 20);
}

TEST_CASE("branch: its mark and its limits are whole at every size and in every theme") {
    struct Screen { int width, height; float scale; };
    for (const Screen screen : {Screen{1024, 768, 1}, Screen{1280, 800, 1}, Screen{1920, 1080, 2}, Screen{800, 600, 1}}) {
        CAPTURE(screen.width);
        gui::AppState state = opened("limit-1-burst");
        gui::HeadlessWindow window(screen.width, screen.height, screen.scale);
        window.frame(state);
        gui::app_seek(state, 2'000'000);
        gui::command_run(state, gui::CommandId::branch);
        gui::command_run(state, gui::CommandId::concurrency_more);
        std::string wrong;
        bool told = false;
        for (uint8_t theme = 0; theme < static_cast<uint8_t>(gui::ThemeId::count); ++theme) {
            state.theme = static_cast<gui::ThemeId>(theme);
            window.frame(state);
            for (const gui::PlacedText& text : window.texts()) {
                told = told || text.text.starts_with("branch");
                if (text.panel == "timelines" && (text.cut || !text.panel_rect.contains(text.rect))) wrong += text.text + '\n';
            }
        }
        CHECK_MESSAGE(wrong.empty(), wrong);
        CHECK(told);
    }
}
