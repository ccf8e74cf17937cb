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
    // Two processors that are busy with other work, which no record of the ports shows: the machine is slower than its threads' work.
    const Trace busy = test::run_of(test::handlers(6) + kOpen, "until = \"6s\"\n", {"machine.background=[{ share = 0.7, burst = \"8ms\", priority = 9 }]"});
    const Prediction poor = predicted(busy, {"port.port.concurrency=1"});
    CHECK_FALSE(poor.accepted);
    CHECK(poor.why.find("recorded setting") != std::string::npos);
    CHECK(poor.figures.empty());
}

TEST_CASE("predict: a --set that names nothing is an error that says so") {
    const Result<Prediction> found = predict(test::run_of(test::handlers(6) + kOpen), {.sets = {"port.port.limit=3"}, .seeds = 3});
    REQUIRE_FALSE(found.ok());
    CHECK(found.error().text().find("limit") != std::string::npos);
}
