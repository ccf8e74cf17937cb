// A run kept beside the next; the map of a figure over two values.
#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "gui/app/scenario_edit.h"
#include "gui/app/values.h"
#include "gui/model/heatmap.h"
#include "gui/platform/window.h"
#include "sim/cli/sweep.h"
#include "tests/gui/opened.h"

namespace {

void wait_for(const gui::AppState& state) {
    REQUIRE(state.explore.explorer != nullptr);
    while (!state.explore.explorer->whole()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

}  // namespace

TEST_CASE("keep: the present run stays beside the next, and where they first part is the comparison's answer") {
    gui::AppState state = opened("limit-1-burst");
    const std::string kept = state.sides[0].summary.fingerprint;
    gui::command_run(state, gui::CommandId::keep_run);
    REQUIRE(state.sides.size() == 2);
    CHECK(gui::app_kept(state) == 1);
    CHECK(gui::app_divergence(state) == nullptr);
    gui::command_run(state, gui::CommandId::concurrency_more);
    CHECK(state.sides[1].summary.fingerprint == kept);
    CHECK(state.sides[0].summary.fingerprint != kept);
    const sim::Divergence* divergence = gui::app_divergence(state);
    REQUIRE(divergence != nullptr);
    const sim::Comparison other = sim::compare_traces(run_checked(scenario_named("limit-1-burst", {"port.port.concurrency=2"})), run_checked(scenario_named("limit-1-burst")));
    REQUIRE(other.first_divergence);
    CHECK(divergence->time_ns == other.first_divergence->time_ns);
    CHECK(divergence->a == other.first_divergence->a);
    gui::command_run(state, gui::CommandId::divergence);
    CHECK(gui::app_divergence_here(state) != nullptr);
    gui::command_run(state, gui::CommandId::undo);
    CHECK(state.sides[0].summary.fingerprint == kept);
    CHECK(gui::app_divergence(state) == nullptr);
    gui::command_run(state, gui::CommandId::keep_run);     // in the place of the other
    CHECK(state.sides.size() == 2);
    gui::command_run(state, gui::CommandId::next_side);
    gui::command_run(state, gui::CommandId::let_go);
    CHECK(state.sides.size() == 1);
    CHECK(state.focus == 0);
    CHECK(gui::app_kept(state) == 0);
}

TEST_CASE("map: every cell once, coarse to fine; what stands in is the nearest above and left; shades and the best cell") {
    for (const gui::MapGrid grid : {gui::MapGrid{16, 32}, gui::MapGrid{1, 1}, gui::MapGrid{7, 3}, gui::MapGrid{40, 40}, gui::MapGrid{1, 9}}) {
        const std::vector<uint32_t> order = gui::coarse_to_fine(grid);
        CHECK(order.size() == grid.cells());
        CHECK(std::set<uint32_t>(order.begin(), order.end()).size() == grid.cells());
        std::vector<bool> known(grid.cells());
        CHECK_FALSE(gui::stand_ins(grid, known)[0]);
        size_t passes = 0;
        for (size_t i = 0; i < order.size(); ++i) {
            known[order[i]] = true;
            if (i > 0 && order[i] < order[i - 1]) {        // a pass is done: nothing is blank any more
                ++passes;
                known[order[i]] = false;
                const auto shown = gui::stand_ins(grid, known);
                CHECK(std::all_of(shown.begin(), shown.end(), [](const auto& cell) { return cell.has_value(); }));
                known[order[i]] = true;
            }
        }
        CHECK(passes <= 5);
        const auto shown = gui::stand_ins(grid, known);
        for (uint32_t i = 0; i < grid.cells(); ++i) CHECK(shown[i] == i);
    }
    CHECK(gui::coarse_to_fine({0, 4}).empty());
    const gui::Shades linear = gui::shades_of({1.0, std::nullopt, 3.0}), wide = gui::shades_of({1.0, 100.0});
    CHECK(linear.share(2) == doctest::Approx(0.5));
    CHECK_FALSE(linear.logarithmic);
    CHECK(wide.logarithmic);
    CHECK(wide.share(10) == doctest::Approx(0.5));
    CHECK(gui::best_cell({3.0, std::nullopt, 1.0, 1.0}, false) == 2u);
    CHECK(gui::best_cell({3.0, std::nullopt, 1.0}, true) == 0u);
    CHECK_FALSE(gui::best_cell({std::nullopt}, true));
}

TEST_CASE("map: each cell is what sweep says; a cell taken is simulated, undone in one step, and the map stays until another value changes") {
    gui::AppState state = opened("twice-cpus");
    state.explore.x_text = "port.port.concurrency=1..3", state.explore.y_text = "worker.worker.count=2..8..3";
    gui::command_run(state, gui::CommandId::explore);
    wait_for(state);
    const gui::Explorer* explorer = state.explore.explorer.get();
    CHECK(explorer->grid().cells() == 9);
    CHECK_FALSE(gui::explore_here(state));                    // 4 threads are not on it
    gui::app_set_value(state, "worker.worker.count", "5", false);
    CHECK(state.controls.concurrency == 0);
    CHECK(gui::explore_here(state) == 4u);                    // 0 is as many as processors: 2
    gui::command_run(state, gui::CommandId::undo);
    sim::SweepRequest request{.scenario = std::string(PORTSIDE_SOURCE_DIR) + "/scenarios/twice-cpus.toml", .sets = {}, .axes = {}, .metrics = state.explore.metrics, .jobs = 1};
    for (const char* axis : {"worker.worker.count=2..8..3", "port.port.concurrency=1..3"}) request.axes.push_back(*sim::axis_parse(axis));
    const sim::Result<std::vector<sim::SweepPoint>> points = sim::sweep(request, [](size_t, size_t) {});
    REQUIRE(points.ok());
    for (size_t metric = 0; metric < request.metrics.size(); ++metric)
        for (size_t cell = 0; cell < 9; ++cell) CHECK(explorer->values(metric)[cell] == (*points)[cell].metrics[metric]);
    const std::string before = state.scenario.text;
    gui::request_run(state, {.what = gui::Request::What::cell, .number = 7});
    CHECK(state.controls.concurrency == 2);
    CHECK(state.controls.threads == 8);
    CHECK(gui::explore_here(state) == 7u);
    CHECK(static_cast<double>(state.sides[0].summary.latency.p99) == explorer->values(0)[7]);
    gui::app_explore_settle(state);
    CHECK(state.explore.explorer.get() == explorer);       // only the axes' values are others
    gui::command_run(state, gui::CommandId::undo);
    CHECK(state.scenario.text == before);
    gui::command_run(state, gui::CommandId::explore_best);
    const auto values = explorer->values(0);
    CHECK(static_cast<double>(state.sides[0].summary.latency.p99) == *std::min_element(values.begin(), values.end()));
    gui::app_set_value(state, "machine.get_cost", "90us", false);
    gui::app_explore_settle(state);
    wait_for(state);
    CHECK(state.explore.explorer->values(0) != values);
    gui::request_run(state, {.what = gui::Request::What::axis, .number = 0, .text = "port.port.limit=1..3"});
    const bool silent = state.explore.explorer && state.explore.explorer->trouble().empty() && state.explore.error.empty();
    if (state.explore.explorer) wait_for(state);
    CHECK_FALSE((silent && state.explore.explorer->trouble().empty()));
    gui::request_run(state, {.what = gui::Request::What::axis, .number = 0, .text = "nonsense"});
    CHECK(state.explore.error.find("expected PATH=RANGE") != std::string::npos);
    gui::command_run(state, gui::CommandId::explore);
    CHECK(state.explore.explorer == nullptr);                   // closing ends it
}

TEST_CASE("map: at every size its texts are whole, and a click takes the cell under the mouse") {
    struct Screen { int width, height; float scale; };
    for (const Screen screen : {Screen{1024, 768, 1}, Screen{1280, 800, 1}, Screen{1600, 900, 1}, Screen{1920, 1080, 2}, Screen{1024, 768, 2}, Screen{800, 600, 1}}) {
        CAPTURE(screen.width);
        CAPTURE(screen.scale);
        gui::AppState state = opened("limit-1-burst");
        state.explore.x_text = "port.port.concurrency=1..8", state.explore.y_text = "worker.worker.count=1..6";
        gui::command_run(state, gui::CommandId::explore);
        wait_for(state);
        gui::HeadlessWindow window(screen.width, screen.height, screen.scale);
        for (size_t metric = 0; metric < state.explore.metrics.size(); ++metric) {
            window.frame(state);
            for (const gui::PlacedText& text : window.texts())
                if (text.panel == "explore") CHECK_MESSAGE((!text.cut && text.panel_rect.contains(text.rect)), text.text);
            gui::command_run(state, gui::CommandId::explore_figure);
        }
        const gui::Rect panel = std::find_if(window.texts().begin(), window.texts().end(), [](const gui::PlacedText& text) { return text.panel == "explore"; })->panel_rect;
        const float x = panel.x1 - 20 * screen.scale, y = (panel.y0 + panel.y1) / 2;
        window.frame(state, x, y, false);
        window.frame(state, x, y, true);
        window.frame(state, x, y, false);
        CHECK(state.controls.concurrency == 8);
        CHECK(state.edit.versions.count() == 2);
    }
}
