// Scenario files: every field means what scenarios/README.md says, and no bytes whatever bring the parser down.
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "tests/counts.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

const char* kAll = R"(title = "All fields"
number = 3
seed = 9
until = "1.5s"
[machine]
processors = 2
quantum = "infinite"
context_switch = "2us"
wake_latency = "5.5us"
get_cost = "100ns"
post_cost = "1us"
[[port]]
name = "first"
concurrency = 4294967295
policy = "wine8"
[[port]]
name = "second"
[[worker]]
name = "w"
port = "second"
count = 7
batch = 16
timeout = "20ms"
on_packet = [ { compute = { uniform = ["1ms", "2ms"] } }, { chance = 0.5, steps = [ { block = { exponential = "3ms" } }, { steps = [ { post = "first", key = 2 } ] } ] }, { compute = "1us" } ]
on_packet_5 = [ { compute = { lognormal = { median = "1ms", sigma = 0.5 } } } ]
on_packet_2 = [ { block = { choice = [[0.9, "1ms"], [0.1, "20ms"]] }, chance = 0.25 } ]
[[source]]
name = "a"
port = "second"
key = 5
arrivals = { at = ["2ms", "1ms"] }
[[source]]
name = "b"
port = "first"
arrivals = { closed = 4, think = "2ms" }
)";

std::string file_text(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

}  // namespace

TEST_CASE("scenario: every field is read as written") {
    const Scenario s = scenario_of(kAll);
    CHECK(s.number == 3);
    CHECK(s.seed == 9);
    CHECK(s.until == Instant{1'500'000'000});
    CHECK(s.machine.quantum == kInfinite);
    CHECK(s.machine.wake_latency.a == Duration{5'500});
    CHECK(s.ports[0].concurrency == 4'294'967'295u);
    CHECK(s.ports[0].policy == policy_from_name("wine8"));
    CHECK(s.ports[1].concurrency == 0);
    const WorkerParams& w = s.workers[0];
    CHECK(w.port == PortId{1});
    CHECK(w.count == 7);
    CHECK(w.batch == 16);
    CHECK(w.timeout == Duration{20'000'000});
    REQUIRE(w.on_packet.steps.size() == 6);
    CHECK(w.on_packet.steps[1].kind == Step::Kind::group);
    CHECK(w.on_packet.steps[1].size == 3);
    CHECK(w.on_packet.steps[3].size == 1);
    CHECK(w.on_packet.steps[4].port == PortId{0});
    CHECK(w.on_packet.steps[4].key == 2);
    REQUIRE(w.on_packet_of_key.size() == 2);
    CHECK(w.on_packet_of_key[0].first == 2);
    CHECK(handler_of(w, 2).steps[0].chance == 0.25);
    CHECK(handler_of(w, 77).steps.size() == 6);
    CHECK(s.sources[0].at == std::vector<Instant>{{1'000'000}, {2'000'000}});
    CHECK(s.sources[1].clients == 4);
}

TEST_CASE("scenario: --set reaches every table, takes TOML or text, and the last one wins") {
    const Scenario s = scenario_of(kAll, {"machine.processors=3", "machine.quantum=5ms", "port.first.policy=nt", "worker.w.count=9", "seed=11", "seed=12", "source.a.arrivals={ every = \"1ms\", count = 10 }"});
    CHECK(s.machine.processors == 3);
    CHECK(s.machine.quantum == Duration{5'000'000});
    CHECK(s.ports[0].policy == Policy::nt);
    CHECK(s.workers[0].count == 9);
    CHECK(s.seed == 12);
    CHECK(s.sources[0].kind == SourceParams::Kind::every);
    CHECK(s.sources[0].count == 10u);
    CHECK_FALSE(scenario_parse(kAll, "x.toml", {"port.third.policy=nt"}).ok());
    CHECK_FALSE(scenario_parse(kAll, "x.toml", {"nonsense"}).ok());
}

TEST_CASE("scenario: files changed at random are read or refused with a place, never worse") {
    const uint64_t count = test::count_or(3'000), seed = test::seed_or(4'711);
    MESSAGE(count << " files from seed " << seed);
    std::vector<std::string> texts{kAll};
    for (const auto& entry : std::filesystem::directory_iterator(std::string(PORTSIDE_SOURCE_DIR) + "/scenarios"))
        if (entry.path().extension() == ".toml") texts.push_back(file_text(entry.path()));
    uint64_t refused = 0;
    for (uint64_t i = 0; i < count; ++i) {
        std::mt19937_64 random(seed + i);
        std::string text = texts[random() % texts.size()];
        for (uint64_t n = 1 + random() % 4; n > 0; --n) {
            const size_t at = random() % text.size();
            const char* pieces[] = {"\"", "[", "]", "{", "}", "=", "-", "9", "0", "\n", "ms", ".", "#", "[[", "\x80", "\xFF", "'", ",", "e9"};
            switch (random() % 4) {
                case 0: text.erase(at, 1 + random() % 20); break;
                case 1: text.insert(at, pieces[random() % std::size(pieces)]); break;
                case 2: text[at] = static_cast<char>(random() % 256); break;
                case 3: text.insert(at, text.substr(random() % text.size(), random() % 40)); break;
            }
            if (text.empty()) text = "x";
        }
        const Result<Scenario> scenario = scenario_parse(text, "changed.toml");
        if (scenario) continue;
        ++refused;
        const Error& error = scenario.error();
        const int64_t lines = 1 + std::count(text.begin(), text.end(), '\n');
        CHECK_MESSAGE((error.line >= 1 && error.line <= lines && error.column >= 1 && !error.what.empty()), "PORTSIDE_TEST_SEED=" << seed + i << " PORTSIDE_TEST_COUNT=1: " << error.text());
    }
    CHECK(refused > count / 4);
}
