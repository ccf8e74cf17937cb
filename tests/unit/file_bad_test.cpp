// What is wrong with files and the steps on them, with its place.
#include "tests/scenario_text.h"

using namespace sim;

namespace {

const std::string kGood =
    "[[port]]\n"                                                                                     // 1
    "name = \"port\"\n"                                                                              // 2
    "[[device]]\n"                                                                                   // 3
    "name = \"disk\"\n"                                                                              // 4
    "latency = \"1ms\"\n"                                                                            // 5
    "at_once = 0.5\n"                                                                                // 6
    "[[file]]\n"                                                                                     // 7
    "name = \"log\"\n"                                                                               // 8
    "device = \"disk\"\n"                                                                            // 9
    "port = \"port\"\n"                                                                              // 10
    "overlapped = true\n"                                                                            // 11
    "[[worker]]\n"                                                                                   // 12
    "name = \"w\"\n"                                                                                 // 13
    "port = \"port\"\n"                                                                              // 14
    "on_packet = [ { start_io = \"log\", as = \"op\" }, { duplicate_file = \"log\", as = \"copy\" } ]\n"   // 15
    "[[thread]]\n"                                                                                   // 16
    "name = \"main\"\n"                                                                              // 17
    "steps = [ { compute = \"1ms\" } ]\n";                                                           // 18

std::string answer(const std::string& from, const std::string& to, std::vector<std::string> sets = {}) { return answer_to(kGood, from, to, std::move(sets)); }
std::string step(const std::string& to) { return answer("compute = \"1ms\"", to); }

}  // namespace

TEST_CASE("file errors: the steps and fields are read where they are right") {
    CHECK(answer("log", "log") == "fine");
    for (const std::string good : {"start_io = \"copy\", event = \"low_bit\"", "associate = \"copy\", port = \"port\", key = 3", "cancel_io = \"log\"", "cancel_io_ex = \"log\", operation = \"op\"", "cancel_synchronous_io = \"w.0\", chance = 0.5",
                             "wait_io = \"op\", timeout = \"1ms\"", "wait_io = \"op\", timeout = \"infinite\"", "close_file = \"disk\"", "skip_on_success = \"copy\"", "duplicate_file = \"copy\", as = \"third\""}) {
        CAPTURE(good);
        CHECK(step(good) == "fine");
    }
    CHECK(answer("overlapped = true", "skip_set_event = true\nskip_on_success = true\nkey = 4") == "fine");
    CHECK(answer("at_once = 0.5", "fails_at_once = 0.5\nfails = 0.5\nerror = \"ERROR_HANDLE_EOF\"") == "fine");
    CHECK(answer("log", "log", {"file.log.skip_on_success=true", "file.log.key=9", "device.disk.fails=0.25", "device.disk.error=38", "worker.w.on_error=[ { compute = \"1ms\" } ]", "thread.main.steps.0={ close_file = \"log\" }"}) == "fine");
}

TEST_CASE("file errors: [[file]]") {
    CHECK(answer("device = \"disk\"\n", "") == "x.toml:7:1: [[file]] has no device, expected the name of a [[device]]");
    CHECK(answer("device = \"disk\"", "device = \"dsk\"") == "x.toml:9:10: no [[device]] is named 'dsk', expected disk; did you mean 'disk'?");
    CHECK(answer("name = \"log\"", "name = \"disk\"") == "x.toml:8:8: a second [[file]] or a [[device]] is named 'disk', expected a name of its own");
    CHECK(answer("overlapped = true", "overlaped = true") == "x.toml:11:1: unknown key 'overlaped' in [[file]], expected name, device, port, key, overlapped, skip_on_success, skip_set_event or pool; did you mean 'overlapped'?");
    CHECK(answer("overlapped = true", "overlapped = 1") == "x.toml:11:14: overlapped is 1, expected true or false");
    CHECK(answer("overlapped = true", "overlapped = false") ==
          "x.toml:10:8: port of a file that is not overlapped: Windows answers ERROR_INVALID_PARAMETER (87), expected overlapped = true; a step can try: { associate = 'log', port = \"...\" }");
    CHECK(answer("overlapped = true", "pool = true") == "x.toml:10:8: a [[file]] with both pool and port, expected one of them: a file is associated once");
    CHECK(answer("log", "log", {"file.lgo.key=1"}) == "--set file.lgo.key=1: no [[file]] is named 'lgo', expected log; did you mean 'log'?");
}

