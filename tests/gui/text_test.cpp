// Numbers, times, figures and pseudocode as the window writes them.
#include "gui/model/figures.h"
#include "gui/model/pseudocode.h"
#include "gui/model/text.h"
#include "sim/model/policy.h"
#include "tests/gui/opened.h"

TEST_CASE("text: times have the unit a person would choose, and the sign for microseconds") {
    CHECK(gui::time_label(250'000) == "250 \xC2\xB5s");
    CHECK(gui::clock_label(8'295'123) == "8.295 ms");
    CHECK(gui::clock_label(8'300'999) == "8.300 ms");
    CHECK(gui::clock_label(1'000'000) == "1.000 ms");
    CHECK(gui::clock_label(999'999) == "999.999 \xC2\xB5s");
    CHECK(gui::clock_label(72'000'001'234) == "72.000001 s");
    CHECK(gui::clock_label(0) == "0 ns");
    CHECK(gui::tick_label(0) == "0");
    CHECK(gui::tick_label(500) == "500 ns");
    CHECK(gui::tick_label(2'500'000) == "2.5 ms");
    CHECK(gui::tick_label(10'000'000) == "10 ms");
    CHECK(gui::tick_label(27'033'125) == "27.033125 ms");
    CHECK(gui::time_figure(0) == "0 ns");
    CHECK(gui::time_figure(15'400) == "15 \xC2\xB5s");
    CHECK(gui::time_figure(999'600) == "1.00 ms");
    CHECK(gui::time_figure(2'700'000) == "2.70 ms");
    CHECK(gui::window_text("waits 3 us; thus 4 us.") == "waits 3 \xC2\xB5s; thus 4 \xC2\xB5s.");
    CHECK(gui::window_text("tell us 3 users") == "tell us 3 users");
}

TEST_CASE("text: numbers have their digits in groups of three") {
    CHECK(gui::number_figure(0) == "0");
    CHECK(gui::number_figure(999) == "999");
    CHECK(gui::number_figure(1'079) == "1 079");
    CHECK(gui::number_figure(12'345'678) == "12 345 678");
    CHECK(gui::number_figure(1.834) == "1.83");
    CHECK(gui::number_figure(1234.5) == "1 234");
    CHECK(gui::number_figure(-1'000) == "-1 000");
}

TEST_CASE("figures: a value a side, and the second to the first") {
    sim::Summary a, b;
    a.completed = 10, b.completed = 5;
    a.queue_wait.count = 10, b.queue_wait.count = 5;
    a.queue_wait.p50 = 0, b.queue_wait.p50 = 4'000;
    const std::vector<gui::FigureRow> rows = gui::figure_rows({&a, &b});
    REQUIRE(rows.size() > 3);
    CHECK(rows[0].name == "completed");
    CHECK(rows[0].values == std::vector<std::string>{"10", "5"});
    CHECK(rows[0].ratio == "0.50");
    CHECK(rows[2].values[1] == "4 \xC2\xB5s");
    CHECK(rows[2].values[0] == "0 ns");
    CHECK(rows[2].ratio == "-");
    CHECK(rows[4].values[0] == "-");                         // of no packet
    CHECK(gui::figure_rows({&a})[0].ratio.empty());
}

TEST_CASE("pseudocode: every decision of a run lights a line that says it, under nt and under wine8") {
    for (const std::string policy : {"nt", "wine8"}) {
        const gui::Pseudocode& code = gui::pseudocode(policy);
        const sim::Trace trace = run_checked(scenario_named("block-and-release", {"port.port.policy=" + policy}));
        const auto said = [&](sim::Kind kind) {
            for (const sim::Record& record : trace.records)
                if (record.kind == kind) return code.lines[static_cast<size_t>(std::max(gui::pseudocode_line(policy, record), 0))];
            return std::string_view("no such record");
        };
        CAPTURE(policy);
        CHECK(said(sim::Kind::queued) == (policy == "nt" ? "    append to queue" : "  append to queue"));
        CHECK(said(sim::Kind::parked) == (policy == "nt" ? "  else: push on stack, wait" : "  else: wait as the newest"));
        for (const sim::Record& record : trace.records) CHECK(gui::pseudocode_line(policy, record) < static_cast<int>(code.lines.size()));
        CHECK(code.routine_of(0).begin == 0);
        CHECK(code.routine_of(code.lines.size() - 1).end == code.lines.size());
    }
}

TEST_CASE("pseudocode: every policy has lines of its own, and a run under it lights what it does") {
    for (const std::string_view name : sim::policy_names()) {
        const std::string policy(name);
        const gui::Pseudocode& code = gui::pseudocode(policy);
        CAPTURE(policy);
        if (policy != "nt")
            for (const std::string_view line : code.lines) CHECK(line.find("limit") == std::string_view::npos);   // nobody else counts
        const sim::PolicyRow& row = sim::policy_row(*sim::policy_from_name(policy));
        const sim::Trace trace = run_checked(scenario_named("block-and-release", {"port.port.policy=" + policy}));
        const auto lit = [&](sim::Kind kind) {
            for (const sim::Record& record : trace.records)
                if (record.kind == kind) return gui::pseudocode_line(policy, record);
            return -2;
        };
        const auto line = [&](sim::Kind kind) { return lit(kind) < 0 ? std::string_view("none") : code.lines[static_cast<size_t>(lit(kind))]; };
        CHECK(line(sim::Kind::queued).find("append to queue") != std::string_view::npos);
        CHECK(line(sim::Kind::taken).find("take head") != std::string_view::npos);
        CHECK(line(sim::Kind::parked).find("wait") != std::string_view::npos);
        const std::string_view released = line(sim::Kind::released);
        if (policy == "nt") CHECK(released == "    give to top; active += 1");
        else if (row.release == sim::ReleaseOrder::oldest) CHECK(released.find("oldest waiter") != std::string_view::npos);
        else if (row.release == sim::ReleaseOrder::newest) CHECK(released.find("newest waiter") != std::string_view::npos);
        else if (row.release == sim::ReleaseOrder::all) CHECK(released.find("everybody") != std::string_view::npos);
        else CHECK(released.find("the least") != std::string_view::npos);
        CHECK(released.find(row.wake == sim::WakeStyle::hand_over ? "give" : "wake") != std::string_view::npos);
        if (policy != "nt") CHECK(line(sim::Kind::block_end).find("no slot") != std::string_view::npos);
    }
    CHECK(gui::pseudocode("").lines == gui::pseudocode("nt").lines);
}

TEST_CASE("changes: what the controls changed of the file is named, and gone when it is taken back") {
    gui::AppState state = opened("limit-1-burst");
    CHECK(gui::app_changes(state).empty());
    gui::command_run(state, gui::CommandId::policy);
    CHECK(gui::app_changes(state) == std::vector<std::string>{"policy wine8 instead of nt"});
    gui::command_run(state, gui::CommandId::seed_more);
    CHECK(gui::app_changes(state).size() == 2);
    for (size_t i = 1; i < sim::policy_names().size(); ++i) gui::command_run(state, gui::CommandId::policy);   // round the list
    gui::command_run(state, gui::CommandId::seed_less);
    CHECK(gui::app_changes(state).empty());
}
