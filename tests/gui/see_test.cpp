// Finding one's way in a run: the overview of the whole, the palette of commands, search, figures of a range.
#include <algorithm>

#include "gui/app/keys.h"
#include "gui/model/match.h"
#include "gui/model/overview.h"
#include "gui/platform/window.h"
#include "tests/gui/opened.h"

namespace {

const gui::PlacedText* text_named(const gui::HeadlessWindow& window, const std::string& text) {
    const auto at = std::find_if(window.texts().begin(), window.texts().end(), [&text](const gui::PlacedText& placed) { return placed.text == text; });
    return at == window.texts().end() ? nullptr : &*at;
}

}  // namespace

TEST_CASE("overview: the visible part stands where it is in the run, is wide enough to be seen and inside") {
    const gui::OverviewPart part = gui::overview_part(250, 500, 1'000, 400, 6);
    CHECK(part.x0 == doctest::Approx(100));
    CHECK(part.x1 == doctest::Approx(200));
    for (const int64_t from : {0, 1, 500, 998, 999}) {
        const gui::OverviewPart tiny = gui::overview_part(from, from + 1, 1'000, 400, 6);
        CHECK(tiny.x1 - tiny.x0 == doctest::Approx(6));
        CHECK(tiny.x0 >= 0);
        CHECK(tiny.x1 <= 400);
        CHECK(tiny.x0 <= static_cast<float>(from) * 0.4f + 0.01f);
        CHECK(tiny.x1 >= static_cast<float>(from) * 0.4f - 0.01f);
    }
    CHECK(gui::overview_from(500, 200, 1'000) == 400);
    CHECK(gui::overview_from(10, 200, 1'000) == 0);
    CHECK(gui::overview_from(990, 200, 1'000) == 800);
    CHECK(gui::overview_from(500, 3'000, 1'000) == 0);
}

TEST_CASE("overview: a click on it, and a drag that began on it, move the view there and leave the cursor") {
    gui::AppState state = opened("block-and-release");
    const int64_t end = state.playback.end_ns, width = end / 10;
    gui::app_seek(state, end / 3);
    state.view_from_ns = 0, state.view_to_ns = width;
    gui::HeadlessWindow window(1600, 900, 1);
    window.frame(state);
    const gui::PlacedText* label = text_named(window, "whole run");
    REQUIRE(label != nullptr);
    const float y = (label->rect.y0 + label->rect.y1) / 2, x0 = label->rect.x1 + 8, x1 = label->panel_rect.x1 - 14;
    window.frame(state, (x0 + x1) / 2, y);
    window.frame(state, (x0 + x1) / 2, y, true);
    CHECK(state.view_to_ns - state.view_from_ns == width);
    CHECK(static_cast<double>((state.view_from_ns + state.view_to_ns) / 2) == doctest::Approx(static_cast<double>(end) / 2).epsilon(0.01));
    window.frame(state, x1 - 1, y + 200, true);   // dragged on, below it
    CHECK(state.view_to_ns == end);
    CHECK(state.playback.cursor_ns == end / 3);
    window.frame(state, x1 - 1, y + 200, false);
    gui::request_run(state, {.what = gui::Request::What::view, .number = 0});
    CHECK(state.view_from_ns == 0);
}

TEST_CASE("palette: words are matched by how they stand in the title and the name") {
    CHECK(gui::match_rank("step", "Step back", "step-back") == 3);
    CHECK(gui::match_rank("STEP B", "Step back", "step-back") == 3);
    CHECK(gui::match_rank("back step", "Step back", "step-back") == 2);
    CHECK(gui::match_rank("ack", "Step back", "step-back") == 1);
    CHECK(gui::match_rank("zoom", "Step back", "step-back") == 0);
    CHECK(gui::match_rank("  ", "Step back", "step-back") == 1);
    CHECK(gui::match_rank("step zoom", "Step back", "step-back") == 0);
}

TEST_CASE("palette: every command is found by its title and run with keys alone, and its key stands beside it") {
    for (const gui::CommandEntry& entry : gui::command_list()) {
        if (entry.id == gui::CommandId::palette) continue;
        const std::vector<const gui::CommandEntry*> rows = gui::palette_rows(std::string(entry.title));
        REQUIRE_FALSE(rows.empty());
        CHECK(rows.front()->id == entry.id);
    }
    gui::AppState state = opened("limit-1-burst");
    gui::HeadlessWindow window(1024, 768, 1);
    REQUIRE(gui::app_key(state, 'K', true, false, false));
    window.frame(state);
    CHECK(state.palette.shown);
    gui::request_run(state, {.what = gui::Request::What::palette_text, .text = "zoom in"});
    window.frame(state);
    CHECK(text_named(window, "Zoom in at the cursor") != nullptr);
    CHECK(text_named(window, "W") != nullptr);
    CHECK(gui::app_key(state, gui::kKeyEnter, false, false, true));
    CHECK_FALSE(state.palette.shown);
    CHECK(state.view_to_ns - state.view_from_ns == (state.playback.end_ns + 1) / 2);
    gui::app_key(state, 'K', true, false, true);           // also out of another text field
    CHECK(state.palette.text.empty());
    CHECK_FALSE(gui::app_key(state, 'Q', false, false, true));   // a letter is typed
    CHECK_FALSE(state.quit);
    gui::app_key(state, gui::kKeyUp, false, false, true);  // around to the last
    CHECK(gui::palette_rows("")[state.palette.row]->id == gui::command_list().back().id);
    gui::app_key(state, gui::kKeyDown, false, false, true);
    CHECK(state.palette.row == 0);
    gui::app_palette_text(state, "no such words");
    gui::app_key(state, gui::kKeyEnter, false, false, true);
    CHECK(state.palette.shown);
    gui::app_key(state, gui::kKeyEscape, false, false, true);
    CHECK_FALSE(state.palette.shown);
}
