// What stands at the beginning of a system call, byte by byte: what may be replaced, what not, and what takes its place.
#include <doctest/doctest.h>

#include <array>
#include <cstring>

#include "recorder/common/stub.h"
#include "recorder/common/until.h"

using namespace recorder;

namespace {

using Bytes = std::array<uint8_t, kStubBytes>;

constexpr Bytes kWindows{0x4C, 0x8B, 0xD1, 0xB8, 0x09, 0x00, 0x00, 0x00, 0xF6, 0x04, 0x25, 0x08, 0x03, 0xFE, 0x7F, 0x01,
                         0x75, 0x03, 0x0F, 0x05, 0xC3, 0xCD, 0x2E, 0xC3, 0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00};
constexpr Bytes kWine{0x4C, 0x8B, 0xD1, 0xB8, 0xA3, 0x00, 0x00, 0x00, 0xF6, 0x04, 0x25, 0x08, 0x03, 0xFE, 0x7F, 0x01,
                      0x75, 0x03, 0x0F, 0x05, 0xC3, 0xEB, 0x01, 0xC3, 0xFF, 0x14, 0x25, 0x00, 0x10, 0xFE, 0x7F, 0xC3};

sim::RawRecord get_of(uint32_t packets, uint32_t depth = sim::kRawNoDepth) {
    sim::RawRecord record;
    record.kind = sim::RawKind::get_returned;
    record.count = packets;
    record.other = depth;
    return record;
}
sim::RawRecord post() {
    sim::RawRecord record;
    record.kind = sim::RawKind::posted;
    return record;
}

}  // namespace

TEST_CASE("stub: the two layouts are told apart, and one wrong byte anywhere but in the call's number is refused") {
    CHECK(stub_layout(kWindows) == StubLayout::windows);
    CHECK(stub_layout(kWine) == StubLayout::wine);
    for (const Bytes& good : {kWindows, kWine})
        for (size_t at = 0; at < (good == kWine ? 32u : 24u); ++at) {
            if (at == 4 || at == 5) continue;               // the number
            Bytes bad = good;
            bad[at] ^= 0x40;
            CAPTURE(at);
            CHECK(stub_layout(bad) == StubLayout::unknown);
        }
}

TEST_CASE("stub: what another program has changed is refused with a word about it") {
    Bytes jump = kWindows;
    jump[0] = 0xE9;
    CHECK(stub_layout(jump) == StubLayout::unknown);
    CHECK(stub_refusal(jump).find("another program has changed it") != std::string::npos);
    Bytes other{};
    CHECK(stub_refusal(other).find("no stub that is known: 0000") != std::string::npos);
}

TEST_CASE("stub: the patch jumps to the handler, the trampoline does what was replaced and jumps behind it") {
    const auto patch = stub_patch(0x1122334455667788);
    const std::array<uint8_t, 16> expected{0xFF, 0x25, 0, 0, 0, 0, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0x90, 0x90};
    CHECK(patch == expected);
    const auto trampoline = stub_trampoline(kWine, 0x170001000);
    CHECK(std::memcmp(trampoline.data(), kWine.data(), 16) == 0);
    uint64_t to = 0;
    std::memcpy(&to, trampoline.data() + 22, sizeof to);
    CHECK(to == 0x170001010);
}

TEST_CASE("until: conditions are read, others refused with a hint") {
    for (const std::string good : {"depth>100", "depth >= 3", "batch>8", "posts>10", "gets>=1"}) {
        CAPTURE(good);
        CHECK(Until::parse(good).ok());
    }
    for (const std::string bad : {"", "depth", "depth>", "depth<3", "width>3", "depth>-1", "depth>3x", ">3"}) {
        CAPTURE(bad);
        REQUIRE(!Until::parse(bad).ok());
        CHECK(Until::parse(bad).error().hint.find("depth>100") != std::string::npos);
    }
}

TEST_CASE("until: the depth follows posts and gets, and what the system says of it") {
    Until until = Until::parse("depth>2").value();
    CHECK(!until.holds_after(post()));                      // 1
    CHECK(!until.holds_after(post()));                      // 2
    CHECK(!until.holds_after(get_of(1)));                   // 1
    CHECK(!until.holds_after(post()));                      // 2
    CHECK(until.holds_after(post()));                       // 3
    CHECK(!until.holds_after(get_of(3)));                   // 0
    CHECK(until.holds_after(get_of(1, 7)));                 // 7, says the system
    Until batch = Until::parse("batch>=4").value();
    CHECK(!batch.holds_after(get_of(3)));
    CHECK(batch.holds_after(get_of(4)));
}
