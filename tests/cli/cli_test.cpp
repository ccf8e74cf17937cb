// The program `portside` from outside: exit codes, what goes to stdout and stderr, messages for bad input.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <vector>

#include "tests/cli/shell.h"
#include "tests/skip.h"

using namespace test;

namespace {

const std::string kDrawing = R"(title = "Draws"
about = "A scenario whose figures depend on its seed."
[machine]
processors = 2
[[port]]
name = "port"
[[worker]]
name = "worker"
port = "port"
count = 3
on_packet = [ { compute = { exponential = "1ms" } }, { block = "1ms", chance = 0.5 } ]
[[source]]
name = "clients"
port = "port"
arrivals = { poisson = "1ms", count = 40 }
)";


/// "NAME:12:3: " stands in `text`.
bool has_place(const std::string& text, const std::string& name) {
    const std::size_t at = text.find(name + ":");
    if (at == std::string::npos) return false;
    std::size_t i = at + name.size();
    for (int part = 0; part < 2; ++part) {
        const std::size_t digits = ++i;
        while (i < text.size() && std::isdigit(static_cast<unsigned char>(text[i]))) ++i;
        if (i == digits || i >= text.size() || text[i] != ':') return false;
    }
    return true;
}

std::vector<std::filesystem::path> files_in(const std::string& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(PORTSIDE_SOURCE_DIR) + "/" + folder)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

TEST_CASE("cli: help and version are answers: stdout, exit code 0") {
    const Folder folder;
    const Outcome version = portside(folder, "--version");
    CHECK(version.code == 0);
    CHECK(version.out == "portside 0.1.0\n");
    CHECK(has(portside(folder, "--help").out, "compare"));
    for (const std::string command : {"scenarios", "sim", "record", "compare", "identify", "info", "print", "rules", "gui"}) {
        CAPTURE(command);
        const Outcome help = portside(folder, command + " --help");
        CHECK(help.code == 0);
        CHECK(has(help.out, command));
        CHECK(help.err.empty());
    }
}

TEST_CASE("cli: wrong use ends with 2 and says so on stderr only") {
    const Folder folder;
    for (const std::string wrong : {"nonsense", "sim", "sim --nonsense limit-1-burst", "compare only-one", "sim a b", "sim limit-1-burst --narrate --json", "info", "record", "record x --backend", "record limit-1-burst --backend nonsense", "print",
                                    "gui limit-1-burst --record port --screenshot a.png", "gui limit-1-burst --record port --svg a.svg", "gui limit-1-burst --record port --gif a.gif", "gui limit-1-burst --record port --handout a.html",
                                    "gui limit-1-burst --watch a.ptrace --screenshot a.png", "gui limit-1-burst --watch a.ptrace --svg a.svg", "gui limit-1-burst --watch a.ptrace --gif a.gif", "gui limit-1-burst --watch a.ptrace --handout a.html",
                                    "gui limit-1-burst --record-program a.exe --svg a.svg", "gui limit-1-burst --record-program ' '", "gui limit-1-burst --note ' ' --svg a.svg", "gui limit-1-burst --note '' --svg a.svg"}) {
        CAPTURE(wrong);
        const Outcome outcome = portside(folder, wrong);
        CHECK(outcome.code == 2);
        CHECK(outcome.out.empty());
        CHECK(!outcome.err.empty());
    }
}

TEST_CASE("cli: an option is not taken for the value of the one before it") {
    const Folder folder;
    for (const std::string wrong : {"gui limit-1-burst --align --svg a.svg", "gui limit-1-burst --note --at 2ms", "sim limit-1-burst --out --json", "sim limit-1-burst --set --seed 3", "sweep twice-cpus --axis --metric latency_ns.p99", "record run --out --follow -- a.exe"}) {
        CAPTURE(wrong);
        const Outcome outcome = portside(folder, wrong);
        CHECK(outcome.code == 2);
        CHECK_MESSAGE(has(outcome.err, ": its value is missing: --"), outcome.err);
    }
    CHECK(portside(folder, "sim limit-1-burst -o -odd.ptrace").code == 0);   // begins like an option, and is none
    CHECK(std::filesystem::exists(folder / "-odd.ptrace"));
}

