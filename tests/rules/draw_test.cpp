// The drawing that `portside rules` shows at a terminal.
#include "sim/cli/rules_draw.h"
#include "tests/rules/play.h"

namespace {

std::string drawn(std::string_view lines) {
    sim::RulesScript script;
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find(';'));
        lines.remove_prefix(std::min(lines.size(), line.size() + 1));
        script.line(line);
    }
    CHECK_FALSE(script.had_error());
    return sim::rules_drawing(script);
}

}  // namespace

TEST_CASE("drawing: queue, slots, stack with the next on top, who is blocked, who waits on the handle") {
    CHECK(drawn("") == "");
    CHECK(drawn("port p 2;get a p;get b p;get c p;get d p;post p k1;post p k2;post p k3;block d;watch w p") ==
          "  p  nt, 2 of 2 active\n"
          "    queue     -\n"
          "    slots     [b] [c]\n"
          "    waiters   a  <- next\n"
          "    blocked   d\n"
          "    handle    w waits until a packet is queued\n"
          "  of no port: w (waits on a handle)\n");
    CHECK(drawn("port p 1;get a p;get b p;get c p;post p k1;post p k2;post p k3") ==
          "  p  nt, 1 of 1 active\n"
          "    queue     oldest > k2 k3\n"
          "    slots     [c]\n"
          "    waiters   b  <- next\n"
          "              a\n"
          "    blocked   -\n");
}

TEST_CASE("drawing: over the limit, a limit too large to draw, and policies without one") {
    const std::string over = drawn("port p 1;get a p;get b p;post p k1;post p k2;block b;wake b");
    CHECK(over.find("2 of 1 active, OVER THE LIMIT\n") != std::string::npos);
    CHECK(over.find("slots     [a]   over the limit: b\n") != std::string::npos);
    CHECK(drawn("port p 4294967295;poll a p").find("[a] [ ] [ ] [ ] [ ] [ ] [ ] [ ] and 4294967287 more free\n") != std::string::npos);
    const std::string wine8 = drawn("port p 1 wine8;get a p;get b p;get c p;suspend a;post p k1");
    CHECK(wine8.find("slots     b   (no limit in force)\n") != std::string::npos);
    CHECK(wine8.find("waiters   a  (suspended)\n              c  <- next\n") != std::string::npos);
    CHECK(drawn("port p 1 io_uring;get a p 2..3;get b p").find("waiters   a  (wants 2)\n              b  <- all are woken, it looks first\n") != std::string::npos);
}
