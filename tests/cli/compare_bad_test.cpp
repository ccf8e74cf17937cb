// What `portside compare` says of traces that are not what it would like: what can still be compared, or in one line why nothing can.
#include <doctest/doctest.h>

#include <algorithm>

#include "sim/trace/file.h"
#include "tests/cli/shell.h"

using namespace sim;
using test::Folder;
using test::has;
using test::json_numbers;
using test::Outcome;
using test::portside;

namespace {

// Notes are wrapped: words alone count.
std::string in_one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    for (size_t at = text.find("  "); at != std::string::npos; at = text.find("  ", at)) text.erase(at, 1);
    return text;
}

Trace read(const Folder& folder, const std::string& name) {
    Result<Trace> trace = trace_read((folder / name).string());
    REQUIRE(trace);
    return std::move(trace.value());
}
void write(const Folder& folder, const std::string& name, const Trace& trace) { REQUIRE(trace_write((folder / name).string(), trace)); }

void nothing(const Folder& folder, const std::string& sides, const std::string& why) {
    CAPTURE(sides);
    for (const char* form : {"", " --json", " --html x.html"}) {
        const Outcome outcome = portside(folder, "compare " + sides + form);
        CHECK(outcome.code == 1);
        CHECK(outcome.out.empty());
        CHECK_MESSAGE(has(outcome.err, why), outcome.err);
        CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
        CHECK_FALSE(std::filesystem::exists(folder / "x.html"));
    }
}
std::string something(const Folder& folder, const std::string& sides, const std::string& note) {
    CAPTURE(sides);
    const Outcome outcome = portside(folder, "compare " + sides + " --html y.html");
    CHECK(outcome.code == 0);
    const std::string text = in_one_line(outcome.out);
    CHECK_MESSAGE(has(text, note), text);
    CHECK(has(text, "latency.mean"));
    CHECK(portside(folder, "compare " + sides + " --json").code == 0);
    return text;
}

}  // namespace

TEST_CASE("compare: where nothing can be compared one line says why, and the code is 1") {
    const Folder folder;
    REQUIRE(portside(folder, "sim limit-1-burst -o a.ptrace").code == 0);
    const Trace whole = read(folder, "a.ptrace");
    test::write_file(folder / "empty.ptrace", "");
    std::filesystem::create_directory(folder / "folder");
    std::filesystem::create_directory(folder / "folder.ptrace");
    std::string bytes = test::read_file(folder / "a.ptrace");
    test::write_file(folder / "cut.ptrace", bytes.substr(0, bytes.size() / 2));
    bytes[8] = 7;
    test::write_file(folder / "newer.ptrace", bytes);
    Trace none = whole;
    none.records.clear();
    write(folder, "none.ptrace", none);
    Trace idle = whole;
    std::erase_if(idle.records, [](const Record& r) { return r.packet != kNoPacket || r.time_ns > 0; });
    write(folder, "idle.ptrace", idle);
    nothing(folder, "limit-1-burst empty.ptrace", "empty.ptrace: the file is empty, expected a trace");
    nothing(folder, "empty.ptrace limit-1-burst", "empty.ptrace: the file is empty, expected a trace");
    nothing(folder, "a.ptrace folder", "folder: that is a folder, expected a trace or a scenario");
    nothing(folder, "a.ptrace folder.ptrace", "folder.ptrace: that is a folder");
    nothing(folder, "a.ptrace newer.ptrace", "the trace has version 7, this program reads version 1; a newer Portside wrote it");
    nothing(folder, "a.ptrace none.ptrace", "none.ptrace: B holds no records: there is nothing to compare");
    nothing(folder, "none.ptrace a.ptrace", "none.ptrace: A holds no records: there is nothing to compare");
    nothing(folder, "a.ptrace a.ptrace none.ptrace", "none.ptrace: C holds no records: there is nothing to compare");
    nothing(folder, "a.ptrace cut.ptrace", "B holds no records that can be read (the chunk at byte ");
    nothing(folder, "a.ptrace idle.ptrace", "but no packet and no get that returned: there is nothing to compare");
}

TEST_CASE("compare: other scenarios, seeds and lengths are said, and what both have is compared") {
    const Folder folder;
    REQUIRE(portside(folder, "sim limit-1-burst -o a.ptrace").code == 0);
    REQUIRE(portside(folder, "sim twice-cpus -o other.ptrace").code == 0);
    REQUIRE(portside(folder, "sim twice-cpus --seed 99 -o seed.ptrace").code == 0);
    something(folder, "a.ptrace other.ptrace", "A is of scenario 'limit-1-burst' and B of 'twice-cpus': figures, shares and waits can be compared, but a decision that differs says nothing of the port 94 packets of B have no partner in A");
    something(folder, "other.ptrace seed.ptrace", "B 99: the same packets are drawn differently");
    Trace half = read(folder, "other.ptrace");
    half.records.resize(half.records.size() / 2);
    half.header.until_ns = half.records.back().time_ns;
    write(folder, "half.ptrace", half);
    const std::string text = something(folder, "other.ptrace half.ptrace", "packets of A have no partner in B");
    CHECK(has(text, "A was to end when nothing is left to do and B at "));
    CHECK(has(text, "contradicts 0 "));                                          // shorter is not wrong
}

TEST_CASE("compare: a trace with lost records, or a clock that ran backwards, contradicts nothing, and that is said") {
    const Folder folder;
    REQUIRE(portside(folder, "sim limit-1-burst --set port.port.policy=wine8 -o wine.ptrace").code == 0);
    const auto contradictions = [&](const std::string& name) { return json_numbers(portside(folder, "compare limit-1-burst " + name + " --json").out, "contradict"); };
    CHECK(contradictions("wine.ptrace").front() > 0);
    Trace lossy = read(folder, "wine.ptrace");
    lossy.losses = {{.what = "the ring of worker.1 was full", .records = 4}};
    write(folder, "lossy.ptrace", lossy);
    CHECK(has(something(folder, "limit-1-burst lossy.ptrace", "B lost 4 records"), "B is not whole: what is missing may explain any decision, so none is said to contradict"));
    CHECK(contradictions("lossy.ptrace") == std::vector<double>{0});
    Trace backwards = read(folder, "wine.ptrace");
    for (size_t i = 0; i + 1 < backwards.records.size(); i += 5) std::swap(backwards.records[i].time_ns, backwards.records[i + 1].time_ns);
    backwards.records.back().time_ns = 1;
    write(folder, "backwards.ptrace", backwards);
    CHECK(has(something(folder, "limit-1-burst backwards.ptrace", "B is damaged: the records were not in the order of time and were sorted"), "none is said to contradict"));
    CHECK(contradictions("backwards.ptrace") == std::vector<double>{0});
}

TEST_CASE("compare: of large files it says beforehand how much memory it needs, of small ones nothing") {
    const Folder folder;
    write(folder, "small.ptrace", Trace{});
    { std::ofstream(folder / "large.ptrace", std::ios::binary) << "no trace at all"; }
    std::filesystem::resize_file(folder / "large.ptrace", 300'000'000);   // sparse
    const Outcome large = portside(folder, "compare large.ptrace small.ptrace"), small = portside(folder, "compare small.ptrace small.ptrace");
    CHECK(large.code == 1);
    CHECK_MESSAGE(has(large.err, "300 MB of traces; it needs about 0.4 GB of memory"), large.err);
    CHECK_FALSE(has(small.err, "of memory"));
}
