// Search over a side's records and figures of a part of its run: against the records themselves and against the whole's figures.
#include <algorithm>

#include "gui/app/keys.h"
#include "gui/draw/imgui_compat.h"
#include "gui/model/text.h"
#include "gui/platform/window.h"
#include "sim/trace/print.h"
#include "tests/gui/opened.h"

namespace {

std::string refusal(const gui::AppState& state, const std::string& text) {
    const auto terms = gui::search_parse(text, state.sides[0].trace.header);
    return terms ? std::string() : terms.error().text();
}

std::vector<uint64_t> found(const gui::Side& side, const std::string& text, uint64_t slice = 100) {
    const auto terms = gui::search_parse(text, side.trace.header);
    REQUIRE_MESSAGE(terms.ok(), (terms ? std::string() : terms.error().text()));
    gui::Search search(side, terms.value());
    while (!search.done(side)) {
        const uint64_t before = search.looked();
        search.advance(side, slice);
        REQUIRE(search.looked() - before <= slice);
    }
    std::vector<uint64_t> out;
    for (size_t i = 0; i < search.matches().size(); ++i) out.push_back(search.matches()[i]);
    return out;
}

gui::RangeFigures figures_of(const gui::Side& side, int64_t from, int64_t to) {
    gui::Range range(side, from, to, 0);
    while (!range.done()) range.advance(side, 77);
    return range.figures(side);
}

void finish(gui::AppState& state) {
    do gui::app_find_settle(state);
    while (gui::app_find_busy(state));
}

}  // namespace

TEST_CASE("search: what is wrong is named, with what was expected") {
    const gui::AppState state = opened("block-and-release");
    CHECK(refusal(state, "thread:99") == "thread:99: expected a thread from 0 to 4, or its name, such as worker.0");
    CHECK(refusal(state, "wait>2") == "wait>2: expected a time in ns, us, ms or s, such as wait>2ms");
    CHECK(refusal(state, "wait:2ms") == "wait:2ms: expected wait>TIME or wait<TIME, such as wait>2ms");
    CHECK(refusal(state, "thread>2") == "thread>2: expected a colon; only a wait has more and less: wait>2ms");
    CHECK(refusal(state, "rule:K99") == "rule:K99: expected a rule, such as K17 (`portside rules` lists them)");
    CHECK(refusal(state, "key:one") == "key:one: expected a key, a whole number such as key:1");
    CHECK(refusal(state, "packet:1.x") == "packet:1.x: expected a packet, such as 12, or 17.0 for the first that packet 17 posted");
    CHECK(refusal(state, "port:none") == "port:none: expected the name of a port: " + state.sides[0].trace.header.ports[0].name);
    CHECK(refusal(state, "thread:1 colour:red").starts_with("colour:red: expected one of thread:5"));
    CHECK(refusal(state, "  ").starts_with("expected one or more of"));
    CHECK(refusal(state, " thread:1   rule:k17 wait<1.5ms ").empty());
}

