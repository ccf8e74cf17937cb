// Recordings of programs in the window: the model that is calibrated from them, and recording one from here. The recorder is a script that
// stands for it; the real one under Wine is in program_wine_test.cpp.
#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "gui/app/scenario_edit.h"
#include "tests/calibrate/traces.h"
#include "tests/folder.h"
#include "tests/gui/driver.h"
#include "tests/gui/opened.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kOpen = "arrivals = { poisson = \"1ms\", count = 1500 }\n";

// What the recorder of programs would have kept: no scenario.
sim::Trace of_program(sim::Trace trace) {
    sim::TraceHeader& header = trace.header;
    header.scenario.clear(), header.scenario_text.clear(), header.sets.clear();
    header.source = "measured", header.backend = "iocp", header.made_by = "unmodified program server.exe", header.program.name = "server.exe";
    return trace;
}

void write(const std::string& path, const std::string& scenario) { REQUIRE(sim::trace_write(path, of_program(test::run_of(scenario))).ok()); }

void wait_for_model(gui::AppState& state) {
    for (const auto begun = Clock::now(); gui::app_calibrating(state) && Clock::now() - begun < std::chrono::seconds(60);) {
        gui::app_settle(state);
        gui::app_calibrate_settle(state);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    gui::app_calibrate_settle(state);
}

gui::AppState opened_recording(const std::string& path) {
    gui::AppState state;
    const sim::Status status = gui::app_open(state, {path}, {});
    REQUIRE_MESSAGE(status.ok(), (status ? std::string() : status.error().text()));
    return state;
}

// A recorder that does this; $4 is the trace.
void script(gui::AppState& state, const std::string& does) {
    test::write_file("recorder.sh", "#!/bin/sh\n" + does);
    std::filesystem::permissions("recorder.sh", std::filesystem::perms::owner_all);
    state.recorder.program = std::filesystem::absolute("recorder.sh").string();
}

void until_over(test::Driver& driver, gui::AppState& state) {
    for (const auto begun = Clock::now(); state.recorder.now && Clock::now() - begun < std::chrono::seconds(30);) driver.frames(1), std::this_thread::sleep_for(std::chrono::milliseconds(2));
    driver.frames(2);
}

void begin(test::Driver& driver, const std::string& line) {
    driver.key(gui::kKeyCtrl + 'R');
    driver.field_key(ImGuiKey_A, true);
    driver.type(line);
    driver.key(gui::kKeyEnter);
}

}  // namespace

TEST_CASE("program: a recording stands beside the model calibrated from it where that fits, and everything else works on both") {
    const test::InFolder here;
    write("server.ptrace", test::handlers(6) + kOpen);
    gui::AppState state = opened_recording("server.ptrace");
    CHECK(state.alone);
    CHECK(state.sides.size() == 1);
    CHECK(state.calibrating.program == "server.exe");
    gui::command_run(state, gui::CommandId::concurrency_more);
    CHECK(state.error.find("one is being calibrated") != std::string::npos);
    state.error.clear();
    test::Driver driver(state, {1280, 800, 1});
    CHECK(driver.sees("A model of server.exe is being calibrated from this recording, to stand beside it."));
    wait_for_model(state);
    driver.frames(2);
    REQUIRE_MESSAGE(state.calibrating.why.empty(), state.calibrating.why);
    REQUIRE(state.sides.size() == 2);
    CHECK_FALSE(state.alone);
    CHECK(state.sides[0].trace.header.source == "simulated");
    CHECK(state.sides[1].trace.header.program.name == "server.exe");
    CHECK(state.said.find("throughput ") != std::string::npos);
    CHECK(state.comparisons.size() == 1);
    CHECK(state.controls.concurrency == 2);
    const double recorded = state.sides[1].summary.latency.mean;
    CHECK(state.sides[0].summary.latency.mean == doctest::Approx(recorded).epsilon(0.25));
    CHECK_FALSE(gui::app_unsaved(state));
    driver.key('3');                                       // one less
    CHECK(state.error.empty());
    CHECK(state.controls.concurrency == 1);
    CHECK(state.sides[0].summary.latency.mean > recorded);
    driver.key(gui::kKeyCtrl + 'Z');
    CHECK(state.controls.concurrency == 2);
    driver.key(gui::kKeyCtrl + 'S');
    CHECK(sim::scenario_load("server-calibrated.toml").ok());
    for (const gui::CommandId id : {gui::CommandId::compare, gui::CommandId::divergence_next, gui::CommandId::predict, gui::CommandId::explore, gui::CommandId::about, gui::CommandId::next_side, gui::CommandId::keep_run}) {
        gui::command_run(state, id);
        driver.frames(2);
        CHECK(driver.wrong().empty());
    }
}

