// The values of a scenario as controls see them, and one value changed in its text.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/scenario/edit.h"
#include "sim/scenario/fields.h"
#include "sim/scenario/load.h"

namespace {

const std::string kText = R"(# a burst
seed = 7
[machine]
processors = 4   # of them

[[port]]
name = "port"
[[worker]]
name = "worker"
port = "port"
count = 6
on_packet = [ { compute = { exponential = "1ms" } }, { block = "5ms", chance = 0.2 } ]
[[source]]
name = "clients"
port = "port"
arrivals = { every = "1ms", count = 100 }
)";

const sim::Field* find(const std::vector<sim::Field>& fields, const std::string& path) {
    const auto at = std::find_if(fields.begin(), fields.end(), [&path](const sim::Field& field) { return field.path == path; });
    return at == fields.end() ? nullptr : &*at;
}

std::string put(const std::string& text, const std::string& set) {
    const sim::Result<std::string> out = sim::scenario_put(text, "a.toml", set);
    REQUIRE_MESSAGE(out.ok(), (out ? std::string() : out.error().text()));
    return *out;
}

std::string file_text(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
}

}  // namespace

TEST_CASE("fields: what the file says and what holds by default, with limits, words and units") {
    const sim::Result<std::vector<sim::Field>> fields = sim::scenario_fields(kText, "a.toml", {"machine.post_cost=2us"});
    REQUIRE(fields.ok());
    const auto value = [&](const std::string& path) { const sim::Field* field = find(*fields, path); return field == nullptr ? "none" : field->value; };
    CHECK(value("seed") == "7");
    CHECK(value("machine.processors") == "4");
    CHECK(value("machine.post_cost") == "2us");
    CHECK(value("worker.worker.on_packet.0.compute.exponential") == "1ms");
    CHECK(value("worker.worker.on_packet.1.block") == "5ms");
    CHECK(value("worker.worker.on_packet.1.chance") == "0.2");
    CHECK(value("source.clients.arrivals.every") == "1ms");
    CHECK(value("source.clients.arrivals.count") == "100");
    CHECK(value("machine.quantum") == "30ms");
    CHECK(value("port.port.policy") == "nt");
    REQUIRE(find(*fields, "port.port.concurrency") != nullptr);
    CHECK_FALSE(find(*fields, "port.port.concurrency")->written);
    CHECK(find(*fields, "worker.worker.count")->written);
    CHECK(find(*fields, "worker.worker.count")->low == 1);
    CHECK(find(*fields, "machine.quantum")->infinite);
    CHECK(std::count(find(*fields, "port.port.policy")->words.begin(), find(*fields, "port.port.policy")->words.end(), "wine8") == 1);
    CHECK_FALSE(sim::scenario_fields("seed = -1", "a.toml").ok());
}

TEST_CASE("put: a written value is replaced where it stands, comments stay; what is not written gets a line in its table") {
    CHECK(put(kText, "machine.processors=8").find("processors = 8   # of them\n") != std::string::npos);
    CHECK(put(kText, "seed=12").find("# a burst\nseed = 12\n") == 0);
    CHECK(put(kText, "worker.worker.on_packet.1.block=7ms").find("{ block = \"7ms\", chance = 0.2 }") != std::string::npos);
    CHECK(put(kText, "worker.worker.on_packet.0.compute=2ms").find("[ { compute = \"2ms\" }, {") != std::string::npos);
    CHECK(put(kText, "machine.get_cost=1us").find("processors = 4   # of them\nget_cost = \"1us\"\n") != std::string::npos);
    CHECK(put(kText, "port.port.policy=wine8").find("name = \"port\"\npolicy = \"wine8\"\n[[worker]]") != std::string::npos);
    CHECK(put(kText, "until=5ms").find("# a burst\nuntil = \"5ms\"\nseed = 7\n") == 0);
    const std::string bare = kText.substr(kText.find("[[port]]"));
    CHECK(put(bare, "machine.processors=2").ends_with("\n[machine]\nprocessors = 2\n"));
    CHECK(put(bare, "seed=3").starts_with("seed = 3\n[[port]]"));
    CHECK(put("machine = { processors = 2 }\n", "machine.quantum=1ms") == "machine = { quantum = \"1ms\", processors = 2 }\n");
    CHECK_FALSE(sim::scenario_put(kText, "a.toml", "worker.nobody.count=3").ok());
    CHECK_FALSE(sim::scenario_put("seed = ", "a.toml", "seed=3").ok());
}

TEST_CASE("put: for every value of every scenario the changed text means what --set means") {
    const sim::Result<std::vector<sim::ScenarioEntry>> entries = sim::scenario_list();
    REQUIRE(entries.ok());
    size_t tried = 0;
    for (const sim::ScenarioEntry& entry : *entries) {
        const std::string text = file_text(entry.path);
        const sim::Result<std::vector<sim::Field>> fields = sim::scenario_fields(text, entry.path);
        REQUIRE_MESSAGE(fields.ok(), entry.name);
        CHECK(fields->size() >= 15);
        for (const sim::Field& field : *fields) {
            CAPTURE(entry.name);
            CAPTURE(field.path);
            const std::string other = field.kind == sim::Field::Kind::duration ? "77us" : field.kind == sim::Field::Kind::word ? field.words.back() : field.kind == sim::Field::Kind::share ? "0.25" : "3";
            const std::string now = put(text, field.path + '=' + other);   // compares the trees itself
            const sim::Result<std::vector<sim::Field>> after = sim::scenario_fields(now, entry.path);
            if (after) {                                   // the checks may refuse it, as they refuse the --set
                REQUIRE(find(*after, field.path) != nullptr);
                CHECK(find(*after, field.path)->value == other);
            }
            CHECK(after.ok() == sim::scenario_parse(text, entry.path, {field.path + '=' + other}).ok());
            ++tried;
        }
    }
    CHECK(tried > 400);
}
