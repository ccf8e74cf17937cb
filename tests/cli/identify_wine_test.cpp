// What Wine's completion port is called.
#include <doctest/doctest.h>

#include "tests/cli/shell.h"
#include "tests/skip.h"

using namespace test;

TEST_CASE("identify: a recording under Wine 8 is wine8, not nt") {
    const Folder folder;
    for (const std::string scenario : {"limit-1-burst", "idle-lifo"}) {
        CAPTURE(scenario);
        const Outcome recorded = portside(folder, "record " + scenario + " --backend iocp -o t.ptrace");
        if (recorded.code != 0) {
            skip("wine", recorded.err);
            return;
        }
        const std::string json = portside(folder, "identify t.ptrace --json").out;
        // Six packets at once leave open whether every waiter is woken; a packet at a time does not.
        CHECK_MESSAGE((json_text(json, "verdict") == "wine8" || (scenario == "limit-1-burst" && json_text(json, "verdict") == "undecided" && json.find("\"wine8\"") < json.find("\"policies\""))), json);
    }
}
