#include <doctest/doctest.h>

#include <cmath>
#include <deque>
#include <vector>

#include "sim/base/exact_math.h"
#include "sim/base/exponential.h"
#include "sim/model/distribution.h"
#include "sim/model/port.h"

using namespace sim;

TEST_CASE("exact_log and exact_exp stay within 1e-14 of the library's") {
    Stream stream{42, 0};
    for (int i = 0; i < 100'000; ++i) {
        const double u = stream.next_unit();
        const double x = std::exp((u - 0.5) * 100);
        CHECK(std::abs(exact_log(x) - std::log(x)) <= 1e-14 * (1 + std::abs(std::log(x))));
        const double e = (u - 0.5) * 60;
        CHECK(std::abs(exact_exp(e) / std::exp(e) - 1) <= 1e-14);
    }
    CHECK(exact_log(1) == 0);
    CHECK(exact_exp(0) == 1);
}

TEST_CASE("exponential draws have the distribution's moments, tail and quantiles") {
    const int n = 4'000'000;
    double sum = 0, squares = 0;
    int below[4] = {}, tail = 0;
    for (int i = 0; i < n; ++i) {
        Stream stream{packet_stream_key(99, static_cast<uint64_t>(i)), 0};
        const double x = draw_exponential(stream);
        sum += x, squares += x * x;
        for (int k = 0; k < 4; ++k) below[k] += x < 0.1 * (k + 1) * (k + 1) ? 1 : 0;      // 0.1, 0.4, 0.9, 1.6
        tail += x > kZigguratTail ? 1 : 0;
    }
    CHECK(std::abs(sum / n - 1) < 4 / std::sqrt(n));                                       // 4 standard errors
    CHECK(std::abs(squares / n - 2) < 4 * std::sqrt(20.0 / n));
    for (int k = 0; k < 4; ++k) {
        const double p = 1 - std::exp(-0.1 * (k + 1) * (k + 1));
        CHECK(std::abs(below[k] / static_cast<double>(n) - p) < 4 * std::sqrt(p * (1 - p) / n));
    }
    CHECK(std::abs(tail - n * std::exp(-kZigguratTail)) < 4 * std::sqrt(n * std::exp(-kZigguratTail)));
}

TEST_CASE("a stream's draw n is a function of key and n alone") {
    Stream a{7, 0}, b{7, 0};
    const uint64_t first = a.next_u64(), second = a.next_u64();
    b.counter = 1;
    CHECK(b.next_u64() == second);
    CHECK(first != second);
    CHECK(packet_stream_key(source_stream_key(1, "clients"), 17) != packet_stream_key(source_stream_key(1, "clients"), 18));
    CHECK(packet_stream_key(source_stream_key(1, "clients"), 17) != packet_stream_key(source_stream_key(2, "clients"), 17));
    CHECK(source_stream_key(1, "a") != source_stream_key(1, "b"));
    CHECK(child_stream_key(5, 0) != child_stream_key(5, 1));
}

TEST_CASE("every distribution's sample mean lies near its mean") {
    const Duration ms{1'000'000};
    const std::vector<Distribution> all{
        {.kind = Distribution::Kind::fixed, .a = ms, .b = {}, .sigma = 0, .weights = {}, .values = {}},
        {.kind = Distribution::Kind::uniform, .a = ms, .b = {3'000'000}, .sigma = 0, .weights = {}, .values = {}},
        {.kind = Distribution::Kind::exponential, .a = ms, .b = {}, .sigma = 0, .weights = {}, .values = {}},
        {.kind = Distribution::Kind::lognormal, .a = ms, .b = {}, .sigma = 0.5, .weights = {}, .values = {}},
        {.kind = Distribution::Kind::choice, .a = {}, .b = {}, .sigma = 0, .weights = {0.9, 0.1}, .values = {ms, {20'000'000}}},
        {.kind = Distribution::Kind::samples, .a = {}, .b = {}, .sigma = 0, .weights = {}, .values = {ms, {2'000'000}, {6'000'000}}},
    };
    for (const Distribution& d : all) {
        Stream stream{99, 0};
        double sum = 0;
        const int n = 200'000;
        for (int i = 0; i < n; ++i) sum += static_cast<double>(draw(d, stream).ns);
        CHECK(sum / n == doctest::Approx(mean_ns(d)).epsilon(0.02));
    }
}

TEST_CASE("a packet queue gives packets back in order while it grows and shrinks") {
    PacketQueue queue;
    uint32_t in = 0, out = 0;
    for (int round = 0; round < 50; ++round) {
        for (int i = 0; i < 37; ++i) queue.push_back({in++});
        for (int i = 0; i < 33; ++i) CHECK(queue.pop_front().value == out++);
    }
    CHECK(queue.size() == in - out);
    queue.push_front({777});
    CHECK(queue[0].value == 777);
}

TEST_CASE("shared queue: every copy keeps what it had, whatever is done to the others, for 200 random histories") {
    const uint64_t seed = 20261121;
    MESSAGE("seed " << seed);
    Stream random{seed, 0};
    for (int history = 0; history < 200; ++history) {
        std::vector<std::pair<SharedQueue<int, 4>, std::deque<int>>> copies(1);
        for (int step = 0; step < 300; ++step) {
            auto& [queue, plain] = copies[random.next_u64() % copies.size()];
            const int value = static_cast<int>(random.next_u64() % 1000);
            switch (random.next_u64() % 8) {
                case 0: case 1: case 2: queue.push_back(value), plain.push_back(value); break;
                case 3: queue.push_front(value), plain.push_front(value); break;
                case 4: case 5: if (!plain.empty()) queue.pop_front(), plain.pop_front(); break;
                case 6: if (!plain.empty()) { const size_t at = random.next_u64() % plain.size(); queue.mine(at) = value, plain[at] = value; } break;
                case 7:
                    if (copies.size() < 6) copies.emplace_back(copies[random.next_u64() % copies.size()]);
                    else copies[random.next_u64() % copies.size()] = copies[random.next_u64() % copies.size()];
                    break;
            }
            for (const auto& [shared, expected] : copies) {
                REQUIRE(shared.size() == expected.size());
                for (size_t i = 0; i < expected.size(); ++i) REQUIRE(shared[i] == expected[i]);
            }
        }
    }
}
