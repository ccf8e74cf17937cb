// What is wrong with the steps for what a port can do beside packets, and with the fields of such threads, with its place.
#include "tests/scenario_text.h"

using namespace sim;

namespace {

const std::string kGood =
    "[[port]]\n"                                            // 1
    "name = \"port\"\n"                                     // 2
    "policy = \"nt\"\n"                                     // 3
    "[[port]]\n"                                            // 4
    "name = \"ring\"\n"                                     // 5
    "policy = \"io_uring\"\n"                               // 6
    "[[worker]]\n"                                          // 7
    "name = \"w\"\n"                                        // 8
    "port = \"port\"\n"                                     // 9
    "count = 3\n"                                           // 10
    "batch = 4\n"                                           // 11
    "on_packet = [ { compute = \"1ms\" } ]\n"               // 12
    "[[thread]]\n"                                          // 13
    "name = \"main\"\n"                                     // 14
    "steps = [ { block = \"2ms\" } ]\n";                    // 15

std::string answer(const std::string& from, const std::string& to, std::vector<std::string> sets = {}) { return answer_to(kGood, from, to, std::move(sets)); }
std::string step(const std::string& to) { return answer("compute = \"1ms\"", to); }
std::string field(const std::string& more) { return answer("batch = 4\n", "batch = 4\n" + more + "\n"); }

}  // namespace

TEST_CASE("verb errors: the steps and fields are read where they are right, also by --set") {
    for (const std::string good : {"exit = true", "create_port = \"ring\", chance = 0.5", "close = \"port\", chance = 0.5", "suspend = \"w.2\"", "resume = \"main.0\"", "apc = \"w.0\"", "kernel_apc = \"w.1\"", "kernel_apc = \"w.1\", post = \"port\", key = 3, chance = 0.1",
                             "watch = \"port\"", "watch = \"port\", timeout = \"infinite\"", "watch = \"port\", timeout = \"0ns\"", "page_in = { exponential = \"1ms\" }", "serve = \"ring\""}) {
        CAPTURE(good);
        CHECK(step(good) == "fine");
    }
    CHECK(field("alertable = true\non_apc = [ { compute = \"1us\" } ]\non_abandoned = [ { serve = \"port\" } ]\non_timeout = [ { exit = true } ]") == "fine");
    CHECK(answer("w", "w", {"worker.w.alertable=true", "worker.w.on_timeout=[ { exit = true } ]", "thread.main.steps.0={ suspend = \"w.0\" }"}) == "fine");
    CHECK(answer("w", "w", {"worker.w.port=ring", "worker.w.batch_min=4"}) == "fine");
    CHECK(answer("w", "w", {"worker.w.batch_min=4"}) == "--set worker.w.batch_min=4: port 'port' has policy nt, which knows no minimum; io_uring, event_ports and aix do");
}

TEST_CASE("verb errors: steps") {
    CHECK(step("exit = false") == "x.toml:12:24: exit is false, expected true");
    CHECK(step("exit = 1") == "x.toml:12:24: exit is 1, expected true");
    CHECK(step("close = \"prt\"") == "x.toml:12:25: no [[port]] is named 'prt', expected port or ring; did you mean 'port'?");
    CHECK(step("suspend = \"w.3\"") == "x.toml:12:27: no thread is named 'w.3', expected w.0 to w.2 or main.0");
    CHECK(step("suspend = \"w\"") == "x.toml:12:27: no thread is named 'w', expected w.0 to w.2 or main.0; the first is 'w.0'");
    CHECK(step("resume = \"w.01\"") == "x.toml:12:26: no thread is named 'w.01', expected w.0 to w.2 or main.0");
    CHECK(step("apc = 3") == "x.toml:12:23: the thread is 3, expected the name of one: w.0 to w.2 or main.0");
    CHECK(step("apc = \"w.0\", post = \"port\"") == "x.toml:12:30: a step with both apc and post, expected one of them; write two steps");
    CHECK(step("kernel_apc = \"w.0\", key = 3") == "x.toml:12:43: a key without post, expected the port that the packet goes to; add post = 'port'");
    CHECK(step("kernel_apc = \"w.0\", post = \"x\"") == "x.toml:12:44: no [[port]] is named 'x', expected port or ring");
    CHECK(step("watch = \"ring\"") == "x.toml:12:25: port 'ring' has policy io_uring, whose handle nobody waits on; nt, wine8 and wine10 have such handles");
    CHECK(step("watch = \"port\", timeout = 3") == "x.toml:12:43: timeout is 3, expected a duration with a unit: ns, us, ms or s; did you mean \"3ms\"?");
    CHECK(step("watch = \"port\", timeot = \"1ms\"") == "x.toml:12:33: unknown key 'timeot' in a watch step, expected watch, chance or timeout; did you mean 'timeout'?");
    CHECK(step("page_in = \"1\"") == "x.toml:12:27: page_in: '1' has no unit, expected ns, us, ms or s; did you mean '1ms'?");
    CHECK(step("suspned = \"w.0\"").find("x.toml:12:17: unknown step 'suspned', expected ") == 0);
    CHECK(step("suspned = \"w.0\"").find("did you mean 'suspend'?") != std::string::npos);
    CHECK(step("create_port = \"prt\"") == "x.toml:12:31: no [[port]] is named 'prt', expected port or ring; did you mean 'port'?");
    CHECK(answer("port = \"port\"\ncount", "port = \"ring\"\ncount", {"thread.main.steps.0={ kernel_apc = \"w.1\" }"}) == "--set thread.main.steps.0={ kernel_apc = \"w.1\" }: a kernel_apc to 'w.1', whose port 'ring' has policy io_uring: no kernel APC interrupts a wait there; nt is the policy that knows it");
    CHECK(answer("block = \"2ms\"", "serve = \"ring\"") == "x.toml:15:13: serve in a [[thread]], which never asks a port, expected it in a [[worker]]; serves = \"...\" of the [[thread]] says where it counts");
}

