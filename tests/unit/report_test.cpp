// The page of `compare --html`: whole, safe against what a trace's names hold, bounded, and true to the trace.
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/engine/run.h"
#include "sim/report/draw.h"
#include "sim/report/markup.h"
#include "sim/report/picture.h"
#include "sim/report/report.h"
#include "sim/scenario/load.h"
#include "tests/counts.h"
#include "tests/unit/trace_build.h"

using namespace sim;
using test::append;
using test::at;
using test::posted;

namespace {

Trace simulated(const std::string& name, const std::vector<std::string>& sets = {}) {
    const Result<Scenario> scenario = scenario_load(name, sets);
    REQUIRE_MESSAGE(scenario, (scenario ? "" : scenario.error().text()));
    Result<Trace> trace = run_to_trace(scenario.value());
    REQUIRE(trace);
    return std::move(trace.value());
}

std::string page_of(const std::vector<Trace>& traces) {
    std::vector<Comparison> comparisons;
    for (size_t i = 1; i < traces.size(); ++i) comparisons.push_back(compare_closely(traces[0], traces[i], side_name(i)));
    return report_page(traces, comparisons, "test");
}

// What is wrong with the nesting of tags, "" if nothing is.
std::string wrongly_nested(const std::string& page) {
    std::vector<std::string> open;
    for (size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
        const size_t end = page.find('>', at);
        if (end == std::string::npos) return "a tag has no end";
        const std::string tag = page.substr(at + 1, end - at - 1);
        if (tag.find('<') != std::string::npos) return "a tag in a tag: " + tag.substr(0, 80);
        if (tag[0] == '!' || tag.back() == '/') continue;
        const bool closes = tag[0] == '/';
        const std::string name = tag.substr(closes ? 1 : 0, tag.find_first_of(" \n") - (closes ? 1 : 0));
        if (name == "meta") continue;
        if (name == "style" && !closes) at = page.find("</style>", end) - 1;
        if (!closes) {
            open.push_back(name);
        } else {
            if (open.empty() || open.back() != name) return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
            open.pop_back();
        }
    }
    return open.empty() ? "" : "open: " + open.back();
}

}  // namespace

