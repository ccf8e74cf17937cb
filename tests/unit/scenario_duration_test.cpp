#include <doctest/doctest.h>


#include "sim/base/prng.h"
#include "sim/scenario/load.h"
#include "tests/counts.h"

using namespace sim;

namespace {

int64_t ns(std::string_view text) {
    const Result<Duration> parsed = parse_duration(text);
    REQUIRE_MESSAGE(parsed.ok(), std::string(text));
    return parsed->ns;
}

std::string error(std::string_view text, bool allow_infinite = false) {
    const Result<Duration> parsed = parse_duration(text, allow_infinite);
    REQUIRE_FALSE_MESSAGE(parsed.ok(), std::string(text));
    return parsed.error().text();
}

}  // namespace

TEST_CASE("a duration is a decimal number and a unit, rounded to the nearest ns") {
    CHECK(ns("0ns") == 0);
    CHECK(ns("5ms") == 5'000'000);
    CHECK(ns("1428.571429us") == 1'428'571);      // 1'428'571.429
    CHECK(ns("0.5ns") == 1);
    CHECK(ns("0.4999ns") == 0);
    CHECK(ns("1.2345678985s") == 1'234'567'899);
    CHECK(ns("0.9999999999s") == 1'000'000'000);
    CHECK(ns("007us") == 7'000);
    CHECK(ns("4611686018427387904ns") == kDurationMax.ns);
    CHECK(ns("4611686018.427387904s") == kDurationMax.ns);
    CHECK(parse_duration("infinite", true).value() == kInfinite);
}

TEST_CASE("what is no duration is an error that says what one looks like") {
    CHECK(error("5") == "'5' has no unit, expected ns, us, ms or s; did you mean '5ms'?");
    CHECK(error("5min") == "'5min' has an unknown unit 'min', expected ns, us, ms or s");
    CHECK(error("5 ms") == "'5 ms' has an unknown unit ' ms', expected ns, us, ms or s; no space between number and unit");
    CHECK(error("5\xC2\xB5s") == "'5\xC2\xB5s' has an unknown unit '\xC2\xB5s', expected ns, us, ms or s; microseconds are written us");
    CHECK(error("-5ms") == "'-5ms' is negative, expected a duration from 0ns");
    CHECK(error("") == "'' is not a duration, expected a number and a unit such as '5ms'");
    CHECK(error("ms") == "'ms' is not a duration, expected a number and a unit such as '5ms'");
    CHECK(error(".5ms") == "'.5ms' is not a duration, expected a number and a unit such as '5ms'");
    CHECK(error("5.ms") == "'5.ms' has no digit after the point, expected a duration such as '1.5ms'");
    CHECK(error("1e3ms") == "'1e3ms' has an unknown unit 'e3ms', expected ns, us, ms or s");
    CHECK(error("4611686018427387904.5ns").find("is too long, expected at most 2^62 ns") != std::string::npos);
    CHECK(error("4611686018427387905ns").find("is too long") != std::string::npos);
    CHECK(error("99999999999999999999999999s").find("is too long") != std::string::npos);
    CHECK(error("infinite").find("is not allowed here") != std::string::npos);
    CHECK(error("Infinite", true).find("is not a duration") != std::string::npos);
}

TEST_CASE("durations are written in the largest unit without a leading zero") {
    CHECK(duration_text({0}) == "0ns");
    CHECK(duration_text({1'500'000}) == "1.5ms");
    CHECK(duration_text({20'000}) == "20us");
    CHECK(duration_text({1'000'000'001}) == "1.000000001s");
    CHECK(duration_text({999}) == "999ns");
    CHECK(duration_text(kInfinite) == "infinite");
}

TEST_CASE("parse_duration gives back every duration that duration_text writes") {
    const uint64_t seed = test::seed_or(42);
    MESSAGE("seed " << seed);
    Stream stream{seed, 0};
    for (int i = 0; i < 20'000; ++i) {
        const int bits = static_cast<int>(stream.next_u64() % 62) + 1;
        const Duration d{static_cast<int64_t>(stream.next_u64() >> (64 - bits))};
        CHECK(parse_duration(duration_text(d)).value() == d);
    }
    CHECK(parse_duration(duration_text(kDurationMax)).value() == kDurationMax);
}
