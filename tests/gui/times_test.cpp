// Waits and service times: what is counted, how it is put into bins, and where theory is held beside it. Without ImGui.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "gui/app/times.h"
#include "gui/model/text.h"
#include "gui/platform/window.h"
#include "tests/gui/opened.h"

namespace {

std::string queue_text(const std::string& service, const std::string& arrivals, const std::string& more = {}) {
    return "seed = 5\nuntil = \"200s\"\n[machine]\nprocessors = 4\nquantum = \"infinite\"\n" + more + "[[port]]\nname = \"port\"\nconcurrency = 4\n[[worker]]\nname = \"worker\"\nport = \"port\"\ncount = 8\non_packet = [ { compute = " + service +
           " } ]\n[[source]]\nname = \"clients\"\nport = \"port\"\narrivals = " + arrivals + "\n";
}

gui::Mechanism nt(uint32_t limit, uint32_t processors = 4) { return {.policy = "nt", .limit = limit, .processors = processors}; }

// Theory against the model: mean and percentiles, and each bin of the axis.
void check_against_model(const std::string& text, uint32_t limit, const std::string& model) {
    CAPTURE(model);
    sim::Scenario scenario = scenario_of(text);
    scenario.ports[0].concurrency = limit;
    const gui::Side side = gui::side_build(run_checked(scenario));
    const gui::Theory theory = gui::theory_wait(scenario, 0, nt(limit));
    REQUIRE_MESSAGE(theory.model == model, theory.why);
    const sim::Histogram& wait = side.times.of_port(0)->wait;
    MESSAGE(model << ": " << wait.count() << " packets, mean " << wait.mean() / 1e3 << " us, theory " << theory.mean_ns / 1e3 << " us");
    CHECK(wait.mean() == doctest::Approx(theory.mean_ns).epsilon(0.06));
    if (!theory.up_to) return;
    for (const uint32_t percent : {90u, 99u}) CHECK(static_cast<double>(wait.percentile(percent)) == doctest::Approx(*theory.percentile(percent)).epsilon(0.08));
    const std::optional<gui::TimeAxis> axis = gui::time_axis({&wait}, 48);
    REQUIRE(axis);
    const std::vector<double> shares = gui::time_shares(wait, *axis);
    double off = 0;
    for (size_t bin = 0; bin < shares.size(); ++bin) off += std::abs(shares[bin] - (theory.up_to(axis->high_ns(bin)) - (bin == 0 ? 0 : theory.up_to(axis->low_ns(bin)))));
    CHECK(off < 0.05);
}

}  // namespace

TEST_CASE("times: every packet that is handled is counted once for its port, its thread and its key, with its own wait and service") {
    size_t packets = 0;
    for (const std::string& name : std::vector<std::string>{"two-ports", "overlapped-read", "batch-fairness", "block-and-release"}) {
        CAPTURE(name);
        const gui::Side side = gui::side_build(run_checked(scenario_named(name)));
        struct Life { int64_t posted = -1, got = -1; uint16_t port = 0; };
        std::map<uint32_t, Life> lives;
        std::map<uint32_t, std::vector<int64_t>> waits;      // by thread
        std::map<uint32_t, std::vector<uint32_t>> held;
        int64_t service = 0;
        for (uint64_t at = 0; at < side.trace.records.size(); ++at) {
            const sim::Record& r = side.trace.records[at];
            if (r.kind == sim::Kind::posted) lives[r.packet] = {.posted = r.time_ns, .port = r.port};
            if (r.kind == sim::Kind::taken || r.kind == sim::Kind::handed_over) held[r.thread].push_back(r.packet);
            if (r.kind == sim::Kind::get_returned)
                for (const uint32_t packet : held[r.thread])
                    if (lives[packet].got < 0) lives[packet].got = r.time_ns;
            if (r.kind == sim::Kind::completed) waits[r.thread].push_back(lives[r.packet].got - lives[r.packet].posted), service += r.time_ns - lives[r.packet].got, ++packets;
        }
        uint64_t by_port = 0, by_key = 0;
        double services = 0;
        for (const gui::PacketTimes& port : side.times.ports) by_port += port.wait.count(), services += port.service.mean() * static_cast<double>(port.service.count());
        for (const gui::Times::Key& key : side.times.keys) by_key += key.times.service.count();
        CHECK(by_port == side.summary.completed);
        CHECK(by_key == by_port);
        CHECK(services == doctest::Approx(static_cast<double>(service)));
        for (const auto& [thread, list] : waits) {
            const gui::PacketTimes* of = side.times.of_thread(thread);
            REQUIRE(of != nullptr);
            CHECK(of->wait.count() == list.size());
            CHECK(of->wait.max() == *std::ranges::max_element(list));
            CHECK(of->wait.mean() == doctest::Approx(static_cast<double>(std::accumulate(list.begin(), list.end(), int64_t{0})) / static_cast<double>(list.size())));
        }
    }
    CHECK(packets > 30);
}