TEST_CASE("cli: a bad scenario ends with 1 and file:line:column") {
    const Folder folder;
    const auto files = files_in("tests/data/bad");
    CHECK(files.size() >= 12);
    for (const auto& file : files) {
        if (file.extension() != ".toml") continue;
        CAPTURE(file.filename().string());
        const Outcome outcome = portside(folder, "sim " + quoted(file.string()));
        CHECK(outcome.code == 1);
        CHECK(outcome.out.empty());
        CHECK_MESSAGE(has_place(outcome.err, file.filename().string()), outcome.err);
    }
}

TEST_CASE("cli: a missing or wrong file ends with 1 and names it") {
    const Folder folder;
    write_file(folder / "not a trace.ptrace", "this is no trace");
    write_file(folder / "empty.ptrace", "");
    for (const std::string bad : {"sim gone.toml", "sim no-such-scenario", "record gone.toml", "info gone.ptrace", "print gone.ptrace", "compare gone.ptrace gone.ptrace",
                            "info 'not a trace.ptrace'", "print empty.ptrace", "compare limit-1-burst 'not a trace.ptrace'", "rules gone.txt",
                            "sim limit-1-burst --set port.gone.concurrency=1", "sim limit-1-burst --set nonsense", "sim limit-1-burst -o no-such-folder/x.ptrace",
                            "gui gone.toml --screenshot x.png"}) {
        CAPTURE(bad);
        const Outcome outcome = portside(folder, bad);
        CHECK(outcome.code == 1);
        CHECK(outcome.out.empty());
        CHECK(!outcome.err.empty());
    }
    CHECK(has(portside(folder, "sim gone.toml").err, "gone.toml"));
    CHECK(has(portside(folder, "info gone.ptrace").err, "gone.ptrace"));
}

TEST_CASE("cli: a scenario gives the same fingerprint each time, with and without a trace, and another with another seed") {
    const Folder folder;
    write_file(folder / "draws a lot.toml", kDrawing);
    const Outcome once = portside(folder, "sim 'draws a lot.toml' --json");
    const Outcome again = portside(folder, "sim 'draws a lot.toml' --json --check -o 'a trace.ptrace'");
    const Outcome other = portside(folder, "sim 'draws a lot.toml' --json --seed 2");
    REQUIRE(once.code == 0);
    CHECK(once.out.front() == '{');
    CHECK(once.out.substr(once.out.size() - 2) == "}\n");
    const std::string fingerprint = json_text(once.out, "fingerprint");
    CHECK(fingerprint.size() == 16);
    CHECK(json_text(again.out, "fingerprint") == fingerprint);
    CHECK(json_text(other.out, "fingerprint").size() == 16);
    CHECK(json_text(other.out, "fingerprint") != fingerprint);
    CHECK(json_text(portside(folder, "sim 'draws a lot.toml' --json --set seed=2").out, "fingerprint") == json_text(other.out, "fingerprint"));
    CHECK(portside(folder, "sim 'draws a lot.toml' --expect " + fingerprint).code == 0);
    CHECK(portside(folder, "sim 'draws a lot.toml' --expect 0123456789abcdef").code == 3);
    CHECK(portside(folder, "sim 'draws a lot.toml' --expect 'latency_ns.p99>1ns'").code == 0);
    CHECK(portside(folder, "sim 'draws a lot.toml' --expect 'latency_ns.p99<1ns'").code == 3);
    CHECK(portside(folder, "sim 'draws a lot.toml' --expect 'nonsense<1ns'").code == 1);
    CHECK(has(portside(folder, "sim limit-1-burst --expect 'latency_ns.max<5ms'").err, "latency_ns.max is 6.01 ms, expected below 5 ms\n"));
    CHECK(has(portside(folder, "sim limit-1-burst --expect 'latency_ns.max>=6010001'").err, "latency_ns.max is 6.01 ms, expected at least 6.010001 ms\n"));
    CHECK(has(portside(folder, "sim limit-1-burst --expect 'packets.completed==7'").err, "packets.completed is 6, expected 7\n"));
    CHECK(portside(folder, "info 'a trace.ptrace'").code == 0);
    CHECK(has(portside(folder, "print 'a trace.ptrace'").out, "worker.0"));
    const Outcome same = portside(folder, "compare 'draws a lot.toml' 'a trace.ptrace' --json");
    CHECK(same.code == 0);
    CHECK(has(same.out, "\"first_divergence\": null") != has(same.out, "\"first_divergence\":null"));
}

