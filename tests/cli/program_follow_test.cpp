// `portside info --follow` beside a program's recording under Wine.
#include <algorithm>

#include "tests/cli/oracle_log.h"

using namespace test;

namespace {

// The recording in the background; another process follows it as soon as its file is there.
Outcome followed(const Folder& folder, const std::string& recording, const std::string& trace) {
    const std::string program = quoted(PORTSIDE_PROGRAM);
    return shell(folder, "timeout -k 5 60 " + program + " record " + recording + " >/dev/null 2>record.err & p=$!; for i in $(seq 4000); do ls *.part >/dev/null 2>&1 && break; sleep 0.01; done; timeout -k 5 50 " + program +
                             " info --follow --every 100ms --json " + trace + "; code=$?; wait $p || exit 99; exit $code");
}

}  // namespace

TEST_CASE("follow: a program's recording grows in figures of its ports, which end where the trace does") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    for (const std::string& options : {std::string(), std::string("--last 300ms")}) {
        CAPTURE(options);
        const Outcome outcome = followed(folder, "run " + options + " -o a.ptrace -- " + oracle() + " a.log packets=300 reads=5 sleep_us=2000", "a.ptrace");
        CAPTURE(outcome.err);
        CAPTURE(read_file(folder / "record.err"));
        REQUIRE(outcome.code == 0);
        const std::string grown = outcome.out.substr(0, outcome.out.find("{\"header\""));
        const auto posted = json_numbers(grown, "posted"), dequeued = json_numbers(grown, "dequeued"), lost = json_numbers(grown, "lost"), unseen = json_numbers(grown, "unseen");
        REQUIRE(posted.size() >= 2);
        CHECK(std::is_sorted(posted.begin(), posted.end()));
        CHECK(posted.front() < posted.back());
        CHECK(posted.back() == 602);                        // of two posters, and one that tells each thread to leave
        CHECK(dequeued.back() == 607);                      // the reads' too
        CHECK(lost.back() == 0);
        CHECK(unseen.back() == 0);
        CHECK(has(outcome.out, "\"header\":{"));
    }
}

TEST_CASE("follow: a scenario's recording on backend iocp is found by the name of its trace") {
    const Folder folder;
    if (!have_program_recorder(folder)) return;
    const Outcome outcome = followed(folder, "always-polling --backend iocp --set until=1s -o i.ptrace", "i.ptrace");
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    const auto records = json_numbers(outcome.out, "records");
    REQUIRE(records.size() >= 2);
    CHECK(records.front() < records.back());
    CHECK(has(outcome.out, "\"backend\":\"iocp\""));
    CHECK(has(outcome.out, "\"whole\":true"));
}
