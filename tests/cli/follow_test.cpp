// `portside info --follow`: beside a recording as a person would run it, and on files whose content is known.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "recorder/common/ring.h"
#include "sim/cli/follow.h"
#include "sim/trace/file_format.h"
#include "tests/cli/shell.h"

using namespace test;

namespace {

using sim::Kind;
using sim::Record;


const std::string kLong = R"(until = "600s"
[machine]
processors = 2
[[port]]
name = "gate"
concurrency = 1
[[worker]]
name = "worker"
port = "gate"
count = 2
on_packet = [ { compute = "10us" } ]
[[source]]
name = "clients"
port = "gate"
arrivals = { every = "1ms" }
)";

sim::TraceHeader header_of_two_workers(bool has_decisions) {
    sim::TraceHeader header;
    header.version = sim::kTraceVersion;
    header.source = "measured";
    header.has_decisions = has_decisions;
    header.threads = {"worker.0", "worker.1"};
    header.ports = {{.name = "gate", .concurrency = 1, .limit = 1, .policy = {}}};
    return header;
}

Record record_of(Kind kind, int64_t time_ns, uint32_t thread, uint32_t packet, uint64_t argument = 0, uint16_t flags = 0) {
    Record record;
    record.kind = kind;
    record.time_ns = time_ns;
    record.thread = thread;
    record.packet = packet;
    record.port = 0;
    record.argument = argument;
    record.flags = flags;
    return record;
}

// Starts a long recording, follows it in another process, ends the recording with `signal` when three lines are there.
Outcome followed(const Folder& folder, const std::string& signal, const std::string& options) {
    write_file(folder / "long.toml", kLong);
    const std::string program = quoted(PORTSIDE_PROGRAM);
    return shell(folder, program + " record long.toml -o 'my trace.ptrace' >/dev/null 2>record.err & p=$!; for i in $(seq 1000); do [ -e 'my trace.ptrace.part' ] && break; sleep 0.01; done; " +
                             "timeout 60 " + program + " info --follow --every 50ms " + options + " 'my trace.ptrace' >lines & f=$!; " +
                             "for i in $(seq 3000); do [ $(grep -c posted lines) -ge 3 ] && break; sleep 0.02; done; kill -" + signal + " $p; wait $f; code=$?; wait $p; cat lines; exit $code");
}

}  // namespace

TEST_CASE("follow: a recording is watched while it grows, and its whole info ends it") {
    const Folder folder;
    const Outcome outcome = followed(folder, "INT", "");
    CHECK_MESSAGE(outcome.code == 0, outcome.err);
    CHECK(has(outcome.out, " records, 0 lost, "));
    CHECK(has(outcome.out, " threads; gate: "));
    CHECK(has(outcome.out, " dequeued, depth "));
    CHECK(has(outcome.out, "whole        yes"));
    CHECK_FALSE(has(outcome.out, "\r"));                    // no terminal: a line each
    CHECK_MESSAGE(outcome.err.empty(), outcome.err);
    CHECK(has(read_file(folder / "record.err"), "wrote my trace.ptrace"));
}

TEST_CASE("follow: --json prints an object a line, which grow, and last the trace's header") {
    const Folder folder;
    const Outcome outcome = followed(folder, "INT", "--json");
    REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
    std::vector<std::string> lines;
    for (size_t at = 0; at < outcome.out.size();) {
        const size_t end = outcome.out.find('\n', at);
        lines.push_back(outcome.out.substr(at, end - at));
        at = end + 1;
    }
    REQUIRE(lines.size() >= 4);
    for (size_t i = 0; i < lines.size(); ++i) {
        CAPTURE(lines[i]);
        CHECK(lines[i].front() == '{');
        CHECK(lines[i].back() == '}');
        CHECK(has(lines[i], i + 1 == lines.size() ? "\"header\":" : "\"ports\":[{\"name\":\"gate\",\"posted\":"));
    }
    CHECK(json_numbers(lines[2], "posted")[0] > json_numbers(lines[0], "posted")[0]);
    CHECK(json_numbers(lines.back(), "records")[0] >= json_numbers(lines[lines.size() - 2], "posted")[0] * 4);
}

TEST_CASE("follow: a recorder that is killed is told, with what its file holds") {
    const Folder folder;
    const Outcome outcome = followed(folder, "KILL", "");
    CHECK(outcome.code == 0);
    CHECK_MESSAGE(has(outcome.err, "the recorder is gone, and my trace.ptrace not written; this is what my trace.ptrace.part holds"), outcome.err);
    CHECK(has(outcome.out, "whole        no"));
    CHECK(has(outcome.out, "completed"));
}