TEST_CASE("times: bins hold all, where they say; an axis begins below the least and ends above the most") {
    sim::Histogram one, two;
    for (int64_t ns = 1'000; ns <= 1'000'000; ns += 1'000) one.add(ns);
    for (int i = 0; i < 10; ++i) two.add(0), two.add(40'000'000);
    const std::optional<gui::TimeAxis> axis = gui::time_axis({&one, &two}, 48);
    REQUIRE(axis);
    CHECK(axis->zero);
    CHECK(axis->bins() <= 49);
    CHECK(axis->low_ns(1) <= 1'000);
    CHECK(axis->high_ns(axis->bins() - 1) >= 40'000'000);
    const std::vector<double> shares = gui::time_shares(two, *axis);
    CHECK(shares[0] == doctest::Approx(0.5));
    CHECK(std::accumulate(shares.begin(), shares.end(), 0.0) == doctest::Approx(1));
    const auto bin = static_cast<size_t>(axis->at(40e6));
    CHECK(shares[bin] == doctest::Approx(0.5));
    CHECK(axis->low_ns(bin) <= 40e6);
    CHECK(axis->high_ns(bin) >= 40e6);
    for (size_t at = 1; at < axis->bins(); ++at) CHECK(axis->at(std::sqrt(axis->low_ns(at) * axis->high_ns(at))) == doctest::Approx(static_cast<double>(at) + 0.5));
    const std::vector<gui::TimeTick> ticks = gui::time_ticks(*axis, 20);
    REQUIRE(ticks.size() == 5);                              // 1 us, 10 us, 100 us, 1 ms, 10 ms
    CHECK(ticks[3].label == "1 ms");
    CHECK_FALSE(gui::time_axis({}, 48));
    sim::Histogram zeros;
    zeros.add(0);
    REQUIRE(gui::time_axis({&zeros}, 48));
    CHECK(gui::time_shares(zeros, *gui::time_axis({&zeros}, 48))[0] == 1);
    sim::Histogram extreme;
    extreme.add(1), extreme.add(INT64_MAX);
    const std::vector<double> far = gui::time_shares(extreme, *gui::time_axis({&extreme}, 48));
    CHECK(std::accumulate(far.begin(), far.end(), 0.0) == doctest::Approx(1));
}

TEST_CASE("theory: where its assumptions hold the model's waits are its, mean, percentiles and every bin") {
    const std::string exponential = R"({ exponential = "1ms" })";
    check_against_model(queue_text(exponential, R"({ poisson = "1428us" })"), 1, "M/M/1");
    check_against_model(queue_text(exponential, R"({ poisson = "340us" })"), 4, "M/M/4");
    check_against_model(queue_text(R"("1ms")", R"({ poisson = "1333us" })"), 1, "M/D/1");
    check_against_model(queue_text(R"({ uniform = ["0ms", "2ms"] })", R"({ poisson = "1428us" })"), 1, "M/G/1");
    check_against_model(queue_text(exponential, R"({ every = "1428us" })"), 1, "D/M/1");
    check_against_model(queue_text(exponential, R"({ closed = 20, think = { exponential = "8ms" } })"), 2, "M/M/2//20");
    check_against_model(queue_text(exponential, R"({ closed = 20, think = "8ms" })"), 2, "M/M/2//20");   // how they think plays no part
}

TEST_CASE("theory: the service of a handler is as its steps are drawn") {
    const sim::Scenario scenario = scenario_of(queue_text(R"({ lognormal = { median = "500us", sigma = 0.6 } })", R"({ poisson = "400us" })"));
    const gui::Side side = gui::side_build(run_checked(scenario));
    const gui::Theory theory = gui::theory_service(scenario, 0, nt(4), std::nullopt);
    REQUIRE(theory.known());
    const sim::Histogram& service = side.times.of_port(0)->service;
    CHECK(service.mean() == doctest::Approx(theory.mean_ns).epsilon(0.01));
    for (const uint32_t percent : {50u, 90u, 99u}) CHECK(static_cast<double>(service.percentile(percent)) == doctest::Approx(*theory.percentile(percent)).epsilon(0.03));
    const sim::Scenario nested = scenario_of(queue_text(R"("1ms" }, { chance = 0.5, steps = [ { compute = "2ms" }, { compute = "4ms", chance = 0.25 } ])", R"({ poisson = "4ms" })"));
    const gui::Theory sum = gui::theory_service(nested, 0, nt(4), std::nullopt);
    CHECK(sum.mean_ns == doctest::Approx(2.5e6));            // 1 + (2 + 1) / 2
    CHECK_FALSE(sum.up_to);
    CHECK(gui::side_build(run_checked(nested)).times.of_port(0)->service.mean() == doctest::Approx(2.5e6).epsilon(0.01));
}

TEST_CASE("theory: where an assumption does not hold it says which, and no number") {
    const std::string exponential = R"({ exponential = "1ms" })", poisson = R"({ poisson = "400us" })";
    struct Case { std::string text; gui::Mechanism mechanism; std::string why; };
    const std::vector<Case> cases{
        {queue_text(exponential, R"({ at = ["0ms", "1ms"] })"), nt(4), "given times"},
        {queue_text(exponential, R"({ poisson = "200us" })"), nt(4), "load 1.25"},
        {queue_text(R"("1ms")", poisson), nt(4), "M/G/4 has no exact formula"},
        {queue_text(exponential, poisson), nt(4, 2), "4 threads may run at once on 2 processors"},
        {queue_text(exponential, poisson), {.policy = "", .limit = 4, .processors = 4}, "by which rules"},
        {queue_text(exponential, poisson, "get_cost = \"100us\"\n"), nt(4), "10 % of a service"},
        {queue_text(exponential + " }, { lock = \"table\", hold = \"1us\"", poisson), nt(4), "'lock'"},
        {queue_text(exponential + " }, { block = \"1ms\"", poisson), nt(4), "a block lets another thread run"},
        {queue_text(exponential + " }, { post = \"port\", chance = 0.1", poisson), nt(4), "come from handlers"},
    };
    for (const Case& c : cases) {
        const gui::Theory theory = gui::theory_wait(scenario_of(c.text), 0, c.mechanism);
        CHECK_FALSE(theory.known());
        CHECK_FALSE(theory.percentile(50));
        CHECK_MESSAGE(theory.why.find(c.why) != std::string::npos, theory.why << ", expected: " << c.why);
    }
    // the same block where every thread is a server, whose rules let no other run meanwhile
    const gui::Theory blocks = gui::theory_service(scenario_of(queue_text(exponential + " }, { block = \"1ms\"", poisson)), 0, {.policy = "wine8", .limit = 4, .processors = 8}, std::nullopt);
    CHECK(blocks.mean_ns == doctest::Approx(2e6));
}

TEST_CASE("times: the panel follows what is selected, and holds every side beside the others") {
    gui::AppState state = opened_with_recordings("two-ports", 3);
    gui::app_times(state);
    gui::TimesCharts charts = gui::app_times_charts(state, 48);
    REQUIRE(charts.wait.sides.size() == 3);
    for (const gui::TimesOfSide& of : charts.wait.sides) CHECK(std::accumulate(of.shares.begin(), of.shares.end(), 0.0) == doctest::Approx(1));
    CHECK(charts.of == "port " + state.sides[0].ports[0].name);
    CHECK(gui::times_rows(state, charts.wait).size() == 3);
    gui::app_select_thread(state, 0, 1);
    CHECK(gui::app_times_charts(state, 48).of == state.sides[0].lanes[1].name);
    gui::app_select_packet(state, 0, 0);
    CHECK(state.times.by == gui::TimesView::By::key);
    CHECK(gui::app_times_charts(state, 48).of == "key " + std::to_string(scenario_named("two-ports").sources[0].key));
    gui::app_select_none(state);
    CHECK(state.times.by == gui::TimesView::By::port);
    // by hand: the next port, then threads, then keys
    gui::app_times_next(state);
    CHECK(gui::app_times_charts(state, 48).of == "port " + state.sides[0].ports[1].name);
    gui::app_times_by(state);
    CHECK(state.selection.is_thread());
    gui::app_times_by(state);
    CHECK(gui::app_times_charts(state, 48).of.starts_with("key "));
}

TEST_CASE("times: what they are of is shortened to a thread's number only where it is a thread") {
    gui::AppState state = opened("two-ports");
    for (gui::PortLanes& port : state.sides[0].ports) port.name = std::string(60, 'p');
    for (gui::Lane& lane : state.sides[0].lanes) lane.name = std::string(60, 't') + ".7";
    gui::app_times(state);
    gui::HeadlessWindow window(1280, 800, 1);
    const auto shown = [&] {
        window.frame(state), window.frame(state);
        const auto at = std::ranges::find_if(window.texts(), [](const gui::PlacedText& text) { return text.text.starts_with("thread "); });
        return at == window.texts().end() ? std::string() : at->text;
    };
    CHECK(shown().empty());
    gui::app_times_by(state);
    REQUIRE(state.selection.is_thread());
    CHECK(shown() == "thread 7");
}

TEST_CASE("times: few packets have no theory beside them, many have, and it says of whom") {
    gui::AppState state = opened("limit-1-burst");
    for (const gui::TimesOfSide& of : gui::app_times_charts(state, 48).service.sides) CHECK_FALSE(of.holds());
    gui::AppState queue = opened("twice-cpus");
    queue.sides[0] = gui::side_build(run_checked(scenario_of(queue_text(R"({ exponential = "1ms" })", R"({ poisson = "340us" })"))));
    const gui::TimesCharts charts = gui::app_times_charts(queue, 48);
    const std::vector<gui::TimesRow> rows = gui::times_rows(queue, charts.wait);
    REQUIRE(rows.size() == 2);
    CHECK(rows[1].theory);
    CHECK(rows[1].name == "M/M/4");
    REQUIRE(charts.wait.notes.size() == 1);
    CHECK(charts.wait.notes[0].find("Poisson arrivals") != std::string::npos);
    CHECK(charts.wait.sides[0].expected.size() == charts.wait.axis.bins());
}