TEST_CASE("verb errors: fields of a worker, and ports that do not know its kind of get") {
    CHECK(field("alertable = 1") == "x.toml:12:13: alertable is 1, expected true or false");
    CHECK(field("batch_min = 0") == "x.toml:12:13: batch_min is 0, expected a whole number from 1 to 4294967295");
    CHECK(field("batch_min = 5") == "x.toml:12:13: batch_min is 5, expected at most batch, which is 4; set batch = 5 or more");
    CHECK(field("batch_min = 2") == "x.toml:12:13: port 'port' has policy nt, which knows no minimum; io_uring, event_ports and aix do");
    CHECK(field("on_apc = 3") == "x.toml:12:10: on_apc is 3, expected a list of steps: [ { compute = \"1ms\" } ]");
    CHECK(field("on_timeot = []").find("x.toml:12:1: unknown key 'on_timeot' in [[worker]]") == 0);
    CHECK(answer("on_packet = [ { compute = \"1ms\" } ]", "alertable = true\non_packet = [ { serve = \"ring\" } ]") == "x.toml:12:13: port 'ring' has policy io_uring, which knows no alertable get; nt and wine10 do");
    CHECK(answer("w", "w", {"worker.w.alertable=true", "port.port.policy=epoll"}) == "--set worker.w.alertable=true: port 'port' has policy epoll, which knows no alertable get; nt and wine10 do");
}

TEST_CASE("verb errors: a port that a step creates") {
    const auto late = [](const std::string& from, const std::string& to) { return answer_to(kGood, from, to, {"port.ring.created=false"}); };
    const std::string creates = "{ create_port = \"ring\" }, { block = \"2ms\" }";
    CHECK(late("{ block = \"2ms\" }", creates) == "fine");
    CHECK(answer("policy = \"nt\"", "created = 1") == "x.toml:3:11: created is 1, expected true or false");
    CHECK(late("w", "w") == "--set port.ring.created=false: no step creates port 'ring', expected one in a worker or a [[thread]]; add { create_port = 'ring' }, or leave out created = false");
    CHECK(late("port = \"port\"\ncount", "port = \"ring\"\ncount") == "x.toml:9:8: port 'ring' is not there before a create_port step (created = false), expected for [[worker]] one that is; a worker of another port can go there: { serve = 'ring' }");
    CHECK(late("name = \"main\"", "name = \"main\"\nserves = \"ring\"").find("x.toml:15:10: port 'ring' is not there before a create_port step (created = false), expected for serves one that is") == 0);
    CHECK(late("[[thread]]", "[[device]]\nname = \"d\"\nlatency = \"1ms\"\nport = \"ring\"\n[[thread]]").find("x.toml:16:8: port 'ring' is not there before a create_port step (created = false), expected for [[device]] one that is") == 0);
    CHECK(late("[[thread]]", "[[device]]\nname = \"d\"\nlatency = \"1ms\"\n[[file]]\nname = \"f\"\ndevice = \"d\"\nport = \"ring\"\n[[thread]]").find("x.toml:19:8: port 'ring' is not there before a create_port step (created = false), expected for [[file]] one that is") == 0);
}