TEST_CASE("report: a page is whole, needs nothing from outside and has no script") {
    const Trace nt = simulated("limit-1-burst"), wine = simulated("limit-1-burst", {"port.port.policy=wine8"}), same = simulated("limit-1-burst");
    for (const std::vector<Trace>& traces : {std::vector<Trace>{nt, wine}, {nt, same}, {nt, wine, same}}) {
        const std::string page = page_of(traces);
        CHECK(wrongly_nested(page) == "");
        for (const char* outside : {"http:", "https:", "<script", "<link", "<img", "src=", "@import", "//"}) CHECK_MESSAGE(page.find(outside) == std::string::npos, outside);
        CHECK(page.size() < 200'000);
    }
    const std::string page = page_of({nt, wine});
    for (const char* text : {"contradict it", "Where they first part", "Rule K1.", "Evidence: ", "Cliff&#39;s delta", "prefers-color-scheme:dark", "queue depth", "limit 1"}) CHECK_MESSAGE(page.find(text) != std::string::npos, text);
    CHECK(page_of({nt, same}).find("Both sides give the same packets to the same threads in the same order.") != std::string::npos);
}

TEST_CASE("report: names that a trace brings can't break out of the page") {
    Trace bad = simulated("limit-1-burst", {"port.port.policy=wine8"});
    const std::string evil = "</text></svg><script>alert(1)</script>\"' onload='x' \x01\xff<b>&amp;";
    bad.header.scenario = bad.header.made_by = bad.header.policy = bad.header.source = evil;
    for (std::string& name : bad.header.threads) name = evil;
    for (std::string& name : bad.header.sources) name = evil;
    for (TracePort& port : bad.header.ports) port.name = evil;
    bad.damage = {evil};
    bad.losses = {{.what = evil, .records = 3}};
    for (const std::vector<Trace>& traces : {std::vector<Trace>{simulated("limit-1-burst"), bad}, {bad, simulated("limit-1-burst")}, {bad, bad}}) {
        const std::string page = page_of(traces);
        CHECK(wrongly_nested(page) == "");
        CHECK(page.find("<script") == std::string::npos);
        CHECK(page.find("onload='") == std::string::npos);
        CHECK(page.find('\x01') == std::string::npos);
        CHECK(page.find('\xff') == std::string::npos);
    }
    CHECK(escaped("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
    CHECK(escaped("gr\xC3\xBC\xC3\x9F") == "gr\xC3\xBC\xC3\x9F");
    CHECK(escaped("\xC3") == "\xEF\xBF\xBD");
    CHECK(escaped("\xED\xA0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");    // half of a surrogate pair
    CHECK(escaped("\xC3\xBC\xC3\xBC\xC3\xBC", 2) == "\xC3\xBC\xC3\xBC\xE2\x80\xA6");   // cut between characters
}

TEST_CASE("report: however many records and threads there are, a page stays under 2 MB and says what it leaves out") {
    Trace many;
    many.header = test::header(300, 40);
    many.header.seed = 1;
    for (std::string& name : many.header.threads) name += std::string(5'000, 'x');
    many.records = test::opening(many.header);
    int64_t ns = 10;
    for (uint32_t n = 0; n < 40'000; ++n, ns += 7) {
        const uint32_t thread = n * 7 % 300;
        append(many.records, {posted(ns, n), at(ns, Kind::handed_over, thread).packet(n).rule(Rule::K1), at(ns, Kind::released, thread).packet(n).rule(Rule::K1), at(ns + 1, Kind::get_returned, thread).packet(n).with(1)});
        append(many.records, {at(ns + 2, Kind::block_begin, thread).packet(n).flags(kSleep), at(ns + 4, Kind::block_end, thread).packet(n), at(ns + 5, Kind::completed, thread).packet(n), at(ns + 5, Kind::get_called, thread).packet(1).with(INT64_MAX), at(ns + 5, Kind::parked, thread).with(300)});
    }
    Trace other = many;
    for (Record& r : other.records)
        if (r.kind == Kind::released && r.packet == 100) r.thread = 5;
    std::vector<Trace> sides(10, other);
    sides[0] = many;
    const std::string page = page_of(sides);
    CHECK(page.size() <= kReportBytesMax);
    CHECK(wrongly_nested(page) == "");
    CHECK(page.find(" threads that only wait here are left out.") != std::string::npos);
    CHECK(page.find("more sides are left out") != std::string::npos);
    CHECK(page.find("more figures are left out") != std::string::npos);
}

TEST_CASE("report: what is drawn is what the trace says, at every moment") {
    for (const char* scenario : {"twice-cpus", "lock-convoy", "block-and-release", "limit-1-burst"}) {
        CAPTURE(scenario);
        const Trace trace = simulated(scenario);
        const int64_t end_ns = std::max<int64_t>(trace.records.back().time_ns, 1);
        PictureOptions options{.from_ns = end_ns / 5, .to_ns = end_ns / 2, .end_ns = end_ns, .port = 0, .lanes_max = 1'000, .columns = 100, .boxes_max = 1'000'000, .first = {}, .idle_max = 1'000};
        const Picture exact = picture_of(trace, options);
        options.boxes_max = 0;
        const Picture folded = picture_of(trace, options);
        REQUIRE(exact.lanes.size() == folded.lanes.size());
        TraceState state = trace_state_begin(trace.header);
        size_t next = 0;
        for (int i = 0; i < 200; ++i) {                              // moments between records
            const int64_t ns = options.from_ns + (options.to_ns - options.from_ns) * i / 200;
            while (next < trace.records.size() && trace.records[next].time_ns <= ns) trace_state_apply(state, trace.header, trace.records[next++]);
            for (const Lane& lane : exact.lanes) {
                const auto box = std::find_if(lane.boxes.begin(), lane.boxes.end(), [&](const Box& b) { return b.from_ns <= ns && ns < b.to_ns; });
                const ThreadView drawn = box == lane.boxes.end() ? ThreadView::unknown : box->view, told = state.threads[lane.thread].view;
                CAPTURE(ns);
                CAPTURE(lane.thread);
                CHECK((drawn == told || (drawn == ThreadView::unknown && told == ThreadView::exited)));
            }
        }
        for (size_t l = 0; l < exact.lanes.size(); ++l)                  // folded: the same time in each state
            for (size_t view = 0; view < kViews; ++view) {
                double boxes = 0, columns = 0;
                for (const Box& b : exact.lanes[l].boxes) boxes += static_cast<size_t>(b.view) == view ? static_cast<double>(b.to_ns - b.from_ns) : 0;
                for (const auto& column : folded.lanes[l].columns) columns += static_cast<double>(column[view]);
                CHECK(columns / 100 * static_cast<double>(options.to_ns - options.from_ns) == doctest::Approx(boxes).epsilon(0.001));
            }
        uint64_t deepest = 0;
        for (const PortColumn& column : exact.port) deepest = std::max<uint64_t>(deepest, column.depth_max);
        CHECK(deepest == summarize(trace.header, trace.records).ports[0].depth_max);
    }
}

TEST_CASE("report: ticks are round, inside, and about as many as asked for; their texts differ") {
    for (const auto& [from, to] : {std::pair<int64_t, int64_t>{0, 1}, {0, 16'286'035}, {3'999'999'999, 4'000'000'100}, {0, INT64_C(86'400'000'000'000)}, {123, 124}, {500, 500}}) {
        const std::vector<int64_t> at = ticks(from, to, 7);
        CHECK(at.size() <= 16);
        for (size_t i = 0; i < at.size(); ++i) {
            CHECK(at[i] >= from);
            CHECK(at[i] <= to);
            if (i > 0) CHECK(tick_text(at[i], at[1] - at[0]) != tick_text(at[i - 1], at[1] - at[0]));
        }
    }
    CHECK(ticks(0, 16'000'000, 7) == std::vector<int64_t>{0, 5'000'000, 10'000'000, 15'000'000});
    CHECK(tick_text(2'500'000, 500'000) == "2.5 ms");
    CHECK(tick_text(5'000'000, 5'000'000) == "5 ms");
}

TEST_CASE("report: whatever a damaged trace holds, comparing it ends, and its page is whole") {
    const uint64_t seed = test::seed_or(20'261'123), count = test::count_or(60);
    const std::vector<Trace> good{simulated("twice-cpus"), simulated("cancel-and-close"), simulated("lock-convoy", {"port.port.policy=wine8"})};
    for (uint64_t i = 0; i < count; ++i) {
        Stream stream{mix64(seed) + i, 0};
        const auto below = [&stream](uint64_t n) { return stream.next_u64() % n; };
        const Trace& whole = good[i % good.size()];
        std::vector<Record> records = whole.records;
        for (uint64_t n = 1 + below(12); n > 0; --n) {
            Record& r = records[below(records.size())];
            switch (below(7)) {
                case 0: r.thread = static_cast<uint32_t>(below(2) == 0 ? below(8) : stream.next_u64()); break;
                case 1: r.packet = static_cast<uint32_t>(below(2) == 0 ? below(200) : stream.next_u64()); break;
                case 2: r.port = static_cast<uint16_t>(below(2) == 0 ? below(3) : stream.next_u64()); break;
                case 3: r.kind = static_cast<Kind>(below(40)); break;
                case 4: r.flags = static_cast<uint16_t>(stream.next_u64()); break;
                case 5: r.argument = stream.next_u64() >> below(64); break;
                default: r.time_ns = static_cast<int64_t>(stream.next_u64() >> (1 + below(63))); break;
            }
        }
        TraceHeader header = whole.header;
        header.source = i % 2 == 0 ? "measured" : "simulated";
        const Result<Trace> read = trace_read_bytes("damaged", test::ring_file(header, records.size(), {records}));
        REQUIRE(read);
        CAPTURE(i);
        const Comparison c = compare_closely(whole, read.value());
        CHECK(comparison_text(c).find('\0') == std::string::npos);
        CHECK(c.ranked.size() <= kRankedMax);
        const std::string page = report_page({whole, read.value()}, {c}, "test");
        CHECK(wrongly_nested(page) == "");
        CHECK(page.size() <= kReportBytesMax);
        CHECK(wrongly_nested(page_of({read.value(), whole})) == "");
    }
}

TEST_CASE("report: of many threads those that only wait are left out, but for those that are asked for") {
    const Trace trace = simulated("idle-lifo");
    PictureOptions options{.from_ns = 0, .to_ns = trace.records.back().time_ns, .end_ns = 1, .first = {}, .idle_max = 2};
    const Picture some = picture_of(trace, options);
    REQUIRE(some.idle > 0);
    CHECK(some.idle + some.lanes.size() == some.threads);
    for (const Lane& lane : some.lanes) CHECK_FALSE(lane_is_idle(lane));
    options.first = {0};
    const Picture asked = picture_of(trace, options);
    CHECK(asked.idle + 1 == some.idle);
    CHECK(asked.lanes.front().thread == 0);
    CHECK(lane_is_idle(asked.lanes.front()));
    options.idle_max = 1'000;
    CHECK(picture_of(trace, options).idle == 0);
    options.lanes_max = 3;
    const Picture few = picture_of(trace, options);
    REQUIRE(few.lanes.size() == 3);
    CHECK(few.lanes.front().thread == 0);                            // asked for; then those that change most
    CHECK(few.threads > 3);
}