TEST_CASE("program: one that is opened from the window comes to the same, and the next file does not wait for its model") {
    const test::InFolder here;
    write("server.ptrace", test::handlers(6) + kOpen);
    gui::AppState state = opened("limit-1-burst");
    for (const bool whole : {true, false}) {
        gui::app_drop(state, {"server.ptrace"});
        gui::app_files_settle(state);
        REQUIRE_MESSAGE(state.error.empty(), state.error);
        CHECK(state.calibrating.program == "server.exe");
        CHECK(state.said.empty());                         // what comes of it is told instead
        if (whole) wait_for_model(state);
        else gui::app_calibrate_settle(state);
        CHECK(state.sides.size() == (whole ? 2 : 1));
        gui::app_drop(state, {std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/limit-1-burst.toml"});
        gui::app_files_settle(state);
        CHECK(state.scenario.name == "limit-1-burst");
        CHECK(state.calibrating.program.empty());
        CHECK_FALSE(gui::app_calibrating(state));
    }
}

TEST_CASE("program: what the command line sets waits for its model, and holds for it") {
    const test::InFolder here;
    write("server.ptrace", test::handlers(6) + kOpen);
    gui::AppState state;
    REQUIRE(gui::app_open(state, {"server.ptrace"}, {"seed=3", "port.port.concurrency=1"}).ok());
    CHECK(gui::app_without_model(state));
    state.error.clear();
    wait_for_model(state);
    REQUIRE_MESSAGE(state.sides.size() == 2, (state.calibrating.why + state.error));
    CHECK(state.controls.seed == 3);
    CHECK(state.controls.concurrency == 1);
    CHECK(state.given_sets.empty());                       // in the text, which can be saved
    CHECK_FALSE(gui::app_unsaved(state));
    gui::command_run(state, gui::CommandId::reset_all);    // as it was calibrated
    CHECK_MESSAGE(state.error.empty(), state.error);
    CHECK(state.controls.concurrency == 2);
}

TEST_CASE("program: a session of one comes back with its changes and branches when there is a model, also where the window does not last until then") {
    const test::InFolder here;
    const std::string folder = here.folder().path().string();
    write("server.ptrace", test::handlers(6) + kOpen);
    gui::AppState first;
    {
        REQUIRE(gui::app_open(first, {"server.ptrace"}, {}).ok());
        first.files.shown = {folder + "/server.ptrace"};
        wait_for_model(first);
        REQUIRE(first.sides.size() == 2);
        REQUIRE(gui::app_set_value(first, "seed", "4", false));
        REQUIRE(gui::app_branch_with(first, first.playback.end_ns / 2, UINT64_MAX, {}).ok());
        REQUIRE(gui::app_set_value(first, "port.port.concurrency", "1", false));
        gui::SessionKeeper keeper(folder);
        CHECK(keeper.keep(first));
    }
    for (const bool whole : {false, true}) {
        gui::SessionKeeper keeper(folder);
        gui::AppState state;
        REQUIRE(keeper.restore(state, {}));
        CHECK(state.error.empty());
        gui::app_calibrate_settle(state);
        if (whole) wait_for_model(state);
        else REQUIRE(state.sides.size() == 1);
        if (whole) {
            CHECK_MESSAGE(state.error.empty(), state.error);
            CHECK(state.controls.seed == 4);
            REQUIRE(state.branched.at.size() == 1);
            CHECK(state.branched.at[0].at_ns == first.branched.at[0].at_ns);
            CHECK(state.controls.concurrency == 1);
            CHECK(gui::app_unsaved(state));
        }
        keeper.keep(state);
    }
}

TEST_CASE("program: its model waits until the traces beside it are read, whose sides stay where they are meanwhile") {
    const test::InFolder here;
    write("server.ptrace", test::handlers(6) + kOpen);
    const sim::Result<sim::Scenario> reference = sim::scenario_load(sim::scenario_path("bench/reference.toml").value(), {"source.clients.arrivals.count=30000"});
    REQUIRE(reference.ok());
    REQUIRE(sim::trace_write("large.ptrace", run_checked(reference.value())).ok());
    gui::AppState state;
    REQUIRE(gui::app_open(state, {"server.ptrace", "large.ptrace"}, {}).ok());
    REQUIRE(state.sides.size() == 2);
    REQUIRE_FALSE(state.sides[1].whole());                 // mapped, and read beside the window
    const auto waits = [&state] {
        gui::app_settle(state);
        gui::app_calibrate_settle(state);
        const bool reads = gui::app_indexing(state);
        CHECK((!reads || (state.calibrating.wanted && !state.calibrating.work && state.sides.size() == 2)));
        return reads;
    };
    static std::atomic<int> woken = 0;
    gui::app_index(state, [] { ++woken; });
    {
        const gui::Indexing::Hold hold(state.indexing.get());
        CHECK(waits());
    }
    while (waits()) std::this_thread::yield();
    while (woken == 0) std::this_thread::yield();          // a frame comes, in which the work begins
    wait_for_model(state);
    CHECK_MESSAGE(state.calibrating.why.empty(), state.calibrating.why);
    REQUIRE(state.sides.size() == 3);
    CHECK(state.sides[0].trace.header.source == "simulated");
    CHECK(state.sides[1].trace.header.program.name == "server.exe");
    CHECK(state.sides[2].whole());
}

TEST_CASE("program: where the model doesn't fit the recording stands alone and it is said why; it is simulated all the same when asked for") {
    const test::InFolder here;
    // Light work, then heavy work: a scenario whose packets are all alike is neither.
    sim::Trace light = test::run_of(test::handlers(6) + kOpen, "", {"worker.worker.on_packet.0.compute=50us", "worker.worker.on_packet.1.chance=0"});
    const sim::Trace heavy = test::run_of(test::handlers(6) + kOpen, "", {"worker.worker.on_packet.0.compute=2.2ms"});
    const int64_t later = light.records.back().time_ns;
    uint32_t packets = 0;
    for (const sim::Record& r : light.records) packets = r.packet != sim::kNoPacket && r.kind == sim::Kind::posted ? std::max(packets, r.packet + 1) : packets;
    for (sim::Record r : heavy.records) {
        if (r.time_ns == 0) continue;
        r.time_ns += later;
        if (r.packet != sim::kNoPacket && r.kind != sim::Kind::get_called) r.packet += packets;
        light.records.push_back(r);
    }
    REQUIRE(sim::trace_write("server.ptrace", of_program(std::move(light))).ok());
    gui::AppState state = opened_recording("server.ptrace");
    test::Driver driver(state, {1600, 900, 1});
    state.said = "Something.";
    wait_for_model(state);
    driver.frames(2);
    CHECK(state.alone);
    REQUIRE(state.sides.size() == 1);
    CHECK(gui::app_alone_text(state, false).find("doesn't fit") != std::string::npos);
    CHECK(gui::app_alone_text(state, false).find("% allowed)") != std::string::npos);
    CHECK(driver.sees(gui::app_alone_text(state, false)));
    driver.key(gui::kKeyShift + '0');
    CHECK(state.sides.size() == 2);
    CHECK_FALSE(state.alone);
}

TEST_CASE("program: one with too few packets has no model, and what needs one says so") {
    const test::InFolder here;
    write("server.ptrace", test::handlers(6) + "arrivals = { poisson = \"1ms\", count = 50 }\n");
    gui::AppState state = opened_recording("server.ptrace");
    test::Driver driver(state, {1280, 800, 1});
    wait_for_model(state);
    driver.frames(1);
    CHECK(driver.sees(gui::app_alone_text(state, false)));
    CHECK(gui::app_alone_text(state, false).find("50 handled packets") != std::string::npos);
    for (const gui::CommandId id : {gui::CommandId::concurrency_more, gui::CommandId::record, gui::CommandId::explore, gui::CommandId::save_as, gui::CommandId::reset_all}) {
        state.error.clear();
        gui::command_run(state, id);
        CHECK(state.error.find("50 handled packets") != std::string::npos);
        CHECK(state.sides.size() == 1);
    }
    for (const gui::CommandEntry& entry : gui::command_list()) {
        if (entry.id == gui::CommandId::quit || entry.id == gui::CommandId::save_png || entry.id == gui::CommandId::save_gif) continue;
        CAPTURE(std::string(entry.name));
        gui::command_run(state, entry.id);
        driver.frames(1);
    }
}

TEST_CASE("program: ports keep the numbers that they were recorded with; a recording without a port is refused") {
    const test::InFolder here;
    std::string text = test::handlers(6) + kOpen;
    text.replace(text.find("[[port]]"), 8, "[[port]]\nname = \"unserved\"\n[[port]]");
    write("server.ptrace", text);
    gui::AppState state = opened_recording("server.ptrace");
    CHECK(state.scenario.ports.size() == 2);
    wait_for_model(state);
    REQUIRE(state.scenario.ports.size() == 2);
    CHECK(state.scenario.ports[0].name == "unserved");
    CHECK(state.scenario.ports[1].name == "port");
    sim::Trace none = of_program(test::run_of(test::handlers(6) + kOpen));
    none.header.ports.clear(), none.records.clear();
    REQUIRE(sim::trace_write("none.ptrace", none).ok());
    gui::AppState refused;
    const sim::Status status = gui::app_open(refused, {"none.ptrace"}, {});
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().text().find("has made no completion port") != std::string::npos);
}

TEST_CASE("program: it is asked for, recorded with progress, and opened beside its model") {
    const test::InFolder here;
    write("prepared", test::handlers(6) + kOpen);
    gui::AppState state = opened("limit-1-burst");
    script(state, "for word in \"$@\"; do printf '<%s>\\n' \"$word\" >>words; done\ncp prepared \"$4.part\"\nsleep 0.3\nmv \"$4.part\" \"$4\"\n");
    test::Driver driver(state, {1280, 800, 1});
    driver.key(gui::kKeyCtrl + 'R');
    driver.key(gui::kKeyEnter);
    CHECK(driver.sees("expected a program and its arguments"));
    begin(driver, "C:\\bin\\server.exe --name \"two words\" 'it is' \"\"");
    REQUIRE_MESSAGE(state.recorder.now, (state.error + state.entry.error));
    CHECK_FALSE(state.entry.shown());
    driver.frames(2);
    CHECK(gui::app_record_text(state).starts_with("Recording server.exe: "));
    CHECK(gui::app_record_text(state).ends_with(" s. R ends the recording, the program runs on."));
    until_over(driver, state);
    CHECK(test::read_file("words") == "<record>\n<run>\n<-o>\n<server.ptrace>\n<-->\n<C:\\bin\\server.exe>\n<--name>\n<two words>\n<it is>\n<>\n");
    REQUIRE_MESSAGE(state.error.empty(), state.error);
    CHECK(state.calibrating.program == "server.exe");
    wait_for_model(state);
    driver.frames(2);
    CHECK(state.sides.size() == 2);
    driver.key(gui::kKeyCtrl + 'R');                       // the same again is one key
    CHECK(state.entry.text == "C:\\bin\\server.exe --name \"two words\" 'it is' \"\"");
}

TEST_CASE("program: its recording is stopped and kept; what the recorder says is told, not the program; two at once are refused") {
    const test::InFolder here;
    write("prepared", test::handlers(6) + kOpen);
    gui::AppState state = opened("limit-1-burst");
    script(state, "trap 'cp prepared \"$4\"; exit 0' INT\ncp prepared \"$4.part\"\nwhile :; do sleep 0.02; done\n");
    test::Driver driver(state, {1280, 800, 1});
    begin(driver, "server.exe");
    REQUIRE(state.recorder.now);
    const std::string part = state.recorder.now->plan().trace + ".part";   // the script can be stopped from then on
    for (const auto begun = Clock::now(); !std::filesystem::exists(part) && Clock::now() - begun < std::chrono::seconds(30);) driver.frames(1), std::this_thread::sleep_for(std::chrono::milliseconds(2));
    CHECK(gui::app_record_program(state, "other.exe").error().text().find("R ends it") != std::string::npos);
    driver.key('R');
    until_over(driver, state);
    CHECK_MESSAGE(state.error.empty(), state.error);
    CHECK(state.calibrating.program == "server.exe");
    script(state, "echo 'portside record: gone.exe: there is no such program'\necho 'the last word of a program'\nexit 1\n");
    begin(driver, "gone.exe");
    until_over(driver, state);
    CHECK(state.error == "portside record: gone.exe: there is no such program");
    CHECK_FALSE(gui::command_words("a \"b").ok());
    CHECK(gui::command_words(" a\t\"b c\"d ").value() == std::vector<std::string>{"a", "b cd"});
}
