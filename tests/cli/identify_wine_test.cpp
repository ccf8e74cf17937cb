// What Wine's completion port is called.
#include <doctest/doctest.h>

#include "tests/cli/shell.h"
#include "tests/skip.h"

using namespace test;

TEST_CASE("identify: a recording under Wine 8 is wine8 or leaves open what resembles it, and is never nt") {
    const Folder folder;
    for (const std::string scenario : {"limit-1-burst", "idle-lifo"}) {
        CAPTURE(scenario);
        const Outcome recorded = portside(folder, "record " + scenario + " --backend iocp -o t.ptrace");
        if (recorded.code != 0) {
            skip("wine", recorded.err);
            return;
        }
        const std::string json = portside(folder, "identify t.ptrace --json").out;
        // Short recordings may leave open whether the packet is handed over, or every waiter woken; never nt, and never without wine8.
        const std::string verdict = json_text(json, "verdict"), candidates = json.substr(0, json.find("\"policies\""));
        CHECK_MESSAGE((verdict == "wine8" || (verdict == "undecided" && candidates.find("\"wine8\"") != std::string::npos)), json);
        CHECK_MESSAGE(candidates.find("\"nt\"") == std::string::npos, json);
    }
}