TEST_CASE("search: the matches are exactly the records for which every term holds, in slices of any size") {
    const gui::AppState state = opened("block-and-release");
    const gui::Side& side = state.sides[0];
    std::vector<uint64_t> thread, rule, both, packet, waited;
    sim::TraceState world = sim::trace_state_begin(side.trace.header);
    for (uint64_t i = 0; i < side.trace.records.size(); ++i) {
        const sim::Record& record = side.trace.records[i];
        sim::trace_state_apply(world, side.trace.header, record);
        const bool t = record.thread == 3, r = record.rule == sim::Rule::K17;
        if (t) thread.push_back(i);
        if (r) rule.push_back(i);
        if (t && r) both.push_back(i);
        if (record.kind != sim::Kind::get_called && record.packet != sim::kNoPacket && gui::packet_name(side, record.packet) == "12") packet.push_back(i);
        const sim::PacketTraceState* got = record.kind == sim::Kind::get_returned ? world.packets.find(record.packet) : nullptr;
        if (got != nullptr && got->got_ns == record.time_ns && got->got_ns - got->posted_ns > 100'000) waited.push_back(i);
    }
    REQUIRE_FALSE(both.empty());
    REQUIRE_FALSE(waited.empty());
    for (const uint64_t slice : {1u, 7u, 1'000'000u}) {
        CHECK(found(side, "thread:3", slice) == thread);
        CHECK(found(side, "thread:worker.3", slice) == thread);
        CHECK(found(side, "rule:K17", slice) == rule);
        CHECK(found(side, "rule:K17 thread:3", slice) == both);
        CHECK(found(side, "packet:12", slice) == packet);
        CHECK(found(side, "wait>100us", slice) == waited);
        CHECK(found(side, "wait>0.1ms wait<100us", slice).empty());
    }
}

TEST_CASE("search: of a key everything from the post on, also the post that is written before its key") {
    const gui::AppState state = opened("quit-packets");
    const gui::Side& side = state.sides[0];
    size_t posts = 0, keyed = 0;
    for (uint64_t i = 0; i < side.trace.records.size(); ++i) {
        posts += side.trace.records[i].kind == sim::Kind::posted ? 1 : 0;
        const sim::Record& record = side.trace.records[i];
        if (record.kind == sim::Kind::detail && (record.flags & sim::kError) == 0 && record.argument != 0) ++keyed;
    }
    REQUIRE(keyed > 0);
    size_t zero = 0, others = 0;
    for (const uint64_t record : found(side, "key:0")) zero += side.trace.records[record].kind == sim::Kind::posted ? 1 : 0;
    std::vector<uint64_t> keys;
    for (uint64_t i = 0; i < side.trace.records.size(); ++i)
        if (side.trace.records[i].kind == sim::Kind::detail && std::ranges::count(keys, side.trace.records[i].argument) == 0) keys.push_back(side.trace.records[i].argument);
    for (const uint64_t key : keys)
        for (const uint64_t record : found(side, "key:" + std::to_string(key))) others += key != 0 && side.trace.records[record].kind == sim::Kind::posted ? 1 : 0;
    CHECK(others == keyed);
    CHECK(zero + others == posts);
}

TEST_CASE("search: typed, counted and gone through with keys alone, around the ends; a new run is searched anew") {
    gui::AppState state = opened("block-and-release");
    gui::HeadlessWindow window(1024, 768, 1);
    CHECK(gui::app_key(state, '/', false, false, false));
    CHECK(gui::app_key(state, 'N', false, false, true) == false);   // a letter is typed
    gui::request_run(state, {.what = gui::Request::What::search, .text = "rule:K17", .held = true});
    finish(state);
    const std::vector<uint64_t> all = found(state.sides[0], "rule:K17");
    REQUIRE(all.size() > 2);
    CHECK(gui::app_find_text_of_count(state) == std::to_string(all.size()) + " matches");
    CHECK(gui::app_key(state, gui::kKeyEnter, false, false, true));
    CHECK(state.position == all[0] + 1);
    CHECK(gui::app_find_text_of_count(state) == "1 of " + std::to_string(all.size()));
    CHECK(gui::app_key(state, 'N', false, false, false));
    CHECK(state.position == all[1] + 1);
    CHECK(gui::app_key(state, 'N', false, true, false));
    CHECK(gui::app_key(state, 'N', false, true, false));
    CHECK(state.position == all.back() + 1);               // around the beginning
    gui::command_run(state, gui::CommandId::match_next);
    CHECK(state.position == all[0] + 1);
    window.frame(state);
    CHECK(std::ranges::any_of(window.texts(), [&](const gui::PlacedText& text) { return text.panel == "search" && text.text.starts_with("1 of "); }));
    gui::command_run(state, gui::CommandId::concurrency_more);
    CHECK(gui::app_find_busy(state));
    finish(state);
    CHECK(state.find.search.matches().size() == found(state.sides[0], "rule:K17").size());
    gui::command_run(state, gui::CommandId::close);
    CHECK_FALSE(state.find.shown);
}

TEST_CASE("range: of the whole run its figures are the run's, and parts add up to it") {
    for (const char* scenario : {"block-and-release", "twice-cpus", "limit-1-burst"}) {
        CAPTURE(scenario);
        const gui::AppState state = opened(scenario);
        const gui::Side& side = state.sides[0];
        const sim::Summary& whole = side.summary;
        const gui::RangeFigures all = figures_of(side, 0, side.end_ns);
        CHECK(all.posted == whole.posted);
        CHECK(all.completed == whole.completed);
        CHECK(all.throughput_per_s == doctest::Approx(whole.throughput_per_s));
        CHECK(all.latency_p50_ns == whole.latency.p50);
        CHECK(all.latency_p99_ns == whole.latency.p99);
        CHECK(all.over_limit_ns == whole.ports[0].over_limit_ns);
        double running = 0;
        for (const sim::ThreadFigures& thread : whole.threads) running += static_cast<double>(thread.running_ns);
        CHECK(all.running * static_cast<double>(side.end_ns) == doctest::Approx(running));
        const int64_t part = side.end_ns / 3 + 1;          // between records
        const gui::RangeFigures first = figures_of(side, 0, part), rest = figures_of(side, part + 1, side.end_ns);
        CHECK(first.posted + rest.posted == all.posted);
        CHECK(first.completed + rest.completed == all.completed);
        CHECK(std::abs(first.over_limit_ns + rest.over_limit_ns - all.over_limit_ns) <= 1);
        CHECK(first.completed > 0);
    }
}

TEST_CASE("range: set and let go with keys, its figures are shown, and playback goes round in it") {
    gui::AppState state = opened("block-and-release");
    const int64_t end = state.playback.end_ns;
    gui::app_seek(state, end / 2);
    gui::app_key(state, ']', false, false, false);
    CHECK(gui::app_range_from(state) == 0);
    CHECK(gui::app_range_to(state) == end / 2);
    gui::app_seek(state, end / 4);
    gui::app_key(state, '[', false, false, false);
    CHECK(gui::app_range_from(state) == end / 4);
    finish(state);
    const gui::RangeFigures figures = state.range.figures.figures(state.sides[0]);
    CHECK(figures.completed == figures_of(state.sides[0], end / 4, end / 2).completed);
    gui::HeadlessWindow window(1024, 768, 1);
    window.frame(state);
    CHECK(std::ranges::any_of(window.texts(), [&](const gui::PlacedText& text) { return text.panel == "range" && text.text == gui::number_figure(static_cast<double>(figures.completed)); }));
    gui::app_key(state, 'L', false, false, false);
    gui::playback_toggle(state.playback);
    for (int i = 0; i < 300; ++i) {
        gui::playback_advance(state.playback, 0.05);
        REQUIRE(state.playback.cursor_ns >= end / 4);
        REQUIRE(state.playback.cursor_ns < end / 2);
    }
    CHECK(state.playback.playing);
    gui::app_seek(state, end * 3 / 4);
    gui::app_key(state, '[', false, false, false);         // behind the other end: that one goes
    CHECK(gui::app_range_to(state) == end);
    gui::app_key(state, gui::kKeyEscape, false, false, false);
    CHECK_FALSE(state.range.any());
    gui::request_run(state, {.what = gui::Request::What::range, .number = 3'000'000, .at = 1'000'000});
    CHECK(gui::app_range_from(state) == 1'000'000);
    CHECK(gui::app_range_to(state) == 3'000'000);
}

TEST_CASE("range: a drag with Shift chooses it, in either direction, and moves neither the cursor nor the view") {
    gui::AppState state = opened("block-and-release");
    const int64_t end = state.playback.end_ns;
    gui::HeadlessWindow window(1600, 900, 1);
    window.frame(state);
    const auto label = std::ranges::find(window.texts(), "whole run", &gui::PlacedText::text);
    REQUIRE(label != window.texts().end());
    const float x0 = label->rect.x1 + 8, x1 = label->panel_rect.x1 - 14, y = label->rect.y1 + 150, at = x0 + (x1 - x0) / 4, other = x0 + (x1 - x0) / 2;
    gui::set_shift(ImGui::GetIO(), true);
    for (const bool forward : {true, false}) {
        window.frame(state, forward ? at : other, y);
        window.frame(state, forward ? at : other, y, true);
        window.frame(state, forward ? other : at, y, true);
        window.frame(state, forward ? other : at, y, false);
        CHECK(static_cast<double>(gui::app_range_from(state)) == doctest::Approx(static_cast<double>(end) / 4).epsilon(0.02));
        CHECK(static_cast<double>(gui::app_range_to(state)) == doctest::Approx(static_cast<double>(end) / 2).epsilon(0.02));
        gui::command_run(state, gui::CommandId::range_clear);
    }
    CHECK(state.playback.cursor_ns == 0);
    CHECK(state.view_to_ns == end);
}

TEST_CASE("range and search: nothing overlaps or is cut while both are shown") {
    struct Screen { int width, height; float scale; };
    for (const Screen screen : {Screen{1024, 768, 1}, Screen{1600, 900, 1}, Screen{1280, 800, 1.5f}, Screen{1920, 1080, 2}}) {
        CAPTURE(screen.width);
        for (const char* typed : {"rule:K17", "thread:99 wait", ""}) {
            gui::AppState state = opened_with_recordings("block-and-release", 2);
            gui::app_range_set(state, 1'234'567, 9'876'543);
            gui::app_find_text(state, typed);
            state.find.shown = true;
            finish(state);
            gui::HeadlessWindow window(screen.width, screen.height, screen.scale);
            window.frame(state);
            window.frame(state);
            for (const gui::PlacedText& text : window.texts()) {
                CHECK_MESSAGE(!text.cut, "'" << text.text << "' is cut in " << text.panel);
                CHECK_MESSAGE(text.panel_rect.contains(text.rect), "'" << text.text << "' leaves " << text.panel);
                for (const gui::PlacedText& other : window.texts())
                    if (&other != &text) CHECK_MESSAGE(!text.rect.overlaps(other.rect), "'" << text.text << "' overlaps '" << other.text << "'");
            }
        }
    }
}