TEST_CASE("file errors: what a recorder is to open for a device") {
    for (const char* good : {"real = \"pipe\"", "real = \"file\"\nwrites = true", "real = \"socket\"", "writes = true"}) CHECK(answer("at_once = 0.5", good) == "fine");
    CHECK(answer("log", "log", {"device.disk.real=socket", "device.disk.writes=true"}) == "fine");
    CHECK(answer("at_once = 0.5", "real = \"pip\"") == "x.toml:6:8: real is the text 'pip', expected what a recorder is to open: pipe, file or socket; did you mean 'pipe'?");
    CHECK(answer("at_once = 0.5", "real = 3") == "x.toml:6:8: real is 3, expected what a recorder is to open: pipe, file or socket");
    CHECK(answer("at_once = 0.5", "writes = \"yes\"") == "x.toml:6:10: writes is the text 'yes', expected true or false");
    const Scenario scenario = scenario_parse(std::string(kGood).replace(kGood.find("at_once = 0.5"), 13, "real = \"socket\"\nwrites = true"), "x.toml").value();
    CHECK(scenario.devices[0].real == RealObject::socket);
    CHECK(scenario.devices[0].writes);
    CHECK(scenario.devices[0].real_line == 6);
}

TEST_CASE("file errors: outcomes of a device") {
    CHECK(answer("at_once = 0.5", "at_once = 2") == "x.toml:6:11: at_once is 2, expected a number from 0 to 1");
    CHECK(answer("at_once = 0.5", "at_once = 0.5\nfails = 0.6") == "x.toml:7:9: at_once, fails_at_once and fails add up to more than 1, expected chances of one draw");
    CHECK(answer("at_once = 0.5", "error = 0") == "x.toml:6:9: error is 0, expected a whole number from 1 to 65535");
    CHECK(answer("at_once = 0.5", "error = \"EOF\"") == "x.toml:6:9: error is the text 'EOF', expected a number from 1 to 65535 or a name such as \"ERROR_HANDLE_EOF\"");
}

TEST_CASE("file errors: steps") {
    CHECK(step("start_io = \"lgo\"") == "x.toml:18:24: no [[file]] or [[device]] is named 'lgo', expected disk, log or copy; did you mean 'log'?");
    CHECK(step("start_io = \"log\", event = \"high_bit\"") == "x.toml:18:39: event is the text 'high_bit', expected \"own\" or \"low_bit\"");
    CHECK(step("start_io = \"log\", as = 3") == "x.toml:18:36: as is 3, expected a name of letters, digits, '_' and '-'");
    CHECK(step("start_io = \"log\", key = 3") == "x.toml:18:31: unknown key 'key' in a start_io step, expected start_io, chance, event or as");
    CHECK(step("wait_io = \"po\"") == "x.toml:18:23: no start_io names an operation 'po', expected op; did you mean 'op'?");
    CHECK(step("wait_io = \"op\", timeout = 3") == "x.toml:18:39: timeout is 3, expected a duration with a unit: ns, us, ms or s; did you mean \"3ms\"?");
    CHECK(step("cancel_io_ex = \"log\", operation = \"x\"") == "x.toml:18:47: no start_io names an operation 'x', expected op");
    CHECK(step("cancel_synchronous_io = \"w.1\"") == "x.toml:18:37: no thread is named 'w.1', expected a number below `count` after the name: w.0 or main.0; did you mean 'w.0'?");
    CHECK(step("cancel_synchronous_io = 1") == "x.toml:18:37: the thread is 1, expected a name such as \"worker.0\"");
    CHECK(step("associate = \"log\"") == "x.toml:18:11: an associate step has no port, expected the name of a [[port]]; port = \"port\"");
    CHECK(step("bind = \"log\"") == "x.toml:18:13: a bind step and no pool, expected threads that serve it; add [[worker]] with pool = true");
    CHECK(step("duplicate_file = \"log\"") == "x.toml:18:13: a duplicate_file step has no name for the duplicate, expected for example as = \"copy\"");
    CHECK(step("duplicate_file = \"log\", as = \"disk\"") == "x.toml:18:42: a [[file]] or [[device]] is named 'disk', expected a name of its own for the duplicate");
    CHECK(step("close_file = 3") == "x.toml:18:26: the file is 3, expected the name of a [[file]] or [[device]]: disk, log or copy");
}

TEST_CASE("file errors: the pool") {
    const std::string worker = "name = \"w\"\nport = \"port\"";
    CHECK(answer(worker, "name = \"w\"\npool = true") == "fine");
    CHECK(answer(worker, worker + "\npool = true") == "x.toml:14:8: a [[worker]] with both pool and port, expected one of them");
    CHECK(answer(worker, "name = \"w\"\npool = 1") == "x.toml:14:8: pool is 1, expected true or false");
    CHECK(answer("[[thread]]", "[[port]]\nname = \"pool\"\n[[worker]]\nname = \"p\"\npool = true\n[[thread]]") == "x.toml:17:8: a [[port]] is named 'pool', which is the port of the process's default pool here, expected another name");
}
