// Predictions from simulated traces, held against simulations of the changed setting.
#include <doctest/doctest.h>

#include "sim/cli/json.h"
#include "sim/predict/predict.h"
#include "tests/calibrate/traces.h"

using namespace sim;

namespace {

const std::string kOpen = "arrivals = { poisson = \"1ms\", count = 5000 }\n";
const std::string kClosed = "arrivals = { closed = 6, think = { exponential = \"4ms\" } }\n";

Prediction predicted(const Trace& trace, std::vector<std::string> sets) {
    const Result<Prediction> found = predict(trace, {.sets = std::move(sets), .seeds = 5});
    REQUIRE_MESSAGE(found.ok(), (found ? std::string() : found.error().text()));
    return found.value();
}

}  // namespace

TEST_CASE("predict: another concurrency, other threads and more blocking come out as the changed scenario itself") {
    for (const bool closed : {false, true}) {
        const std::string text = test::handlers(6) + (closed ? kClosed : kOpen), top = closed ? "until = \"5s\"\n" : "";
        const Trace recorded = test::run_of(text, top);
        for (const char* set : {"port.port.concurrency=1", "port.port.concurrency=4", "worker.worker.count=3", "worker.worker.on_packet.1.chance=0.6"}) {
            CAPTURE(closed);
            CAPTURE(set);
            const Prediction found = predicted(recorded, {set});
            REQUIRE_MESSAGE(found.accepted, found.why);
            const Trace truth = test::run_of(text, top, {set});
            const Summary real = summarize(truth.header, truth.records);
            CHECK(found.predicted.throughput_per_s == doctest::Approx(real.throughput_per_s).epsilon(0.05));
            CHECK(static_cast<double>(found.predicted.latency.p50) == doctest::Approx(static_cast<double>(real.latency.p50)).epsilon(0.2));
            CHECK(static_cast<double>(found.predicted.latency.p99) == doctest::Approx(static_cast<double>(real.latency.p99)).epsilon(0.4));
        }
    }
}

TEST_CASE("predict: the header's claims play no part") {
    Trace trace = test::run_of(test::handlers(6) + kOpen);
    const Prediction with = predicted(trace, {"port.port.concurrency=1"});
    trace.header = header_without_claims(trace.header);
    const Prediction without = predicted(trace, {"port.port.concurrency=1"});
    CHECK(prediction_text(without) == prediction_text(with));
    CHECK(predict_json(without) == predict_json(with));
}

TEST_CASE("predict: too few packets, lost records and a poor fit are refused, with the reason") {
    CHECK(predicted(test::run_of(test::handlers(6) + "arrivals = { poisson = \"1ms\", count = 50 }\n"), {}).why.find("50 handled packets") != std::string::npos);
    Trace lossy = test::run_of(test::handlers(6) + kOpen);
    lossy.losses.push_back({"ring of worker.0 was full", 7});
    CHECK(predicted(lossy, {}).why.find("lost 7 records") != std::string::npos);
    // Light work, then heavy work: a scenario whose packets are all alike is neither.
    Trace light = test::run_of(test::handlers(6) + kOpen, "", {"worker.worker.on_packet.0.compute=50us", "worker.worker.on_packet.1.chance=0"});
    const Trace heavy = test::run_of(test::handlers(6) + kOpen, "", {"worker.worker.on_packet.0.compute=2.2ms"});
    const int64_t later = light.records.back().time_ns;
    for (Record r : heavy.records) {
        if (r.time_ns == 0) continue;
        r.time_ns += later;
        if (r.packet != kNoPacket && r.kind != Kind::get_called) r.packet += 5000;
        light.records.push_back(r);
    }
    const Prediction poor = predicted(light, {"port.port.concurrency=1"});
    CHECK_FALSE(poor.accepted);
    CHECK(poor.why.find("recorded setting") != std::string::npos);
    CHECK(poor.figures.empty());
}

TEST_CASE("predict: on a machine that is busy with other work, a third of its processors gone, the fit holds and the prediction too") {
    const std::string busy = "machine.background={ share = 0.35, burst = { exponential = \"1ms\" }, priority = 9 }";
    const std::string text = test::handlers(6) + "arrivals = { poisson = \"1.6ms\", count = 4000 }\n", top = "until = \"10s\"\n";
    const Trace recorded = test::run_of(text, top, {busy});
    const Prediction found = predicted(recorded, {"port.port.concurrency=1"});
    REQUIRE_MESSAGE(found.accepted, found.why);
    const Trace truth = test::run_of(text, top, {busy, "port.port.concurrency=1"});
    const Summary real = summarize(truth.header, truth.records);
    CHECK(static_cast<double>(found.predicted.latency.p50) == doctest::Approx(static_cast<double>(real.latency.p50)).epsilon(0.2));
    CHECK(static_cast<double>(found.predicted.latency.p99) == doctest::Approx(static_cast<double>(real.latency.p99)).epsilon(0.4));
}

TEST_CASE("predict: a --set that names nothing is an error that says so") {
    const Result<Prediction> found = predict(test::run_of(test::handlers(6) + kOpen), {.sets = {"port.port.limit=3"}, .seeds = 3});
    REQUIRE_FALSE(found.ok());
    CHECK(found.error().text().find("limit") != std::string::npos);
}