TEST_CASE("cli: every scenario that comes along is listed by name and simulates") {
    const Folder folder;
    const Outcome list = portside(folder, "scenarios");
    CHECK(list.code == 0);
    for (const auto& file : files_in("scenarios")) {
        if (file.extension() != ".toml") continue;
        CAPTURE(file.filename().string());
        CHECK(has(list.out, file.stem().string()));
        CHECK(portside(folder, "sim --check " + file.stem().string()).code == 0);
    }
}

TEST_CASE("cli: without a display the window says what to do, and portside alone prints help") {
    const Folder folder;
    const std::string blind = "env -u DISPLAY -u WAYLAND_DISPLAY ";
    const Outcome gui = portside(folder, "gui limit-1-burst", blind);
    CHECK(gui.code == 1);
    CHECK(has(gui.err, "display"));
    const Outcome alone = portside(folder, "", blind);
    CHECK(alone.code == 0);
    CHECK(has(alone.out, "portside COMMAND --help"));
    CHECK(has(portside(folder, "", "env DISPLAY= WAYLAND_DISPLAY= ").out, "portside COMMAND --help"));
}

TEST_CASE("sweep: the result does not depend on how many threads compute it, and is what single runs give") {
    const Folder folder;
    const std::string request = "sweep twice-cpus --axis port.port.concurrency=1..3 --axis worker.worker.count=2,8 --metric latency_ns.p99 --metric ports.port.active.mean --json";
    const Outcome one = portside(folder, request + " --jobs 1"), many = portside(folder, request + " --jobs 7");
    REQUIRE(one.code == 0);
    CHECK(one.out == many.out);
    const std::vector<double> p99 = json_numbers(one.out, "latency_ns.p99");
    REQUIRE(p99.size() == 6);
    const Outcome single = portside(folder, "sim twice-cpus --set port.port.concurrency=2 --set worker.worker.count=8 --expect \"latency_ns.p99==" + std::to_string(static_cast<long long>(p99[3])) + "\"");
    CHECK(single.code == 0);
    const Outcome csv = portside(folder, "sweep twice-cpus --axis port.port.concurrency=1..3 --metric events --csv");
    CHECK(csv.out.starts_with("port.port.concurrency,events\n1,"));
    CHECK(portside(folder, "sweep twice-cpus --axis port.port.concurrency=1..3 --metric nonsense").code == 1);
    CHECK(portside(folder, "sweep twice-cpus").code == 2);
}

