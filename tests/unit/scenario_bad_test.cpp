// What each wrong scenario is answered: the place, what is wrong, what was expected, and a hint where there is one.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "sim/scenario/load.h"
#include "tests/folder.h"

using namespace sim;

namespace {

const std::string kGood =
    "title = \"good\"\n"                                   // 1
    "seed = 7\n"                                           // 2
    "[machine]\n"                                          // 3
    "processors = 4\n"                                     // 4
    "quantum = \"30ms\"\n"                                 // 5
    "[[port]]\n"                                           // 6
    "name = \"port\"\n"                                    // 7
    "concurrency = 1\n"                                    // 8
    "policy = \"nt\"\n"                                    // 9
    "[[worker]]\n"                                         // 10
    "name = \"w\"\n"                                       // 11
    "port = \"port\"\n"                                    // 12
    "count = 6\n"                                          // 13
    "on_packet = [ { compute = \"1ms\" } ]\n"              // 14
    "[[source]]\n"                                         // 15
    "name = \"s\"\n"                                       // 16
    "port = \"port\"\n"                                    // 17
    "arrivals = { every = \"1ms\", count = 3 }\n";         // 18

// The good file with `from` (its last occurrence) replaced.
std::string changed(const std::string& from, const std::string& to) {
    std::string text = kGood;
    const size_t at = text.rfind(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    return text.replace(at, from.size(), to);
}

std::string answer(const std::string& text, std::vector<std::string> sets = {}) {
    const Result<Scenario> scenario = scenario_parse(text, "x.toml", std::move(sets));
    return scenario ? "fine" : scenario.error().text();
}

struct Case { const char* from; const char* to; const char* expected; };

void check_all(const std::vector<Case>& cases) {
    for (const Case& c : cases) {
        CAPTURE(c.to);
        CHECK(answer(changed(c.from, c.to)) == c.expected);
    }
}

}  // namespace

TEST_CASE("scenario errors: the file that the other cases change is good") { CHECK(answer(kGood) == "fine"); }

TEST_CASE("scenario errors: keys and names") {
    check_all({
        {"processors", "procesors", "x.toml:4:1: unknown key 'procesors' in [machine], expected processors, quantum, context_switch, wake_latency, block_notice, get_cost, post_cost or background; did you mean 'processors'?"},
        {"seed", "sede", "x.toml:2:1: unknown key 'sede' at the top, expected title, about, number, seed, until, machine, port, device, file, worker, thread or source; did you mean 'seed'?"},
        {"concurrency", "limit", "x.toml:8:1: unknown key 'limit' in [[port]], expected name, concurrency, policy, created, drain_on_wake, poll_at_limit, apc, abandon, suspended_before_run or page_in"},
        {"port = \"port\"\narrivals", "port = \"prot\"\narrivals", "x.toml:17:8: no [[port]] is named 'prot', expected port; did you mean 'port'?"},
        {"port = \"port\"\narrivals", "arrivals", "x.toml:15:1: [[source]] has no port, expected the name of a [[port]]; port = \"port\""},
        {"port = \"port\"\narrivals", "port = 1\narrivals", "x.toml:17:8: the port is 1, expected the name of a [[port]]: port"},
        {"name = \"s\"\n", "", "x.toml:15:1: [[source]] has no name, expected name = \"...\""},
        {"name = \"s\"", "name = \"two words\"", "x.toml:16:8: name is the text 'two words', expected letters, digits, '_' and '-'"},
        {"name = \"s\"", "name = \"\"", "x.toml:16:8: name is the text '', expected letters, digits, '_' and '-'"},
        {"[[worker]]", "[[port]]\nname = \"port\"\n[[worker]]", "x.toml:11:8: a second [[port]] is named 'port', expected a name of its own"},
        {"policy = \"nt\"", "policy = \"ntt\"", "x.toml:9:10: unknown policy 'ntt', expected nt, wine8, wine10, epoll, io_uring, kqueue, event_ports, aix or thread_per_operation; did you mean 'nt'?"},
        {"policy = \"nt\"", "policy = \"aix\"\napc = \"classic\"", "x.toml:10:7: apc is an option of policy nt, and port 'port' has policy aix; leave it out, or set policy = \"nt\""},
        {"policy = \"nt\"", "drain_on_wake = \"yes\"", "x.toml:9:17: drain_on_wake is the text 'yes', expected false or true"},
        {"policy = \"nt\"", "poll_at_limit = true", "x.toml:9:17: poll_at_limit is true, expected \"timeout\" or \"take\""},
        {"policy = \"nt\"", "abandon = \"nver\"", "x.toml:9:11: abandon is 'nver', expected \"last_handle\" or \"never\"; did you mean 'never'?"},
        {"[[source]]", "[[device]]\nname = \"disk\"\n[[source]]", "x.toml:15:1: [[device]] has no latency, expected for example latency = \"200us\""},
        {"[[source]]", "[[device]]\nname = \"disk\"\nlatency = 2\n[[source]]", "x.toml:17:11: latency is 2, expected a duration with a unit: ns, us, ms or s; did you mean \"2ms\"?"},
        {"[[source]]", "[[device]]\nname = \"disk\"\nlatency = \"2ms\"\nchannels = 0\n[[source]]", "x.toml:18:12: channels is 0, expected a whole number from 1 to 65536"},
        {"[[source]]", "[[device]]\nname = \"disk\"\nlatency = \"2ms\"\nport = \"prot\"\n[[source]]", "x.toml:18:8: no [[port]] is named 'prot', expected port; did you mean 'port'?"},
        {"[[source]]", "[[device]]\nname = \"disk\"\nlatency = \"2ms\"\nspeed = 3\n[[source]]", "x.toml:18:1: unknown key 'speed' in [[device]], expected name, port, key, channels, latency, at_once, fails_at_once, fails, error, real or writes"},
        {"[[port]]", "[port]", "x.toml:6:1: [port] is one table, expected a list of them: [[port]]"},
        {"on_packet = ", "on_packet_x = ", "x.toml:14:1: 'on_packet_x' has no packet key after on_packet_, expected for example on_packet_2"},
        {"on_packet = ", "on_packet_02 = ", "x.toml:14:1: 'on_packet_02' has no packet key after on_packet_, expected for example on_packet_2"},
    });
    CHECK(answer("") == "x.toml:1:1: no [[port]], expected at least one; add [[port]] with name = \"port\"");
}

TEST_CASE("scenario errors: numbers") {
    check_all({
        {"count = 6", "count = -6", "x.toml:13:9: count is -6, expected a whole number from 1 to 65536"},
        {"count = 6", "count = 0", "x.toml:13:9: count is 0, expected a whole number from 1 to 65536"},
        {"count = 6", "count = 1.5", "x.toml:13:9: count is 1.5, expected a whole number from 1 to 65536"},
        {"count = 6", "count = \"six\"", "x.toml:13:9: count is the text 'six', expected a whole number from 1 to 65536"},
        {"count = 6", "count = true", "x.toml:13:9: count is true, expected a whole number from 1 to 65536"},
        {"count = 6", "count = [6]", "x.toml:13:9: count is a list, expected a whole number from 1 to 65536"},
        {"count = 6", "count = 1979-05-27", "x.toml:13:9: count is a date, expected a whole number from 1 to 65536"},
        {"count = 6", "batch = 0", "x.toml:13:9: batch is 0, expected a whole number from 1 to 4294967295"},
        {"count = 3", "count = 0", "x.toml:18:37: count is 0, expected a whole number from 1 to 9223372036854775807"},
        {"processors = 4", "processors = 0", "x.toml:4:14: processors is 0, expected a whole number from 1 to 4096"},
        {"concurrency = 1", "concurrency = 4294967296", "x.toml:8:15: concurrency is 4294967296, expected a whole number from 0 to 4294967295"},
        {"seed = 7", "seed = -1", "x.toml:2:8: seed is -1, expected a whole number from 0 to 9223372036854775807"},
        {"compute = \"1ms\"", "compute = \"1ms\", chance = 1.5", "x.toml:14:43: chance is 1.5, expected a number from 0 to 1"},
        {"compute = \"1ms\"", "compute = \"1ms\", chance = nan", "x.toml:14:43: chance is nan, expected a number from 0 to 1"},
        {"compute = \"1ms\"", "compute = \"1ms\", chance = -0.1", "x.toml:14:43: chance is -0.1, expected a number from 0 to 1"},
    });
    CHECK(answer(changed("count = 6", "count = 65536")) == "fine");
    CHECK(answer(changed("count = 6", "count = 65537")) == "x.toml:13:9: count is 65537, expected a whole number from 1 to 65536");
    const std::string second = "[[worker]]\nname = \"v\"\nport = \"port\"\n";
    CHECK(answer(changed("count = 6", "count = 40000") + second + "count = 30000\n") == "x.toml:22:9: 70000 threads in all, expected at most 65536");
    CHECK(answer(changed("count = 6", "count = 65536") + second) == "x.toml:19:1: 65537 threads in all, expected at most 65536");
    std::string ports;
    for (int p = 1; p < 4096; ++p) ports += "[[port]]\nname = \"p" + std::to_string(p) + "\"\n";
    CHECK(answer(kGood + ports) == "fine");
    CHECK(answer(kGood + ports + "[[port]]\nname = \"one\"\n") == "x.toml:6:1: 4097 [[port]] tables, expected at most 4096");
    const std::string beyond = answer(changed("seed = 7", "seed = 99999999999999999999"));
    CHECK(beyond.rfind("x.toml:2:", 0) == 0);
    CHECK(beyond.find("'99999999999999999999' is not representable in 64 bits, expected a whole number from") != std::string::npos);
}

TEST_CASE("scenario errors: durations and distributions") {
    check_all({
        {"quantum = \"30ms\"", "quantum = \"30\"", "x.toml:5:11: quantum: '30' has no unit, expected ns, us, ms or s; did you mean '30ms'?"},
        {"quantum = \"30ms\"", "quantum = 30", "x.toml:5:11: quantum is 30, expected a duration with a unit: ns, us, ms or s; did you mean \"30ms\"?"},
        {"quantum = \"30ms\"", "quantum = \"0ms\"", "x.toml:5:11: quantum is 0ns, expected more than 0ns or \"infinite\""},
        {"quantum = \"30ms\"", "get_cost = \"-1us\"", "x.toml:5:12: get_cost: '-1us' is negative, expected a duration from 0ns"},
        {"quantum = \"30ms\"", "get_cost = \"infinite\"", "x.toml:5:12: get_cost: 'infinite' is not allowed here, expected a duration such as '5ms'; only timeout and quantum can be infinite"},
        {"seed = 7", "until = \"0ms\"", "x.toml:2:9: until is 0ns, expected more than 0ns"},
        {"seed = 7", "until = \"infinite\"", "x.toml:2:9: until: 'infinite' is not allowed here, expected a duration such as '5ms'; only timeout and quantum can be infinite"},
        {"\"1ms\" } ]", "{ uniform = [\"2ms\", \"1ms\"] } } ]", "x.toml:14:39: uniform goes from 2ms down to 1ms, expected the smaller one first; did you mean [\"1ms\", \"2ms\"]?"},
        {"\"1ms\" } ]", "{ uniform = [\"2ms\"] } } ]", "x.toml:14:39: uniform is a list, expected two durations: [\"1ms\", \"2ms\"]"},
        {"\"1ms\" } ]", "{ exponental = \"2ms\" } } ]", "x.toml:14:29: unknown distribution 'exponental', expected uniform, exponential, lognormal, choice or samples; did you mean 'exponential'?"},
        {"\"1ms\" } ]", "{ exponential = 2 } } ]", "x.toml:14:43: exponential is 2, expected a duration with a unit: ns, us, ms or s; did you mean \"2ms\"?"},
        {"\"1ms\" } ]", "{ lognormal = { median = \"1ms\", sigma = -1 } } } ]", "x.toml:14:67: sigma is -1, expected a number from 0 to 100"},
        {"\"1ms\" } ]", "{ lognormal = { median = \"1ms\" } } } ]", "x.toml:14:41: lognormal has no sigma, expected { median = \"200us\", sigma = 0.5 }"},
        {"\"1ms\" } ]", "{ choice = [[0.5, \"1ms\"], [0.4, \"2ms\"]] } } ]", "x.toml:14:38: the chances in choice add up to 0.9, expected 1"},
        {"\"1ms\" } ]", "{ choice = [] } } ]", "x.toml:14:38: choice is an empty list, expected pairs of chance and duration: [[0.9, \"1ms\"], [0.1, \"20ms\"]]"},
        {"\"1ms\" } ]", "{} } ]", "x.toml:14:27: compute has 0 keys, expected one of uniform, exponential, lognormal, choice or samples"},
        {"\"1ms\" } ]", "true } ]", "x.toml:14:27: compute is true, expected a duration such as \"5ms\""},
    });
}

TEST_CASE("scenario errors: steps and arrivals") {
    check_all({
        {"compute = \"1ms\"", "conpute = \"1ms\"", "x.toml:14:17: unknown step 'conpute', expected compute, block, lock, read, start_io, post, associate, bind, skip_on_success, skip_set_event, cancel_io, cancel_io_ex, cancel_synchronous_io, wait_io, close_file, duplicate_file, exit, create_port, close, suspend, resume, apc, kernel_apc, watch, page_in, serve or steps; did you mean 'compute'?"},
        {"compute = \"1ms\"", "lock = \"table\"", "x.toml:14:17: a lock step has no hold, expected for example hold = \"1ms\""},
        {"compute = \"1ms\"", "lock = 3, hold = \"1ms\"", "x.toml:14:24: lock is 3, expected a name of letters, digits, '_' and '-'"},
        {"compute = \"1ms\"", "lock = \"the table\", hold = \"1ms\"", "x.toml:14:24: lock is the text 'the table', expected a name of letters, digits, '_' and '-'"},
        {"compute = \"1ms\"", "lock = \"table\", hold = 1", "x.toml:14:40: hold is 1, expected a duration with a unit: ns, us, ms or s; did you mean \"1ms\"?"},
        {"compute = \"1ms\"", "lock = \"table\", hold = \"1ms\", key = 1", "x.toml:14:47: unknown key 'key' in a lock step, expected lock, chance or hold"},
        {"compute = \"1ms\"", "hold = \"1ms\"", "x.toml:14:15: a step that does nothing, expected compute, block, lock, read, start_io, post, associate, bind, skip_on_success, skip_set_event, cancel_io, cancel_io_ex, cancel_synchronous_io, wait_io, close_file, duplicate_file, exit, create_port, close, suspend, resume, apc, kernel_apc, watch, page_in, serve or steps"},
        {"compute = \"1ms\"", "read = \"disk\"", "x.toml:14:24: no [[device]] is named 'disk'; the file has none; add [[device]] with name = 'disk' and a latency"},
        {"compute = \"1ms\"", "start_io = 3", "x.toml:14:28: the file is 3, expected the name of a [[file]] or [[device]]"},
        {"compute = \"1ms\"", "compute = \"1ms\", block = \"1ms\"", "x.toml:14:34: a step with both compute and block, expected one of them; write two steps"},
        {"compute = \"1ms\"", "compute = \"1ms\", key = 2", "x.toml:14:34: unknown key 'key' in a compute step, expected compute or chance"},
        {"compute = \"1ms\"", "chance = 0.5", "x.toml:14:15: a step that does nothing, expected compute, block, lock, read, start_io, post, associate, bind, skip_on_success, skip_set_event, cancel_io, cancel_io_ex, cancel_synchronous_io, wait_io, close_file, duplicate_file, exit, create_port, close, suspend, resume, apc, kernel_apc, watch, page_in, serve or steps"},
        {"compute = \"1ms\"", "post = \"other\"", "x.toml:14:24: no [[port]] is named 'other', expected port"},
        {"compute = \"1ms\"", "steps = 3", "x.toml:14:25: steps is 3, expected a list of steps: [ { compute = \"1ms\" } ]"},
        {"{ compute = \"1ms\" }", "\"compute\"", "x.toml:14:15: a step is the text 'compute', expected a table such as { compute = \"1ms\" }"},
        {"every = \"1ms\", count = 3", "every = \"1ms\"", "x.toml:18:12: source 's' never ends, expected an end of the run; add count = 100 here, or until = \"100ms\" at the top"},
        {"every = \"1ms\", count = 3", "closed = 4", "x.toml:18:12: source 's' never ends, expected an end of the run; add until = \"100ms\" at the top"},
        {"every = \"1ms\", count = 3", "closed = 0", "x.toml:18:23: closed is 0, expected a whole number from 1 to 1000000"},
        {"every = \"1ms\", count = 3", "every = \"0ns\", count = 3", "x.toml:18:22: every is 0ns, expected more than 0ns; packets that come at once: arrivals = { at = [\"0ms\", \"0ms\"] }"},
        {"every = \"1ms\", count = 3", "poisson = \"0.2ns\", count = 3", "x.toml:18:24: poisson is 0ns, expected more than 0ns; packets that come at once: arrivals = { at = [\"0ms\", \"0ms\"] }"},
        {"every = \"1ms\", count = 3", "evry = \"1ms\", count = 3", "x.toml:18:14: unknown arrivals 'evry', expected at, every, poisson or closed; did you mean 'every'?"},
        {"every = \"1ms\", count = 3", "at = [\"0ms\"], count = 3", "x.toml:18:28: unknown key 'count' in at arrivals, expected at"},
        {"every = \"1ms\", count = 3", "at = [\"0ms\"], every = \"1ms\"", "x.toml:18:28: arrivals with both at and every, expected one of at, every, poisson or closed"},
        {"count = 6", "timeout = \"5ms\"", "x.toml:13:11: worker 'w' has a timeout and never stops asking, expected an end of the run; add until = \"100ms\" at the top"},
    });
    const std::string disk = "[[device]]\nname = \"disk\"\nlatency = \"1ms\"\n";
    CHECK(answer(changed("compute = \"1ms\"", "read = \"disk\"") + disk) == "fine");
    CHECK(answer(changed("compute = \"1ms\"", "read = \"dsk\"") + disk) == "x.toml:14:24: no [[device]] is named 'dsk', expected disk; did you mean 'disk'?");
    CHECK(answer(changed("compute = \"1ms\"", "start_io = \"disk\"") + disk) == "x.toml:14:28: device 'disk' has no port, expected the one at which the packet of start_io arrives; add port = 'port' to its [[device]], or read from it");
    CHECK(answer(changed("compute = \"1ms\"", "start_io = \"disk\"") + disk, {"device.disk.port=port", "device.disk.key=3", "device.disk.channels=8", "device.disk.latency={ exponential = \"1ms\" }"}) == "fine");
    CHECK(answer(changed("compute = \"1ms\"", "read = \"disk\"") + disk, {"device.dsik.channels=8"}) == "--set device.dsik.channels=8: no [[device]] is named 'dsik', expected disk; did you mean 'disk'?");
    std::string nested = "{ compute = \"1ms\" }";
    for (int i = 0; i < 31; ++i) nested = "{ steps = [ " + nested + " ] }";
    CHECK(answer(changed("{ compute = \"1ms\" }", nested)) == "fine");
    nested = "{ steps = [ " + nested + " ] }";
    const std::string too_deep = answer(changed("{ compute = \"1ms\" }", nested));
    CHECK(too_deep.find(": steps in steps, 33 deep, expected at most 32") != std::string::npos);
}

TEST_CASE("scenario errors: what is not TOML") {
    const auto starts = [](const std::string& text, const std::string& start) {
        CAPTURE(text.substr(0, 60));
        CHECK(answer(text).substr(0, start.size()) == start);
    };
    starts(std::string("\0\1\2", 3), "x.toml:1:1: byte 0x00 is not text, expected a TOML file in UTF-8; is this a binary file?");
    starts("title = \"\xFF\"", "x.toml:1:10: byte 0xFF is not text, expected a TOML file in UTF-8");
    starts(changed("seed = 7", "seed = 7\nseed = 8"), "x.toml:3:8: not valid TOML: ");
    starts(changed("seed = 7", "seed = "), "x.toml:2:");
    starts(changed("seed = 7", "[.a]"), "x.toml:2:2: not valid TOML");
    std::string dots = "a";
    for (int i = 0; i < 50'000; ++i) dots += ".a";
    starts(dots + " = 1", "x.toml:1:1: a key has more than 16 dots");
    starts("a = " + std::string(50'000, '['), "x.toml:1:");
    CHECK(answer("\xEF\xBB\xBF" + kGood) == "fine");
}

TEST_CASE("scenario errors: --set is named as the place") {
    const auto set = [](const std::string& one) { return answer(kGood, {one}); };
    CHECK(set("worker.w.count=0") == "--set worker.w.count=0: count is 0, expected a whole number from 1 to 65536");
    CHECK(set("machine.procesors=8").find("--set machine.procesors=8: unknown key 'procesors' in [machine]") == 0);
    CHECK(set("machine.procesors=8").find("did you mean 'processors'?") != std::string::npos);
    CHECK(set("sed=3") == "--set sed=3: unknown path 'sed', expected title, about, number, seed, until, machine, port, device, file, worker, thread or source; did you mean 'seed'?");
    CHECK(set("port.prot.concurrency=4") == "--set port.prot.concurrency=4: no [[port]] is named 'prot', expected port; did you mean 'port'?");
    CHECK(set("port=4") == "--set port=4: the path names a whole [[port]], expected port.NAME.KEY");
    CHECK(set("machine.quantum=5") == "--set machine.quantum=5: quantum is 5, expected a duration with a unit: ns, us, ms or s; did you mean \"5ms\"?");
    CHECK(set("seed.x=5") == "--set seed.x=5: the path goes on after a value: 'x', expected no more");
    CHECK(set("nonsense") == "--set nonsense: not of the form PATH=VALUE, expected for example machine.processors=8");
    CHECK(set("worker.w.on_packet.1.compute=5ms") == "--set worker.w.on_packet.1.compute=5ms: '1' is no place in a list of 1, expected a number counted from 0");
    CHECK(set("worker.w.on_packet.0.compute=5ms") == "fine");
}

TEST_CASE("scenario errors: a file of samples says its own place") {
    const test::Folder folder;
    const std::string path = (folder / "x.toml").string();
    const std::string text = changed("\"1ms\" } ]", "{ samples = \"times.csv\" } } ]");
    const auto with = [&](const std::string& samples) {
        std::ofstream(folder / "times.csv", std::ios::binary) << samples;
        return scenario_parse(text, path);
    };
    CHECK(scenario_parse(text, path).error().text() == path + ":14:39: samples: " + (folder / "times.csv").string() + " can't be opened, expected a file that can be read; it is looked for beside the scenario");
    CHECK(with("1ms\n5\n").error().text() == (folder / "times.csv").string() + ":2:1: '5' has no unit, expected ns, us, ms or s; did you mean '5ms'?");
    CHECK(with("# nothing\n\n").error().text() == (folder / "times.csv").string() + ":1:1: no duration in the file, expected one a line, such as 1.5ms");
    const Result<Scenario> good = with("# measured\r\n1ms\r\n\r\n  2.5us # short\n3s");
    REQUIRE(good.ok());
    CHECK(good->workers[0].on_packet.steps[0].duration.values == std::vector<Duration>{{1'000'000}, {2'500}, {3'000'000'000}});
}

TEST_CASE("scenario: the text of a scenario holds its samples, so that a trace can be simulated again where the file is gone") {
    const test::Folder folder;
    std::ofstream(folder / "times.csv", std::ios::binary) << "1ms\n2.5us\n";
    std::ofstream(folder / "gaps.csv", std::ios::binary) << "3ms\n";
    // Two on one line, a comment behind them, and one in a --set.
    const Result<Scenario> with_files = scenario_parse(changed("\"1ms\" } ]", "{ samples = \"times.csv\" } }, { block = { samples = 'gaps.csv' } } ] # \"times.csv\""), (folder / "x.toml").string());
    REQUIRE_MESSAGE(with_files.ok(), (with_files ? std::string() : with_files.error().text()));
    CHECK(with_files->text.find("compute = { samples = [\"1ms\", \"2.5us\"] }") != std::string::npos);
    CHECK(with_files->text.find("block = { samples = [\"3ms\"] }") != std::string::npos);
    const Result<Scenario> again = scenario_parse(with_files->text, "/nowhere/x.toml");
    REQUIRE_MESSAGE(again.ok(), (again ? std::string() : again.error().text()));
    CHECK(again->workers[0].on_packet.steps[0].duration.values == with_files->workers[0].on_packet.steps[0].duration.values);
    CHECK(again->workers[0].on_packet.steps[1].duration.values == std::vector<Duration>{{3'000'000}});
    CHECK(again->text == with_files->text);
    const Result<Scenario> set = scenario_parse(changed("", ""), (folder / "x.toml").string(), {"worker.w.on_packet.0.compute={ samples = \"times.csv\" }"});
    REQUIRE_MESSAGE(set.ok(), (set ? std::string() : set.error().text()));
    CHECK(set->sets == std::vector<std::string>{"worker.w.on_packet.0.compute={ samples = [\"1ms\", \"2.5us\"] }"});
    CHECK(scenario_parse(changed("\"1ms\" } ]", "{ samples = [] } } ]"), "x.toml").error().text().find("expected the name of a file next to the scenario") != std::string::npos);
}
