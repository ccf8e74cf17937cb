#include <doctest/doctest.h>

#include "sim/cli/axis.h"

using namespace sim;

TEST_CASE("axis: ranges of numbers and durations, steps and lists") {
    using Values = std::vector<std::string>;
    CHECK(axis_parse("port.port.concurrency=1..4")->values == Values{"1", "2", "3", "4"});
    CHECK(axis_parse("port.port.concurrency=1..4")->path == "port.port.concurrency");
    CHECK(axis_parse("w.w.count=2..9..3")->values == Values{"2", "5", "8"});
    CHECK(axis_parse("machine.wake_latency=0us..20us..10us")->values == Values{"0ns", "10us", "20us"});
    CHECK(axis_parse("machine.quantum=1ms..3ms")->values == Values{"1ms", "2ms", "3ms"});
    CHECK(axis_parse("port.port.policy=nt,wine8")->values == Values{"nt", "wine8"});
    CHECK(axis_parse("seed=5")->values == Values{"5"});
}

TEST_CASE("axis: what is no axis is told with what was expected") {
    for (const std::string bad : {"", "x", "=1..2", "x=", "x=1,,2", "x=1..y", "x=2..1", "x=1..2..0", "x=1..2..3..4", "x=1ms..2", "x=0..9223372036854775807", "x=1..2..1ms"}) {
        CAPTURE(bad);
        const Result<Axis> axis = axis_parse(bad);
        REQUIRE_FALSE(axis.ok());
        CHECK(axis.error().text().find("examples:") != std::string::npos);
    }
}