TEST_CASE("tie shuffle: figures that depend on the order of simultaneous events are named, with their range") {
    // One thread, a packet of 1 ms and one of 10 ms, both at 0. Long one last: latencies 1 and 11 ms, mean 6 ms; long one first:
    // 10 and 11 ms, mean 10.5 ms.
    const Folder folder;
    const std::string two = R"([[port]]
name = "port"
[[worker]]
name = "worker"
port = "port"
on_packet_1 = [ { compute = "1ms" } ]
on_packet_2 = [ { compute = "10ms" } ]
[[source]]
name = "short"
port = "port"
key = 1
arrivals = { at = ["0ms"] }
[[source]]
name = "long"
port = "port"
key = 2
arrivals = { at = ["0ms"] }
)";
    write_file(folder / "two.toml", two);
    const Outcome json = portside(folder, "sim two.toml --tie-shuffle 20 --json");
    REQUIRE_MESSAGE(json.code == 0, json.err);
    const std::string mean = json.out.substr(std::min(json.out.find("\"latency_ns.mean\""), json.out.size()));
    CHECK(json_numbers(mean, "defined").at(0) == 6e6);
    CHECK(json_numbers(mean, "lowest").at(0) == 6e6);
    CHECK(json_numbers(mean, "highest").at(0) == 10.5e6);
    CHECK(!has(json.out, "\"throughput_per_s\""));
    CHECK(!has(json.out, "\"compute_ns\""));
    CHECK(json.out == portside(folder, "sim two.toml --tie-shuffle 20 --json").out);
    const Outcome table = portside(folder, "sim two.toml --tie-shuffle 20");
    CHECK(has(table.out, "latency_ns.mean"));
    CHECK(has(table.out, "10.50 ms"));
    write_file(folder / "drawing.toml", kDrawing);
    const Outcome none = portside(folder, "sim drawing.toml --tie-shuffle 5 --json");
    CHECK(json_numbers(none.out, "other_traces").at(0) == 0);
    CHECK(json_numbers(none.out, "lowest").empty());
    CHECK(has(portside(folder, "sim drawing.toml --tie-shuffle 5").out, "every one gives the same trace"));
    for (const char* wrong : {"0", "-1", "x", "3 --narrate", "3 -o a.ptrace"}) CHECK(portside(folder, std::string("sim two.toml --tie-shuffle ") + wrong).code == 2);
}

TEST_CASE("sim: a run branches, a decision goes another way, and every wrong use is told with its exit code") {
    const Folder folder;
    REQUIRE(portside(folder, "sim limit-1-burst -o a.ptrace").code == 0);
    const Outcome branch = portside(folder, "sim limit-1-burst --check --branch-at 2ms --branch-set port.port.concurrency=2 -o b.ptrace --json");
    REQUIRE_MESSAGE(branch.code == 0, branch.err);
    CHECK(has(portside(folder, "info b.ptrace").out, "branch       from 2 ms on: port.port.concurrency 1 -> 2"));
    CHECK(has(portside(folder, "info b.ptrace --json").out, "\"at_ns\": 2000000"));
    CHECK(has(portside(folder, "print b.ptrace").out, "limit_set"));
    CHECK(has(portside(folder, "sim limit-1-burst --branch-at 2ms --branch-set port.port.nothing=2").err, "--branch-set port.port.nothing=2: unknown key 'nothing'"));
    const std::string before = "print --to 1.999ms ";
    CHECK(portside(folder, before + "a.ptrace").out == portside(folder, before + "b.ptrace").out);
    CHECK(portside(folder, "print a.ptrace").out != portside(folder, "print b.ptrace").out);
    const Outcome compared = portside(folder, "compare a.ptrace b.ptrace");
    CHECK(compared.code == 0);
    CHECK(has(compared.out, "B branches at 2 ms: concurrency 1 -> 2"));
    REQUIRE(portside(folder, "sim limit-1-burst --branch-at record:30 --branch-set port.port.concurrency=2 -o c.ptrace").code == 0);
    CHECK(has(portside(folder, "info c.ptrace").out, ", record 31 on: port.port.concurrency 1 -> 2"));
    REQUIRE(portside(folder, "sim limit-1-burst --check --instead packet:1=next -o d.ptrace").code == 0);
    CHECK(has(portside(folder, "info d.ptrace").out, "a waiter is let go, against the rules"));
    CHECK(has(portside(folder, "identify d.ptrace").out, "contradict"));
    CHECK(has(portside(folder, "sim limit-1-burst --instead packet:0=worker.0 --narrate").out, "Packet 0 arrives and goes to worker.0"));
    struct Wrong { const char* arguments; int code; const char* said; };
    for (const Wrong& wrong : {Wrong{"--branch-at 2ms", 2, "--branch-set"}, {"--branch-set seed=3", 2, "--branch-at"}, {"--branch-at soon --branch-set seed=3", 2, "2ms, or record:120"}, {"--branch-at 2ms --branch-set no.such=3", 1, "no.such"},
                               {"--branch-at 2ms --branch-set worker.worker.count=3", 1, "can't change in the middle of a run"}, {"--branch-at 9s --branch-set seed=3", 1, "over before it branches"}, {"--branch-at record:9999 --branch-set seed=3", 1, "no such record"},
                               {"--instead packet:1", 2, "packet:12=nobody"}, {"--instead thread:1=next", 2, "packet:N=WAY"}, {"--instead packet:99=next", 1, "no packet 99"}, {"--instead record:0=next", 1, "asks for no decision"},
                               {"--instead packet:1=worker.5", 1, "does not wait at the port then"}, {"--instead packet:1=nobody2", 1, "no thread 'nobody2'"}, {"--tie-shuffle 3 --instead packet:1=next", 2, "excludes"}}) {
        CAPTURE(wrong.arguments);
        const Outcome outcome = portside(folder, std::string("sim limit-1-burst ") + wrong.arguments);
        CHECK(outcome.code == wrong.code);
        CHECK(outcome.out.empty());
        CHECK_MESSAGE(has(outcome.err, wrong.said), outcome.err);
    }
    const Outcome window = portside(folder, "gui limit-1-burst --svg x.svg --branch-at 2ms --branch-set worker.worker.count=3");
    CHECK(window.code == 1);
    CHECK_MESSAGE((has(window.err, "by --set") && !has(window.err, "Shift+B")), window.err);
}

