// The scenario changed in the window: by value, by text, undone, reset, saved.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gui/app/scenario_edit.h"
#include "gui/app/values.h"
#include "gui/platform/window.h"
#include "tests/folder.h"
#include "tests/gui/opened.h"

namespace {

std::string value_of(const gui::AppState& state, const std::string& path) {
    const sim::Field* field = gui::find_field(state.edit.fields, path);
    REQUIRE_MESSAGE(field != nullptr, path);
    return field->value;
}

std::string all_of(const std::filesystem::path& file) {
    std::ostringstream out;
    out << std::ifstream(file).rdbuf();
    return out.str();
}

}  // namespace

TEST_CASE("edits: undo and redo go back and forth without end, a drag is one change") {
    gui::Edits edits;
    edits.begin("0");
    CHECK_FALSE(edits.can_undo());
    for (int i = 1; i <= 2'000; ++i) edits.add(std::to_string(i), "change " + std::to_string(i));
    CHECK(edits.count() == 2'001);
    for (int i = 2'000; i > 0; --i) {
        CHECK(edits.undo_name() == "change " + std::to_string(i));
        CHECK(edits.undo() == std::to_string(i - 1));
    }
    CHECK_FALSE(edits.can_undo());
    CHECK(edits.redo() == "1");
    edits.add("a", "a");                                   // what was undone goes
    CHECK_FALSE(edits.can_redo());
    for (const char* text : {"b", "c", "d"}) edits.add(text, "drag", "path");
    CHECK(edits.text() == "d");
    edits.close();
    edits.add("e", "drag", "path");
    CHECK(edits.undo() == "d");
    CHECK(edits.undo() == "a");
    CHECK(edits.undo() == "1");
}

TEST_CASE("undo: every change of every kind is taken back to the very run and done again") {
    gui::AppState state = opened("limit-1-burst");
    std::vector<std::string> runs{state.sides[0].summary.fingerprint}, texts{state.scenario.text};
    const auto changed = [&] {
        CHECK(state.error.empty());
        runs.push_back(state.sides[0].summary.fingerprint), texts.push_back(state.scenario.text);
    };
    gui::command_run(state, gui::CommandId::concurrency_more), changed();
    gui::request_run(state, {.what = gui::Request::What::threads, .number = 3}), changed();
    gui::request_run(state, {.what = gui::Request::What::value, .path = "worker.worker.on_packet.0.compute", .text = "2ms"}), changed();
    for (const char* cost : {"2us", "3us", "4us"}) gui::request_run(state, {.what = gui::Request::What::value, .path = "machine.get_cost", .text = cost, .held = true});
    gui::request_run(state, {.what = gui::Request::What::value, .path = "machine.get_cost", .text = "4us"}), changed();
    gui::request_run(state, {.what = gui::Request::What::text, .text = "# mine\n" + state.scenario.text}), changed();
    gui::command_run(state, gui::CommandId::policy), changed();
    gui::command_run(state, gui::CommandId::reset_all), changed();
    CHECK(state.scenario.text == texts[0]);
    for (size_t i = runs.size() - 1; i > 0; --i) {
        gui::command_run(state, gui::CommandId::undo);
        CHECK(state.said.starts_with("Undone: "));
        CHECK(state.sides[0].summary.fingerprint == runs[i - 1]);
        CHECK(state.scenario.text == texts[i - 1]);
    }
    gui::command_run(state, gui::CommandId::undo);
    CHECK(state.said == "Nothing to undo.");
    for (size_t i = 1; i < runs.size(); ++i) {
        gui::command_run(state, gui::CommandId::redo);
        CHECK(state.scenario.text == texts[i]);
    }
    gui::command_run(state, gui::CommandId::redo);
    CHECK(state.said == "Nothing was undone.");
}

TEST_CASE("text: either edits the other; a wrong text shows where, keeps the last run, and a right one goes on") {
    gui::AppState state = opened("limit-1-burst");
    const std::string before = state.sides[0].summary.fingerprint, text = state.scenario.text;
    gui::app_set_value(state, "port.port.concurrency", "2", false);
    CHECK(state.edit.draft.find("concurrency = 2") != std::string::npos);
    const std::string at_two = state.sides[0].summary.fingerprint;
    CHECK(at_two != before);
    std::string wrong = state.edit.draft;
    wrong.replace(wrong.find("concurrency = 2"), 15, "concurrenzy = 2");
    gui::app_set_text(state, wrong, true);
    CHECK(state.edit.draft == wrong);
    CHECK(state.edit.draft_error.find(".toml:") != std::string::npos);
    CHECK(state.edit.draft_error.find("'concurrenzy'") != std::string::npos);
    CHECK(state.edit.draft_error.find("did you mean 'concurrency'?") != std::string::npos);
    CHECK(state.sides[0].summary.fingerprint == at_two);
    gui::app_set_text(state, text, true);
    CHECK(state.edit.draft_error.empty());
    CHECK(value_of(state, "port.port.concurrency") == "1");
    CHECK(state.controls.concurrency == 1);
    CHECK(state.sides[0].summary.fingerprint == before);
}

TEST_CASE("values: what --set and the recording say stands in the text, and is marked as different from the file") {
    gui::AppState state = opened("limit-1-burst", {"port.port.concurrency=3", "machine.post_cost=7us"});
    CHECK(state.given_sets.empty());
    CHECK(value_of(state, "machine.post_cost") == "7us");
    CHECK(gui::app_changes(state).size() == 2);
    const sim::Result<sim::Scenario> again = sim::scenario_parse(state.scenario.text, "x.toml");
    REQUIRE(again.ok());
    CHECK(again->ports[0].concurrency == 3);
    for (size_t i = 0; i < state.edit.fields.size(); ++i)
        if (state.edit.fields[i].path == "port.port.concurrency") state.edit.row = i;
    gui::command_run(state, gui::CommandId::value_reset);
    CHECK(value_of(state, "port.port.concurrency") == "1");
    gui::command_run(state, gui::CommandId::value_more);
    CHECK(value_of(state, "port.port.concurrency") == "2");
    gui::command_run(state, gui::CommandId::value_less);
    CHECK(gui::app_changes(state) == std::vector<std::string>{"post cost 7us instead of 1us"});
}

TEST_CASE("values: a long run waits until the value is let go, a short one does not") {
    gui::AppState state = opened("limit-1-burst", {"source.burst.arrivals={every=\"1us\",count=60000}", "until=2s", "worker.worker.on_packet.0.compute=1us"});
    REQUIRE(state.sides[0].trace.records.size() > gui::kLiveRecordsMax);
    const std::string before = state.sides[0].summary.fingerprint;
    for (const char* count : {"2", "3"}) gui::app_set_value(state, "port.port.concurrency", count, true);
    CHECK(state.edit.waiting);
    CHECK(value_of(state, "port.port.concurrency") == "3");
    CHECK(state.sides[0].summary.fingerprint == before);
    gui::app_set_value(state, "port.port.concurrency", "3", false);
    CHECK_FALSE(state.edit.waiting);
    CHECK(state.sides[0].summary.fingerprint != before);
    CHECK(state.edit.versions.count() == 2);
}

TEST_CASE("values: sliders reach what they show, and steps go where a person would") {
    gui::AppState state = opened("twice-cpus");
    for (const sim::Field& field : state.edit.fields) {
        CAPTURE(field.path);
        double last = -1;
        for (int i = 0; i <= 100; ++i) {
            sim::Field at = field;
            at.value = gui::value_at_share(field, field.value, i / 100.0);
            const double share = gui::value_share(at, field.value);
            CHECK(share >= last);                          // further right is never less
            last = share;
            CHECK(share == doctest::Approx(i / 100.0).epsilon(1).scale(field.kind == sim::Field::Kind::word ? 1 : 0.1));
        }
        CHECK_FALSE(gui::value_name(field).empty());
        CHECK_FALSE(gui::value_group(field, state.edit.fields).empty());
    }
    sim::Field cost{.kind = sim::Field::Kind::duration, .path = "machine.get_cost", .value = "1us"};
    for (const char* next : {"2us", "5us", "10us", "20us"}) CHECK((cost.value = gui::value_next(cost, 1)) == next);
    for (const char* next : {"10us", "5us", "2us", "1us", "500ns"}) CHECK((cost.value = gui::value_next(cost, -1)) == next);
    CHECK(gui::value_name({.path = "worker.worker.on_packet.0.compute.exponential"}) == "on packet, step 1: compute, exponential");
}

TEST_CASE("save: to the named file, which is the scenario as changed; what is there is replaced only when asked twice") {
    const test::Folder folder;
    gui::AppState state = opened("limit-1-burst");
    gui::command_run(state, gui::CommandId::concurrency_more);
    const std::string file = (folder / "mine.toml").string();
    gui::request_run(state, {.what = gui::Request::What::file_name, .text = file});
    gui::command_run(state, gui::CommandId::save_as);
    CHECK(state.said == "Saved as " + file + ".");
    CHECK(all_of(file) == state.scenario.text);
    std::ofstream(file) << "something else";
    gui::command_run(state, gui::CommandId::save_as);
    CHECK(state.error.find("is there already") != std::string::npos);
    CHECK(all_of(file) == "something else");
    CHECK_FALSE(gui::save_scenario(state, file).ok());
    gui::command_run(state, gui::CommandId::save_as);
    CHECK(all_of(file) == state.scenario.text);
    gui::AppState again;
    REQUIRE(gui::app_open(again, {file}, {}).ok());
    CHECK(again.sides[0].summary.fingerprint == state.sides[0].summary.fingerprint);
}

TEST_CASE("window: every value, its unit and the buttons are whole at every size; a wrong text's error too") {
    struct Screen { int width, height; float scale; };
    for (const Screen screen : {Screen{1024, 768, 1}, Screen{1280, 800, 1}, Screen{1600, 900, 1}, Screen{1920, 1080, 2}, Screen{1024, 768, 2}, Screen{800, 600, 1}}) {
        CAPTURE(screen.width);
        CAPTURE(screen.scale);
        gui::AppState state = opened("io-pool", {"machine.get_cost=3us"});
        gui::HeadlessWindow window(screen.width, screen.height, screen.scale);
        gui::command_run(state, gui::CommandId::edit);
        std::string seen, wrong;
        const auto look = [&] {
            window.frame(state);
            for (const gui::PlacedText& text : window.texts()) {
                if (text.panel != "values" && text.panel != "text") continue;
                seen += text.text + '\n';
                if (text.cut || !text.panel_rect.contains(text.rect)) wrong += text.text + '\n';
            }
        };
        for (size_t i = 0; i <= state.edit.fields.size(); ++i) {
            gui::command_run(state, gui::CommandId::value_next);
            window.frame(state);
            look();
        }
        gui::app_set_text(state, "seed = x", true);
        look();
        CHECK_MESSAGE(wrong.empty(), wrong);
        for (const char* text : {"Machine", "Source game", "get cost", "chance", "threads at once", "clients", "reset", "Undo", "Save", "Close (E)"}) CHECK_MESSAGE(seen.find(text) != std::string::npos, text);
        CHECK(seen.find("x.toml") == std::string::npos);
        CHECK(seen.find("io-pool.toml:1:") != std::string::npos);
    }
}

TEST_CASE("window: a value is dragged with the mouse, simulated while it is, and undone in one step") {
    gui::AppState state = opened("limit-1-burst");
    gui::command_run(state, gui::CommandId::edit);
    gui::HeadlessWindow window(1280, 800, 1);
    window.frame(state);
    gui::Rect at;
    for (const gui::PlacedText& text : window.texts())
        if (text.panel == "values" && text.text == "processors") at = text.rect;
    REQUIRE(at.width() > 0);
    const float y = at.y0 + 28;
    const std::string before = state.sides[0].summary.fingerprint, text = state.scenario.text;
    for (const float x : {150.0f, 150.0f, 40.0f, 24.0f}) window.frame(state, x, y, true);
    CHECK(state.controls.processors == 1);
    CHECK(state.scenario.text != text);
    window.frame(state, 24, y, false);
    window.frame(state, 24, y, false);
    CHECK(state.edit.versions.count() == 2);
    gui::command_run(state, gui::CommandId::undo);
    CHECK(state.scenario.text == text);
    CHECK(state.sides[0].summary.fingerprint == before);
}