TEST_CASE("follow: what nobody records is told: a trace that is there is shown, one that is not is an error") {
    const Folder folder;
    const Outcome none = portside(folder, "info --follow no.ptrace");
    CHECK(none.code == 1);
    CHECK(has(none.err, "nobody records it: there is no no.ptrace.part"));
    REQUIRE(portside(folder, "sim limit-1-burst -o a.ptrace").code == 0);
    const Outcome finished = portside(folder, "info --follow a.ptrace");
    CHECK(finished.code == 0);
    CHECK(has(finished.err, "nobody records a.ptrace now"));
    CHECK(has(finished.out, "whole        yes"));
    CHECK(portside(folder, "info --follow a.ptrace --every 0").code == 2);
    CHECK(portside(folder, "info a.ptrace --every 1s").code == 2);
}

TEST_CASE("follow: counts of a ring file: posts, gets and depth of a port, losses, threads; a batch counts as its packets; stop packets count nowhere") {
    for (const bool has_decisions : {true, false}) {
        CAPTURE(has_decisions);
        const Folder folder;
        const std::string path = (folder / "a.ptrace.part").string();
        std::optional<recorder::RingFile> file(std::move(recorder::RingFile::create(path, header_of_two_workers(has_decisions), 128).value()));
        const sim::FollowBytes bytes = std::move(sim::FollowBytes::open(path).value());
        CHECK(bytes.is_held());
        std::optional<sim::FollowRings> rings = sim::FollowRings::begin(bytes);
        REQUIRE(rings.has_value());
        rings->look(bytes);
        CHECK(rings->figures().records == 0);
        for (uint32_t packet = 0; packet < 5; ++packet) file->sources().push(record_of(Kind::posted, 10 + packet, sim::kNoThread, packet));
        file->of_thread(1).push(record_of(Kind::get_returned, 20, 1, 0, 3));
        if (!has_decisions) {
            file->of_thread(1).push(record_of(Kind::get_returned, 20, 1, 1));
            file->of_thread(1).push(record_of(Kind::get_returned, 20, 1, 2));
        }
        file->of_thread(1).push(record_of(Kind::get_returned, 21, 1, 77, 1, sim::kStop));
        rings->look(bytes);
        CHECK(rings->figures().ports[0].posted == 5);
        CHECK(rings->figures().ports[0].dequeued == 3);
        CHECK(rings->figures().ports[0].depth == 2);
        CHECK(rings->figures().threads == 1);
        CHECK(rings->figures().elapsed_ns == 21);
        for (uint32_t i = 0; i < 130; ++i) file->of_thread(0).push(record_of(Kind::mark, 30, 0, sim::kNoPacket));
        rings->look(bytes);
        CHECK(rings->figures().lost == 2);
        CHECK(rings->figures().records == (has_decisions ? 135 : 137));
        CHECK(rings->figures().threads == 2);
        CHECK(rings->figures().unseen == 0);
        file.reset();
        CHECK_FALSE(bytes.is_held());
    }
}

TEST_CASE("follow: a thread that goes on in a spare ring is one thread, and all that it wrote counts") {
    const Folder folder;
    const std::string path = (folder / "a.ptrace.part").string();
    std::optional<recorder::RingFile> file(std::move(recorder::RingFile::create(path, header_of_two_workers(true), 16'384).value()));
    for (uint32_t i = 0; i < 20'000; ++i) file->of_thread(1).push(record_of(Kind::get_returned, 20, 1, i, 1));
    for (uint32_t i = 0; i < 20'000; ++i) file->sources().push(record_of(Kind::posted, 20, sim::kNoThread, i));
    const sim::FollowBytes bytes = std::move(sim::FollowBytes::open(path).value());
    std::optional<sim::FollowRings> rings = sim::FollowRings::begin(bytes);
    REQUIRE(rings.has_value());
    rings->look(bytes);
    CHECK(rings->figures().lost == 0);
    CHECK(rings->figures().records == 40'000);
    CHECK(rings->figures().threads == 1);
    CHECK(rings->figures().ports[0].dequeued == 20'000);
    CHECK(rings->figures().ports[0].posted == 20'000);
}

TEST_CASE("follow: a file whose beginning is not written yet is no recording so far, and one that is cut off is no crash") {
    const Folder folder;
    write_file(folder / "zeros.part", std::string(8192, '\0'));
    const sim::FollowBytes zeros = std::move(sim::FollowBytes::open((folder / "zeros.part").string()).value());
    CHECK_FALSE(sim::FollowRings::begin(zeros).has_value());
    CHECK_FALSE(sim::FollowRaw::begin(zeros).has_value());
    const std::string path = (folder / "a.ptrace.part").string();
    std::optional<recorder::RingFile> file(std::move(recorder::RingFile::create(path, header_of_two_workers(true), 1024).value()));
    file->of_thread(1).push(record_of(Kind::get_returned, 20, 1, 0, 1));
    file.reset();
    const sim::FollowBytes bytes = std::move(sim::FollowBytes::open(path).value());
    std::optional<sim::FollowRings> rings = sim::FollowRings::begin(bytes);
    REQUIRE(rings.has_value());
    std::filesystem::resize_file(path, 6000);
    rings->look(bytes);
    CHECK(rings->figures().records == 0);
}
