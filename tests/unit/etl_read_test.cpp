// The kernel's log is read as it is documented, from bytes that a writer makes which shares nothing with the reader; what is missing is said; nothing crashes.
#include <doctest/doctest.h>

#include <random>
#include <string>

#include "sim/trace/etl_read.h"
#include "tests/counts.h"
#include "tests/etl_writer.h"

using namespace sim;
using test::EtlWriter;

namespace {

Etl read(const std::vector<uint8_t>& bytes) {
    Result<Etl> etl = etl_read("a.etl", bytes.data(), bytes.size());
    REQUIRE_MESSAGE(etl.ok(), etl.error().text());
    return etl.value();
}

// Two processors, every kind of event, three buffers beside the header's.
std::vector<uint8_t> some_log() {
    EtlWriter log({.performance_frequency = 10'000'000, .started = 100, .processors = 2});
    log.buffer(0).context_switch(110, 8, 0, 2).ready_thread(120, 12, 1).enqueue(130, 0xFFFF8001'00000040, 12).another(135, 1).context_switch(140, 0, 8, 5, 15);
    log.buffer(1).context_switch(125, 12, 0, 2).dequeue(131, 12, {0xFFFF8001'00000040, 0xFFFF8001'00000080}).of_provider().compact(132, 0x0300).context_switch(150, 16, 12, 1, 32);
    log.buffer(0).context_switch(160, 8, 0, 2);
    return log.bytes();
}

}  // namespace

TEST_CASE("etl: every kind of event is read with its fields, in time order over the processors' buffers; others are skipped and counted") {
    const Etl etl = read(some_log());
    CHECK(etl.frequency == 10'000'000);
    CHECK(etl.start_ticks == 100);
    CHECK(etl.damage.empty());
    CHECK(etl.holes.empty());
    CHECK(etl.skipped == 3);                                // of another opcode, of a provider, with a compact header
    REQUIRE(etl.events.size() == 8);
    std::vector<uint64_t> times;
    for (const EtlEvent& event : etl.events) times.push_back(event.ticks);
    CHECK(times == std::vector<uint64_t>{110, 120, 125, 130, 131, 140, 150, 160});
    const EtlEvent& ready = etl.events[1];
    CHECK(ready.kind == EtlKind::thread_ready);
    CHECK(ready.thread == 12);
    CHECK(ready.from_interrupt);
    CHECK(ready.processor == 0);
    const EtlEvent& queued = etl.events[3];
    CHECK(queued.kind == EtlKind::queued);
    CHECK(queued.entry == 0xFFFF8001'00000040);
    const EtlEvent& taken = etl.events[4];
    CHECK(taken.kind == EtlKind::taken);
    CHECK(taken.thread == 12);
    CHECK(taken.processor == 1);
    REQUIRE(taken.count == 2);
    CHECK(etl.entries[taken.first] == 0xFFFF8001'00000040);
    CHECK(etl.entries[taken.first + 1] == 0xFFFF8001'00000080);
    const EtlEvent& waits = etl.events[5];
    CHECK(waits.kind == EtlKind::context_switch);
    CHECK(waits.thread == 0);
    CHECK(waits.old_thread == 8);
    CHECK(waits.state == 5);
    CHECK(waits.wait_reason == 15);
    CHECK(etl.events[6].wait_reason == 32);
    CHECK(etl.events[6].state == 1);
}

TEST_CASE("etl: buffers that stand in the file in another order than they were filled are put in order; a processor above 255 has its index") {
    EtlWriter log({.started = 1, .processors = 400});
    log.buffer(300, 0, 0x20).context_switch(20, 8, 0, 2).buffer(300, 0, 0x20).context_switch(10, 0, 8, 5).swap_last();
    const Etl etl = read(log.bytes());
    REQUIRE(etl.events.size() == 2);
    CHECK(etl.events[0].ticks == 10);
    CHECK(etl.events[0].processor == 300);
}

TEST_CASE("etl: lost events and buffers are counted, and lie from the processor's buffer before to the end of the one that says so; where none says so, anywhere") {
    EtlWriter log({.started = 1, .processors = 2, .events_lost = 7, .buffers_lost = 2});
    log.buffer(0).context_switch(10, 8, 0, 2).context_switch(20, 0, 8, 5);
    log.buffer(1).context_switch(15, 12, 0, 2);
    log.buffer(0, 0, 2).context_switch(40, 8, 0, 2).context_switch(50, 0, 8, 5);
    log.buffer(0).context_switch(60, 8, 0, 2);
    const Etl etl = read(log.bytes());
    CHECK(etl.events_lost == 7);
    CHECK(etl.buffers_lost == 2);
    REQUIRE(etl.holes.size() == 3);
    CHECK(etl.holes[0].processor == 0);
    CHECK(etl.holes[0].from == 20);
    CHECK(etl.holes[0].to == 50);
    CHECK(etl.holes[1].from == 60);                         // after the last buffer no flag would tell
    CHECK(etl.holes[1].to == UINT64_MAX);
    CHECK(etl.holes[2].processor == 1);
    CHECK(etl.holes[2].from == 15);
    EtlWriter silent({.processors = 1, .events_lost = 1});
    silent.buffer(0).context_switch(10, 8, 0, 2);
    const Etl anywhere = read(silent.bytes());
    REQUIRE(anywhere.holes.size() == 2);
    CHECK(anywhere.holes[1].processor == kEveryProcessor);
}

TEST_CASE("etl: a log of 32-bit Windows is refused, and so is what is no log") {
    const auto error_of = [](const std::vector<uint8_t>& bytes) {
        const Result<Etl> etl = etl_read("a.etl", bytes.data(), bytes.size());
        REQUIRE(!etl.ok());
        return etl.error().text();
    };
    CHECK(error_of(EtlWriter({.header_type = 1}).bytes()).find("32-bit") != std::string::npos);
    CHECK(error_of(EtlWriter({.pointer_bytes = 4}).bytes()).find("pointers of 4 bytes") != std::string::npos);
    CHECK(error_of({}).find("no event trace log") != std::string::npos);
    CHECK(error_of(std::vector<uint8_t>(4096, 'x')).find("no event trace log") != std::string::npos);
}

TEST_CASE("etl: a session that was not ended says that its last events may be missing, on every processor") {
    EtlWriter log({.started = 5, .processors = 3, .was_stopped = false});
    log.buffer(0).context_switch(10, 8, 0, 2);
    const Etl etl = read(log.bytes());
    REQUIRE(etl.damage.size() == 1);
    CHECK(etl.damage[0].find("not ended") != std::string::npos);
    REQUIRE(etl.holes.size() == 3);
    CHECK(etl.holes[0].from == 10);
    CHECK(etl.holes[1].from == 5);
    CHECK(etl.holes[1].to == UINT64_MAX);
}

TEST_CASE("etl: cut off at every byte, the log is refused or read up to there, and what is lost is said") {
    const std::vector<uint8_t> whole = some_log();
    size_t last = 0;
    for (size_t size = 0; size < whole.size(); ++size) {
        const Result<Etl> etl = etl_read("a.etl", whole.data(), size);
        if (!etl) {
            CHECK(size < 0x48 + 0x20 + 0x118 + 8);           // in the first event
            continue;
        }
        CAPTURE(size);
        CHECK(!etl.value().damage.empty());
        CHECK(etl.value().holes.size() >= 2);                // on each processor the end is not known
        CHECK(etl.value().events.size() >= last);
        last = etl.value().events.size();
    }
    CHECK(last == 8);
}

TEST_CASE("etl: an event whose size makes no sense costs its buffer's rest, a compressed buffer is not read, and both leave a hole") {
    EtlWriter log({.started = 1});
    log.buffer(0).context_switch(10, 8, 0, 2).raw({0x02, 0, 0x11, 0xC0, 4, 0, 36, 5}).context_switch(20, 0, 8, 5);
    log.buffer(0).context_switch(30, 8, 0, 2);
    log.buffer(1, 0, 0x40).context_switch(15, 12, 0, 2);
    const Etl etl = read(log.bytes());
    CHECK(etl.events.size() == 2);
    REQUIRE(etl.damage.size() == 2);
    CHECK(etl.damage[0].find("makes no sense") != std::string::npos);
    CHECK(etl.damage[1].find("compressed") != std::string::npos);
    REQUIRE(etl.holes.size() == 2);
    CHECK(etl.holes[0].from == 10);
    CHECK(etl.holes[0].to == 30);
    CHECK(etl.holes[1].processor == 1);
    CHECK(etl.holes[1].from == 0);
}

TEST_CASE("etl: a list of taken entries that says more than it has is read as far as it goes") {
    EtlWriter log({.started = 1});
    std::vector<uint8_t> event{0x02, 0, 0x11, 0xC0, 16 + 8 + 8, 0, 63, 5, 9, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0};
    log.buffer(0).raw(event);
    const Etl etl = read(log.bytes());
    REQUIRE(etl.events.size() == 1);
    CHECK(etl.events[0].ticks == 9);
    CHECK(etl.events[0].count == 1);
    CHECK(etl.entries == std::vector<uint64_t>{0x40});
}

TEST_CASE("etl: random bytes and random changes are read or refused, and nothing crashes") {
    const uint64_t seed = test::seed_or(20'261'121);
    MESSAGE("seed " << seed);
    std::mt19937_64 draws(seed);
    const std::vector<uint8_t> good = some_log();
    for (uint64_t i = 0, count = test::count_or(20'000); i < count; ++i) {
        std::vector<uint8_t> bytes = good;
        const uint64_t changes = 1 + draws() % 8;
        for (uint64_t change = 0; change < changes; ++change) bytes[draws() % bytes.size()] = static_cast<uint8_t>(draws());
        if (i % 4 == 0) bytes.resize(draws() % bytes.size());
        const Result<Etl> etl = etl_read("a.etl", bytes.data(), bytes.size());
        if (etl) CHECK(etl.value().events.size() <= 256);
    }
    for (int i = 0; i < 2000; ++i) {
        std::vector<uint8_t> bytes = good;                   // the session's header stays, all else is noise
        for (size_t at = 1024; at < bytes.size(); ++at) bytes[at] = static_cast<uint8_t>(draws());
        (void)etl_read("a.etl", bytes.data(), bytes.size());
    }
}