TEST_CASE("bench engine: both figures of a small run, the file system, and nothing left behind") {
    const Folder folder;
    const Outcome outcome = portside(folder, "bench engine --runs 1 --json --set source.clients.arrivals='{poisson=\"1.6us\",count=20000}' -o a.ptrace");
    REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
    CHECK(json_numbers(outcome.out, "packets_per_s").size() == 2);
    for (const double rate : json_numbers(outcome.out, "events_per_s")) CHECK(rate > 0);
    CHECK(json_text(outcome.out, "file_system") != "");
    CHECK(portside(folder, "info a.ptrace").code == 0);
}

TEST_CASE("bench view: every figure of a small trace, of the reference workload and of a given file, and nothing left behind") {
    const Folder folder;
    const Outcome made = portside(folder, "bench view --events 30000 --json -o a.ptrace");
    REQUIRE_MESSAGE(made.code == 0, made.err);
    CHECK(has(portside(folder, "info a.ptrace").out, "30000"));
    const Outcome given = portside(folder, "bench view a.ptrace --json");
    REQUIRE_MESSAGE(given.code == 0, given.err);
    for (const std::string& out : {made.out, given.out}) {
        for (const char* name : {"load_s", "index_s", "p50", "p99", "max", "rss_mb", "file_mb"}) CHECK_MESSAGE(json_numbers(out, name).size() >= 1, name);
        CHECK(json_numbers(out, "events") == std::vector<double>{30'000});
    }
    CHECK(has(portside(folder, "bench view a.ptrace").out, "triangles"));
    CHECK(portside(folder, "bench view nothing.ptrace").code == 1);
}

TEST_CASE("cli: rules prompts, helps and draws at a terminal, and only there") {
    const Folder folder;
    write_file(folder / "in.txt", "port p 2\nget a p\nhelp\n");
    const Outcome piped = portside(folder, "rules - < in.txt");
    CHECK(piped.code == 1);                                    // help is no verb there
    CHECK(piped.out.find("portside>") == std::string::npos);
    CHECK(std::count(piped.out.begin(), piped.out.end(), '\n') == 3);
    // `script` of util-linux gives a program a terminal; the end of its input is a Ctrl-D.
    if (shell(folder, "script --version | grep util-linux").code != 0) return skip("script", "no script of util-linux, which gives a program a terminal");
    const Outcome typed = shell(folder, "HOME=$PWD TERM=xterm script -qec \"" + quoted(PORTSIDE_PROGRAM) + " rules\"" + " /dev/null < in.txt");
    CHECK(typed.code == 0);
    for (const char* text : {"portside> ", "\"effects\":[[\"waits\",\"a\"]]", "waiters   a  <- next", "suspend T "}) CHECK_MESSAGE(typed.out.find(text) != std::string::npos, text);
}

TEST_CASE("compare: several sides stand in one table, each against the first") {
    const Folder folder;
    REQUIRE(portside(folder, "sim limit-1-burst -o same.ptrace").code == 0);
    REQUIRE(portside(folder, "sim limit-1-burst --set port.port.policy=wine8 -o other.ptrace").code == 0);
    const Outcome table = portside(folder, "compare limit-1-burst same.ptrace other.ptrace");
    CHECK(table.code == 0);
    CHECK(has(table.out, "C  discrete-event model, policy wine8"));
    CHECK(has(table.out, "B gives the same packets to the same threads in the same order as A."));
    CHECK(has(table.out, "C parts from A at packet"));
    CHECK(has(table.out, "packet order                                           100.0 %"));
    CHECK(has(table.out, "decisions by A's policy, nt\n"));
    const Outcome two = portside(folder, "compare limit-1-burst other.ptrace");
    for (const char* text : {"B's decisions by the policy of A, nt\n", "  contradicts  ", "6 by identity, on A alone 0, on B alone 0", "Cliff's delta", "   1. packet ", "      A: ", "      B: "}) CHECK_MESSAGE(has(two.out, text), text);
    std::istringstream lines(two.out);
    for (std::string line; std::getline(lines, line);) CHECK_MESSAGE(line.size() <= 80, line);
    const Outcome two_json = portside(folder, "compare limit-1-burst other.ptrace --json");
    CHECK(json_numbers(two_json.out, "contradict").front() > 0);
    CHECK(json_numbers(two_json.out, "apart_ns").size() == 6);
    CHECK(json_text(two_json.out, "judged") == "b");
    const Outcome json = portside(folder, "compare limit-1-burst same.ptrace other.ptrace --json");
    CHECK(has(json.out, "\"comparisons\": ["));
    CHECK(portside(folder, "compare limit-1-burst").code == 2);
    CHECK(portside(folder, "compare limit-1-burst same.ptrace missing.ptrace").code == 1);
}

TEST_CASE("compare: --html writes one page beside the answer, and replaces no side, no folder and nothing by half") {
    const Folder folder;
    REQUIRE(portside(folder, "sim limit-1-burst --set port.port.policy=wine8 -o other.ptrace").code == 0);
    const Outcome written = portside(folder, "compare limit-1-burst other.ptrace --html 'a page.html'");
    CHECK(written.code == 0);
    CHECK(has(written.out, "first divergence"));
    CHECK(written.err == "wrote a page.html\n");
    const std::string page = test::read_file(folder / "a page.html");
    CHECK(page.starts_with("<!DOCTYPE html>"));
    CHECK(page.ends_with("</html>\n"));
    for (const char* text : {"worker.5", "worker.0", "Rule K1.", "Largest differences", "prefers-color-scheme:dark", "@media print"}) CHECK_MESSAGE(has(page, text), text);
    CHECK_FALSE(std::filesystem::exists(folder / "a page.html.part"));
    const std::string trace = test::read_file(folder / "other.ptrace");
    for (const std::string bad : {"other.ptrace", "./other.ptrace", "no-such-folder/a.html", ".", "/dev/full"}) {
        CAPTURE(bad);
        const Outcome refused = portside(folder, "compare limit-1-burst other.ptrace --html " + bad);
        CHECK(refused.code == 1);
        CHECK(refused.out.empty());
        CHECK(std::count(refused.err.begin(), refused.err.end(), '\n') == 1);
    }
    CHECK(test::read_file(folder / "other.ptrace") == trace);
    // A file system with too little room: the page that was there stays.
    test::write_file(folder / "old.html", "old");
    const Outcome full = shell(folder, "ulimit -f 1; trap '' XFSZ; " + quoted(PORTSIDE_PROGRAM) + " compare limit-1-burst other.ptrace --html old.html");
    CHECK(full.code == 1);
    CHECK(test::read_file(folder / "old.html") == "old");
    CHECK_FALSE(std::filesystem::exists(folder / "old.html.part"));
    CHECK(portside(folder, "compare limit-1-burst other.ptrace --html old.html").code == 0);
    CHECK(test::read_file(folder / "old.html") == page);
}
