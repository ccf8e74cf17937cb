// The model against queueing theory. What theory says exactly is computed here; what the model says comes from its records alone
// (nothing of the Summarizer), by batch means. A figure agrees when it is within 4 standard errors of theory, and the test says
// so only where 4 standard errors are small enough to mean something. Costs are 0: theory has none.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <vector>

#include "sim/base/prng.h"
#include "sim/trace/print.h"
#include "sim/trace/summary.h"
#include "tests/counts.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

constexpr size_t kBatches = 64;           // of a run; one more before them is left out, while the system fills
constexpr double kErrorsMax = 4;          // standard errors
constexpr double kErrorShareMax = 0.12;   // 4 of them, as a share of theory's value

struct Sampling { uint64_t packets, seed; };

Sampling sampling() { return {test::count_or(500'000), test::seed_or(20'261'122)}; }

struct Estimate { double mean = 0, error = 0; };

// The mean of batches, and its standard error from how much they differ.
Estimate estimate(const std::vector<double>& batches) {
    Estimate e;
    for (const double value : batches) e.mean += value / static_cast<double>(batches.size());
    double squares = 0;
    for (const double value : batches) squares += (value - e.mean) * (value - e.mean);
    e.error = std::sqrt(squares / static_cast<double>(batches.size() - 1) / static_cast<double>(batches.size()));
    return e;
}

// A count over time, as its mean in each of the batches of a run.
class TimeMeans {
public:
    explicit TimeMeans(int64_t until_ns) : width_ns_(until_ns / static_cast<int64_t>(kBatches + 1)), areas_(kBatches + 1) {}
    void change(int64_t now_ns, int64_t by) {
        pass(now_ns);
        value_ += by;
    }
    Estimate finish() {
        pass(width_ns_ * static_cast<int64_t>(kBatches + 1));
        for (double& area : areas_) area /= static_cast<double>(width_ns_);
        return estimate({areas_.begin() + 1, areas_.end()});
    }

private:
    void pass(int64_t to_ns) {
        while (now_ns_ < to_ns) {
            const int64_t batch = now_ns_ / width_ns_;
            if (batch >= static_cast<int64_t>(areas_.size())) return;
            const int64_t end_ns = std::min(to_ns, (batch + 1) * width_ns_);
            areas_[static_cast<size_t>(batch)] += static_cast<double>(value_) * static_cast<double>(end_ns - now_ns_);
            now_ns_ = end_ns;
        }
    }
    int64_t width_ns_, now_ns_ = 0, value_ = 0;
    std::vector<double> areas_;
};

// Means over packets, in the order in which they are done.
Estimate packet_means(const std::vector<double>& values) {
    const size_t width = values.size() / (kBatches + 1);
    REQUIRE(width > 0);
    std::vector<double> batches(kBatches);
    for (size_t b = 0; b < kBatches; ++b)
        for (size_t i = (b + 1) * width; i < (b + 2) * width; ++i) batches[b] += values[i] / static_cast<double>(width);
    return estimate(batches);
}

// What a run showed. Times in ms, rates a ms.
struct Measured {
    Estimate wait, response, waited;      // queueing; posted to completed; share of packets that waited at all
    Estimate in_system, in_service, throughput;
};

// Of all packets, or of those of one port.
Measured measure(const Scenario& scenario, std::optional<uint32_t> port = std::nullopt) {
    struct Times { int64_t posted = 0, got = 0; };
    std::vector<Times> times;
    std::vector<double> waits, responses, waited;
    bool in_order = true;
    TimeMeans in_system(scenario.until->ns), in_service(scenario.until->ns);
    const int64_t width_ns = scenario.until->ns / static_cast<int64_t>(kBatches + 1);
    std::vector<double> completed(kBatches + 2);
    const auto hear = [&](std::span<const Record> records) {
        for (const Record& r : records) {
            if (r.kind == Kind::posted) {
                in_order = in_order && r.packet == times.size();
                times.push_back({.posted = r.time_ns});
                if (!port || r.port == *port) in_system.change(r.time_ns, 1);
            } else if (port && r.port != *port) {
                continue;
            } else if (r.kind == Kind::get_returned && r.packet != kNoPacket) {
                times[r.packet].got = r.time_ns;
                in_service.change(r.time_ns, 1);
            } else if (r.kind == Kind::completed) {
                const Times& t = times[r.packet];
                waits.push_back(static_cast<double>(t.got - t.posted) / 1e6);
                waited.push_back(t.got > t.posted ? 1 : 0);
                responses.push_back(static_cast<double>(r.time_ns - t.posted) / 1e6);
                in_system.change(r.time_ns, -1);
                in_service.change(r.time_ns, -1);
                completed[static_cast<size_t>(r.time_ns / width_ns)] += 1e6 / static_cast<double>(width_ns);
            }
        }
    };
    const Result<World> world = run(scenario, hear);
    REQUIRE_MESSAGE(world.ok(), (world ? std::string() : world.error().text()));
    REQUIRE(in_order);
    return {.wait = packet_means(waits), .response = packet_means(responses), .waited = packet_means(waited), .in_system = in_system.finish(), .in_service = in_service.finish(),
            .throughput = estimate({completed.begin() + 1, completed.begin() + 1 + kBatches})};
}

void check_figure(const std::string& what, const Estimate& model, double theory) {
    const double errors = std::abs(model.mean - theory) / model.error;
    MESSAGE((what + std::string(what.size() < 52 ? 52 - what.size() : 0, ' ')) << formatted(" theory %9.5f", theory) << formatted("  model %9.5f", model.mean) << formatted(" +- %.5f", model.error)
                                             << formatted("  %4.1f errors", errors));
    CHECK_MESSAGE(errors <= kErrorsMax, what);
    CHECK_MESSAGE(kErrorsMax * model.error <= kErrorShareMax * theory, what << ": too few packets to tell");
}

// What a queue with arrivals from outside is made of. `slots`: the port's limit; `threads` and `processors` may be more.
struct Open { std::string service; double gap_ms = 1; uint32_t slots = 1, threads = 1, processors = 1; };

// Every queue draws from a seed of its own, else all would be off to the same side.
Scenario with_seed(const std::string& text) { return scenario_of("seed = " + std::to_string(source_stream_key(sampling().seed, text) >> 1) + '\n' + text); }

Scenario open_queue(const Open& q) {
    const double gap_ns = std::round(q.gap_ms * 1e6), until_ns = gap_ns * static_cast<double>(sampling().packets);
    const std::string gap = std::to_string(std::llround(gap_ns)) + "ns", until = std::to_string(std::llround(until_ns)) + "ns";
    return with_seed("until = \"" + until + "\"\n[machine]\nprocessors = " + std::to_string(q.processors) + "\nquantum = \"infinite\"\n" +
                       "[[port]]\nname = \"port\"\nconcurrency = " + std::to_string(q.slots) + "\n" +
                       "[[worker]]\nname = \"worker\"\nport = \"port\"\ncount = " + std::to_string(q.threads) + "\non_packet = [ { compute = " + q.service + " } ]\n" +
                       "[[source]]\nname = \"clients\"\nport = \"port\"\narrivals = { poisson = \"" + gap + "\" }\n");
}

Scenario closed_network(uint32_t clients, const std::string& think, const std::string& steps, uint32_t slots, uint32_t processors, double until_ms) {
    return with_seed("until = \"" + std::to_string(std::llround(until_ms)) + "ms\"\n[machine]\nprocessors = " + std::to_string(processors) + "\nquantum = \"infinite\"\n" +
           "[[port]]\nname = \"port\"\nconcurrency = " + std::to_string(slots) + "\n[[worker]]\nname = \"worker\"\nport = \"port\"\ncount = 64\non_packet = [ " + steps + " ]\n" +
           "[[source]]\nname = \"clients\"\nport = \"port\"\narrivals = { closed = " + std::to_string(clients) + ", think = " + think + " }\n");
}

// Erlang C: the chance to wait in M/M/c with `load` = arrivals a service time. From Erlang B by its recursion.
double erlang_c(uint32_t servers, double load) {
    double blocked = 1;
    for (uint32_t n = 1; n <= servers; ++n) blocked = load * blocked / (n + load * blocked);
    const double busy = load / servers;
    return blocked / (1 - busy + busy * blocked);
}

// Little's law and the means that follow from the mean wait, for any queue with arrivals from outside.
void check_open(const std::string& name, const Measured& m, double wait_ms, double service_ms, double gap_ms) {
    check_figure(name + ", mean wait (ms)", m.wait, wait_ms);
    check_figure(name + ", mean response (ms)", m.response, wait_ms + service_ms);
    check_figure(name + ", mean number in the system", m.in_system, (wait_ms + service_ms) / gap_ms);
    check_figure(name + ", slots busy", m.in_service, service_ms / gap_ms);
}

}  // namespace

TEST_CASE("theory: M/M/1 has its mean wait, number in the system and utilisation") {
    // load 0.7, service 1 ms: wait 0.7 / 0.3 = 2.333 ms, 0.7 / 0.3 = 2.333 in the system
    const Sampling s = sampling();
    MESSAGE(s.packets << " packets a queue from seed " << s.seed);
    const double gap_ms = 1 / 0.7;
    const Measured m = measure(open_queue({.service = R"({ exponential = "1ms" })", .gap_ms = gap_ms}));
    check_open("M/M/1", m, 0.7 / 0.3, 1, gap_ms);
    check_figure("M/M/1, share that waits", m.waited, 0.7);
}

TEST_CASE("theory: M/M/c by a limit of c waits as Erlang C says, however many threads and processors there are") {
    for (const uint32_t c : {2u, 4u, 8u})
        for (const uint32_t more : {0u, 5u}) {
            const double load = 0.75 * c, chance = erlang_c(c, load);
            const Measured m = measure(open_queue({.service = R"({ exponential = "1ms" })", .gap_ms = 1 / load, .slots = c, .threads = c + more, .processors = c + more / 2}));
            const std::string name = "M/M/" + std::to_string(c) + " with " + std::to_string(c + more) + " threads";
            check_open(name, m, chance / (c - load), 1, 1 / load);
            check_figure(name + ", share that waits", m.waited, chance);
        }
}

TEST_CASE("theory: M/M/c by c processors waits as Erlang C says, where no limit of the port holds threads back") {
    const double load = 0.7 * 4;
    const Measured m = measure(open_queue({.service = R"({ exponential = "1ms" })", .gap_ms = 1 / load, .slots = 1000, .threads = 200, .processors = 4}));
    const double wait_ms = erlang_c(4, load) / (4 - load);
    check_figure("4 processors, mean response (ms)", m.response, wait_ms + 1);
    check_figure("4 processors, mean number in the system", m.in_system, (wait_ms + 1) * load);
}

TEST_CASE("theory: M/D/1 and M/G/1 wait as Pollaczek and Khinchine say") {
    struct Case { std::string name, service; double load, mean_ms, square_ms; };
    const std::array<Case, 3> cases{{{"M/D/1", R"("1ms")", 0.8, 1, 1},
                                     {"M/G/1, uniform 0..2 ms", R"({ uniform = ["0ms", "2ms"] })", 0.75, 1, 4.0 / 3},
                                     {"M/G/1, 1 of 10 takes 5 ms", R"({ choice = [[0.9, "500us"], [0.1, "5ms"]] })", 0.6, 0.95, 0.9 * 0.25 + 0.1 * 25}}};
    for (const Case& c : cases) {
        // wait = arrivals * E[S^2] / (2 (1 - load))
        const double gap_ms = c.mean_ms / c.load;
        const Measured m = measure(open_queue({.service = c.service, .gap_ms = gap_ms, .threads = 3}));
        check_open(c.name, m, c.square_ms / gap_ms / (2 * (1 - c.load)), c.mean_ms, gap_ms);
    }
}

TEST_CASE("theory: two priorities at one processor wait as in M/M/1 with preemption and resumption") {
    // Loads r1 and r2 with service means s1 and s2: the first class has the processor to itself, T1 = s1 / (1 - r1). The second
    // waits for what is there and for whoever of the first class comes meanwhile:
    //   T2 = (s2 (1 - r1 - r2) + r1 s1 + r2 s2) / ((1 - r1) (1 - r1 - r2))
    struct Case { double r1, s1, r2, s2; };
    const std::array<Case, 3> cases{{{0.3, 1, 0.4, 1}, {0.2, 0.5, 0.5, 2}, {0.4, 2, 0.3, 0.5}}};
    for (const Case& c : cases) {
        const auto ns = [](double ms) { return std::to_string(std::llround(ms * 1e6)) + "ns"; };
        const double gap1 = c.s1 / c.r1, gap2 = c.s2 / c.r2;
        const double until_ms = static_cast<double>(sampling().packets) * std::max(gap1, gap2);
        const auto station = [&](const std::string& name, int priority, double service, double gap) {
            return "[[port]]\nname = \"" + name + "\"\nconcurrency = 1\n[[worker]]\nname = \"" + name + "\"\nport = \"" + name + "\"\npriority = " + std::to_string(priority) + "\non_packet = [ { compute = { exponential = \"" + ns(service) +
                   "\" } } ]\n[[source]]\nname = \"" + name + "\"\nport = \"" + name + "\"\narrivals = { poisson = \"" + ns(gap) + "\" }\n";
        };
        const Scenario scenario = with_seed("until = \"" + ns(until_ms) + "\"\n[machine]\nprocessors = 1\nquantum = \"infinite\"\n" + station("first", 9, c.s1, gap1) + station("second", 8, c.s2, gap2));
        const std::string name = "loads " + formatted("%.1f", c.r1) + formatted(" and %.1f", c.r2) + formatted(", services %.1f", c.s1) + formatted(" and %.1f ms", c.s2);
        const Measured first = measure(scenario, 0), second = measure(scenario, 1);
        const double rest = 1 - c.r1 - c.r2, t1 = c.s1 / (1 - c.r1), t2 = (c.s2 * rest + c.r1 * c.s1 + c.r2 * c.s2) / ((1 - c.r1) * rest);
        check_figure(name + ": first, mean response (ms)", first.response, t1);
        check_figure(name + ": first, mean number", first.in_system, t1 / gap1);
        check_figure(name + ": second, mean response (ms)", second.response, t2);
        check_figure(name + ": second, mean number", second.in_system, t2 / gap2);
    }
}

TEST_CASE("theory: a closed network has the throughput and response time of exact mean value analysis") {
    // One station (a slot of the port), clients that think for 10 ms, service 1 ms: the machine repairman.
    //   R(n) = S (1 + Q(n-1)), X(n) = n / (Z + R(n)), Q(n) = X(n) R(n)
    double queue = 0;
    for (uint32_t n = 1; n <= 32; ++n) {
        const double response = 1 + queue, throughput = n / (10 + response);
        queue = throughput * response;
        if ((n & (n - 1)) != 0) continue;
        const double until_ms = static_cast<double>(sampling().packets) / 2 / throughput;
        const Measured m = measure(closed_network(n, R"({ exponential = "10ms" })", R"({ compute = { exponential = "1ms" } })", 1, 2, until_ms));
        const std::string name = "closed, " + std::to_string(n) + (n == 1 ? " client" : " clients");
        check_figure(name + ", throughput (a ms)", m.throughput, throughput);
        check_figure(name + ", mean response (ms)", m.response, response);
        check_figure(name + ", mean number in the system", m.in_system, queue);
    }
}

TEST_CASE("theory: a closed network with a processor that is visited twice and a wait between has the figures of mean value analysis") {
    // Two visits of 0.5 ms to one processor, first come first served; delays: 4 ms of a handler's wait and 6 ms of thinking.
    // No limit of the port holds: threads queue for the processor. Demand D = 1 ms, delay Z = 10 ms as above, but the response
    // contains the wait of 4 ms.
    double queue = 0;
    for (uint32_t n = 1; n <= 24; ++n) {
        const double at_processor = 1 + queue, throughput = n / (10 + at_processor);
        queue = throughput * at_processor;
        if (n != 3 && n != 12 && n != 24) continue;
        const std::string steps = R"({ compute = { exponential = "500us" } }, { block = { exponential = "4ms" } }, { compute = { exponential = "500us" } })";
        const Measured m = measure(closed_network(n, R"({ exponential = "6ms" })", steps, 1000, 1, static_cast<double>(sampling().packets) / 2 / throughput));
        const std::string name = "two visits, " + std::to_string(n) + " clients";
        check_figure(name + ", throughput (a ms)", m.throughput, throughput);
        check_figure(name + ", mean response (ms)", m.response, at_processor + 4);
    }
}

TEST_CASE("theory: a closed network with several slots has the figures of its birth-death chain") {
    // M/M/c//N: the chance of n in the system goes on by (N - n) / Z / (min(n + 1, c) / S).
    for (const uint32_t c : {2u, 4u}) {
        const uint32_t clients = 10 * c;
        double chance = 1, sum = 1, in_system = 0, busy = 0;
        for (uint32_t n = 1; n <= clients; ++n) {
            chance *= (clients - n + 1) / 8.0 / std::min(n, c);
            sum += chance;
            in_system += chance * n;
            busy += chance * std::min(n, c);
        }
        const double throughput = busy / sum;
        const Measured m = measure(closed_network(clients, R"({ exponential = "8ms" })", R"({ compute = { exponential = "1ms" } })", c, 8, static_cast<double>(sampling().packets) / 2 / throughput));
        const std::string name = std::to_string(clients) + " clients at " + std::to_string(c) + " slots";
        check_figure(name + ", throughput (a ms)", m.throughput, throughput);
        check_figure(name + ", mean response (ms)", m.response, in_system / busy);
        check_figure(name + ", mean number in the system", m.in_system, in_system / sum);
    }
}

namespace {

// Little's law holds for every run, not on average: the area under a count over time is the sum of the times spent in it.
struct Area {
    int64_t last_ns = 0, count = 0, area_ns = 0;
    void change(int64_t now_ns, int64_t by) {
        area_ns += count * (now_ns - last_ns);
        last_ns = now_ns;
        count += by;
    }
};

struct Spent {
    static constexpr int64_t kNever = -1, kOver = -2;
    bool once = true;                     // every packet went in once, and out after that
    std::vector<int64_t> since_ns;
    int64_t sum_ns = 0;
    uint64_t ended = 0;
    void begin(uint32_t packet, int64_t now_ns) {
        if (packet >= since_ns.size()) since_ns.resize(size_t{packet} + 1, kNever);
        once = once && since_ns[packet] == kNever;
        since_ns[packet] = now_ns;
    }
    void end(uint32_t packet, int64_t now_ns) {
        once = once && packet < since_ns.size() && since_ns[packet] >= 0;
        if (!once) return;
        sum_ns += now_ns - since_ns[packet];
        since_ns[packet] = kOver;
        ++ended;
    }
    int64_t of_those_inside(int64_t end_ns) const {
        int64_t sum = 0;
        for (const int64_t since : since_ns)
            if (since >= 0) sum += end_ns - since;
        return sum;
    }
};

void check_little(const Scenario& scenario) {
    const Trace trace = run_checked(scenario);
    Area in_system;
    std::vector<Area> queued(scenario.ports.size());
    Spent in_system_spent, queue_spent;
    std::vector<std::set<uint32_t>> inside(scenario.ports.size());
    for (const Record& r : trace.records) {
        if (r.kind == Kind::port_closed && (r.flags & kKeepsSlot) == 0) {      // K31: what is queued leaves, and is never completed
            queued[r.port].change(r.time_ns, -static_cast<int64_t>(inside[r.port].size()));
            for (const uint32_t packet : inside[r.port]) queue_spent.end(packet, r.time_ns);
            inside[r.port].clear();
        }
        if (r.kind == Kind::queued) inside[r.port].insert(r.packet);
        if (r.kind == Kind::taken) inside[r.port].erase(r.packet);
        const bool enters = r.kind == Kind::posted || r.kind == Kind::queued, leaves = r.kind == Kind::completed || r.kind == Kind::taken;
        if (!enters && !leaves) continue;
        const bool queue = r.kind == Kind::queued || r.kind == Kind::taken;
        Spent& spent = queue ? queue_spent : in_system_spent;
        (queue ? queued[r.port] : in_system).change(r.time_ns, enters ? 1 : -1);
        if (enters) spent.begin(r.packet, r.time_ns);
        else spent.end(r.packet, r.time_ns);
    }
    const int64_t end_ns = scenario.until ? scenario.until->ns : trace.records.back().time_ns;
    in_system.change(end_ns, 0);
    CHECK(in_system.area_ns == in_system_spent.sum_ns + in_system_spent.of_those_inside(end_ns));
    CHECK(static_cast<uint64_t>(in_system.count) == in_system_spent.since_ns.size() - in_system_spent.ended);
    CHECK(in_system_spent.once);
    CHECK(queue_spent.once);

    const Summary summary = summarize(trace.header, trace.records);
    const auto near = [](double value) { return doctest::Approx(value).epsilon(1e-9); };
    const double duration_ns = static_cast<double>(summary.duration_ns);
    CHECK(summary.duration_ns == end_ns);
    REQUIRE(summary.ports.size() == queued.size());
    int64_t queue_area_ns = 0;
    for (size_t p = 0; p < queued.size(); ++p) {
        queued[p].change(end_ns, 0);
        queue_area_ns += queued[p].area_ns;
        CHECK(summary.ports[p].depth_mean * duration_ns == near(static_cast<double>(queued[p].area_ns)));
    }
    CHECK(queue_area_ns == queue_spent.sum_ns + queue_spent.of_those_inside(end_ns));
    CHECK(summary.completed == in_system_spent.ended);
    CHECK(summary.left == static_cast<uint64_t>(in_system.count));
    CHECK(summary.latency.mean * static_cast<double>(summary.completed) == near(static_cast<double>(in_system_spent.sum_ns)));
    if (in_system.count > 0) return;
    // L = lambda W: the mean number in the system is the throughput times the mean latency
    CHECK(summary.throughput_per_s / 1e9 * summary.latency.mean == near(static_cast<double>(in_system.area_ns) / duration_ns));
}

}  // namespace

TEST_CASE("theory: Little's law holds exactly in every scenario that comes with Portside, and the summary's figures obey it") {
    size_t scenarios = 0;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(PORTSIDE_SOURCE_DIR) + "/scenarios")) {
        if (entry.path().extension() != ".toml") continue;
        ++scenarios;
        const std::string name = entry.path().stem().string();
        for (const std::string policy : {"nt", "wine8"}) {
            CAPTURE(name);
            CAPTURE(policy);
            const Scenario scenario = scenario_named(name);
            std::vector<std::string> sets;
            for (const PortParams& port : scenario.ports) sets.push_back("port." + port.name + ".policy=" + policy);
            check_little(scenario_named(name, sets));
            if (scenario.until) continue;
            // cut in the middle: some packets are still inside
            const int64_t end_ns = run_checked(scenario_named(name, sets)).records.back().time_ns;
            sets.push_back("until=" + std::to_string(end_ns / 3) + "ns");
            check_little(scenario_named(name, sets));
        }
    }
    MESSAGE(scenarios << " scenarios");
    CHECK(scenarios > 0);
}
