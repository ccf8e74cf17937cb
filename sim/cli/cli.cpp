// The command line of `portside`: names, options and help texts. The only file of it that knows CLI11.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "sim/cli/commands.h"
#include "sim/cli/version.h"

namespace sim {
namespace {

struct CommandLine {
    bool scenarios_json = false;
    SimOptions sim;
    RecordOptions record;
    RecordProgramOptions program;
    CompareOptions compare;
    IdentifyOptions identify;
    CalibrateCommandOptions calibrate;
    PredictCommandOptions predict;
    InfoOptions info;
    PrintOptions print;
    GuiOptions gui;
    BenchOptions bench;
    SweepOptions sweep;
    std::string rules_file;
    std::string seed;                 // of the command that was given; becomes the last --set
};

void add_scenario(CLI::App& command, std::string& scenario) {
    command.add_option("SCENARIO", scenario, "a scenario file, or a name of `portside scenarios`")->required();
}

void add_sets(CLI::App& command, std::vector<std::string>& sets, std::string& seed) {
    command.add_option("--set", sets, "override a value of the scenario: port.port.concurrency=4, worker.worker.count=16, machine.processors=8, seed=3 (may be given again)")
        ->type_name("PATH=VALUE")->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command.add_option("--seed", seed, "the seed of every random draw; the same as --set seed=N")->type_name("N");
}

// Where a run leaves its scenario. Returns them, for what they can't stand beside.
std::vector<CLI::Option*> add_course(CLI::App& command, CourseOptions& course) {
    CLI::Option* const at = command.add_option("--branch-at", course.branch_at, "from this moment on the run goes on with what --branch-set says; up to there it is the same run, record for record: 2ms, or record:120")->type_name("TIME");
    CLI::Option* const sets = command.add_option("--branch-set", course.branch_sets, "as --set, from --branch-at on: times, chances, costs, limits; what the run is made of (threads, ports, ...) can't change (may be given again)")
        ->type_name("PATH=VALUE")->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->needs(at);
    at->needs(sets);
    CLI::Option* const instead = command.add_option("--instead", course.instead, "one decision goes another way than the rules say, at the arrival of packet N or the post or block that is record N: nobody is let go, the next waiter is whatever the limit, or this thread is: packet:12=nobody, packet:12=next, record:57=worker.1")
        ->type_name("WHICH=WAY");
    return {at, sets, instead};
}

void add_scenarios(CLI::App& app, CommandLine& line) {
    CLI::App* command = app.add_subcommand("scenarios", "list the scenarios that come with Portside, in teaching order");
    command->add_flag("--json", line.scenarios_json, "print one JSON value");
}

void add_sim(CLI::App& app, CommandLine& line) {
    CLI::App* command = app.add_subcommand("sim", "simulate a scenario and print its figures");
    add_scenario(*command, line.sim.scenario);
    add_sets(*command, line.sim.sets, line.seed);
    CLI::Option* out = command->add_option("-o,--out", line.sim.out, "write the trace to this file")->type_name("TRACE");
    CLI::Option* narrate = command->add_flag("--narrate", line.sim.narrate, "print a sentence for every event instead of the figures");
    command->add_flag("--check", line.sim.check, "check every invariant of the model after each step (slower)");
    command->add_option("--expect", line.sim.expects, "exit with 3 unless this holds: a fingerprint, or a figure: \"latency_ns.p99<5ms\" (may be given again)")
        ->type_name("E")->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    CLI::Option* const shuffle = command->add_option("--tie-shuffle", line.sim.tie_shuffle, "run it K times more with simultaneous events in other orders, and print which figures depend on that")
        ->type_name("K")->check(CLI::Range(1, 1'000'000))->excludes(narrate)->excludes(out);
    for (CLI::Option* const option : add_course(*command, line.sim.course)) shuffle->excludes(option);
    command->add_flag("--json", line.sim.json, "print one JSON value, times in ns; not with --narrate")->excludes(narrate);
}

void add_program_options(CLI::App& command, RecordProgramOptions& options) {
    command.add_option("-o,--out", options.out, "the trace to write; default: <program>.ptrace here")->type_name("TRACE");
    command.add_option("--port", options.port, "only this port, by its name in the trace or its handle (0x54)")->type_name("NAME");
    command.add_flag("--follow", options.follow, "record its children too, each in a trace of its own: T.2.ptrace, T.3.ptrace");
    command.add_flag("!--no-waits", options.waits, "leave out waits inside handlers");
    command.add_flag("--etw", options.etw, "also listen to the kernel, on Windows as an administrator: who has a processor, who blocks, when it queued what");
    command.add_option("--depth-every", options.depth_every, "ask the system for a port's depth after so many gets of a thread; 0: never")->type_name("N")->capture_default_str();
    command.add_option("--last", options.last, "keep only so much before the end, such as 10s")->type_name("TIME");
    command.add_option("--until", options.until, "end the recording when this holds: \"depth>100\"; depth, batch, posts, gets; > or >=")->type_name("COND");
    command.add_option("--for", options.duration, "end the recording after so much time; the program goes on")->type_name("TIME");
    command.add_option("--memory", options.memory_mb, "MB for what threads have written and the recorder not yet taken")->check(CLI::Range(1, 65536))->type_name("MB")->capture_default_str();
}

void add_programs(CLI::App& record, RecordProgramOptions& options) {
    CLI::App* run = record.add_subcommand("run", "start an unmodified 64-bit Windows program (on Linux under Wine) and record what its completion ports do");
    run->add_option("PROGRAM", options.command, "the program and its arguments, after --")->required();
    add_program_options(*run, options);
    CLI::App* attach = record.add_subcommand("attach", "record a Windows program that runs already; Ctrl-C ends the recording, the program goes on");
    attach->add_option("PROCESS", options.attach, "its number (Windows' own), or the name of its file: node.exe")->required();
    add_program_options(*attach, options);
    record.require_subcommand(0, 1);
}

void add_record(CLI::App& app, CommandLine& line) {
    CLI::App* command = app.add_subcommand("record", "run a scenario for real, on real threads, and record it; or record a Windows program: record run, record attach");
    add_programs(*command, line.program);
    command->add_option("SCENARIO", line.record.scenario, "a scenario file, or a name of `portside scenarios`");
    command->add_option("--backend", line.record.backend, "port: the nt rules in user mode on Linux (default); epoll, io_uring: Linux's own ways to release threads; iocp: a Windows completion port, under Wine on Linux")->type_name("B");
    add_sets(*command, line.record.sets, line.seed);
    command->add_option("-o,--out", line.record.out, "the trace to write; default: <scenario>-<backend>.ptrace here")->type_name("TRACE");
    command->add_option("--last", line.record.last, "keep only so much before the end, such as 10s")->type_name("TIME");
    command->add_option("--until", line.record.until, "end the recording when this holds: \"depth>100\"; depth, batch, posts, gets; > or >=")->type_name("COND");
    command->add_option("--memory", line.record.memory_mb, "MB that the records may take while it is recorded; what has no room is counted as lost, with --last the oldest goes; default: as the scenario needs, up to 256")->check(CLI::Range(1, 65536))->type_name("MB");
    command->add_flag("--json", line.record.json, "print one JSON value, times in ns");
}

void add_sweep(CLI::App& app, CommandLine& line) {
    CLI::App* command = app.add_subcommand("sweep", "figures of a scenario over one or more of its values, on all cores");
    add_scenario(*command, line.sweep.scenario);
    command->add_option("--axis", line.sweep.axes, "a value and what it takes in turn: port.port.concurrency=1..16, worker.worker.count=2..64..2, port.port.policy=nt,wine8 (may be given again)")
        ->required()->type_name("PATH=RANGE")->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_option("--metric", line.sweep.metrics, "a figure of the summary: latency_ns.p99, ports.port.active.mean (may be given again)")
        ->type_name("M")->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    add_sets(*command, line.sweep.sets, line.seed);
    command->add_option("--jobs", line.sweep.jobs, "threads to compute with; default: one a processor; the result is the same")->check(CLI::Range(1, 1024))->type_name("N");
    CLI::Option* json = command->add_flag("--json", line.sweep.json, "print one JSON value, times in ns");
    command->add_flag("--csv", line.sweep.csv, "print comma-separated values, times in ns")->excludes(json);
}

void add_bench(CLI::App& app, CommandLine& line) {
    CLI::App* command = app.add_subcommand("bench", "measure Portside's own speed");
    command->require_subcommand(1);
    CLI::App* engine = command->add_subcommand("engine", "the model on the reference workload, without a trace and with all of it in a file");
    engine->add_option("SCENARIO", line.bench.scenario, "another scenario than the reference workload");
    add_sets(*engine, line.bench.sets, line.seed);
    engine->add_option("-o,--out", line.bench.out, "write the trace here and keep it; default: a temporary file")->type_name("TRACE");
    engine->add_option("--runs", line.bench.runs, "the median of so many runs is printed")->check(CLI::Range(1, 99))->type_name("N")->capture_default_str();
    engine->add_flag("--json", line.bench.json, "print one JSON value");
    CLI::App* rewind = command->add_subcommand("rewind", "how long it takes to go to any record of a long run, and whether the world there is exact");
    rewind->add_option("SCENARIO", line.bench.scenario, "another scenario than the reference workload");
    add_sets(*rewind, line.bench.sets, line.seed);
    rewind->add_option("--events", line.bench.events, "the run is cut after so many records")->check(CLI::Range(uint64_t{1}, uint64_t{1} << 40))->type_name("N")->capture_default_str();
    rewind->add_option("--seeks", line.bench.seeks, "random places to go to")->check(CLI::Range(1, 1'000'000))->type_name("N")->capture_default_str();
    rewind->add_flag("--json", line.bench.json, "print one JSON value");
    CLI::App* view = command->add_subcommand("view", "whether the window keeps up with a large trace: how soon it can be used, the longest frames along a path of zooms");
    view->add_option("TRACE", line.bench.scenario, "a trace, or a scenario to make one from; default: the reference workload with 64 threads");
    add_sets(*view, line.bench.sets, line.seed);
    view->add_option("-o,--out", line.bench.out, "write the trace here and keep it; default: a temporary file")->type_name("TRACE");
    view->add_option("--events", line.bench.events, "the run is cut after so many records")->check(CLI::Range(uint64_t{1}, uint64_t{1} << 40))->type_name("N")->capture_default_str();
    view->add_flag("--json", line.bench.json, "print one JSON value");
    CLI::App* record = command->add_subcommand("record", "what recording costs: a record, the clock, and both on a round trip through each backend");
    record->add_option("--records", line.bench.events, "records to write")->check(CLI::Range(uint64_t{1}, uint64_t{1} << 40))->type_name("N")->capture_default_str();
    record->add_flag("--json", line.bench.json, "print one JSON value");
}

int run_bench(const CLI::App& bench, const BenchOptions& options, const OutsideCommands& outside) {
    if (bench.got_subcommand("view")) return outside.bench_view(options);
    if (bench.got_subcommand("record")) return outside.bench_record(options);
    return bench.got_subcommand("rewind") ? cmd_bench_rewind(options) : cmd_bench_engine(options);
}

void add_compare(CLI::App& app, CommandLine& line) {
    CLI::App* command = app.add_subcommand("compare", "lay two or more traces, or a scenario and traces, side by side");
    command->add_option("SIDES", line.compare.sides, "A, with which the others are compared, and B (and C, ...): traces, or scenarios that are simulated as the first recording was run")->required()->expected(2, 1000)->type_name("SIDE");
    command->add_flag("--json", line.compare.json, "print one JSON value, times in ns");
    command->add_option("--html", line.compare.html, "also write the comparison as one page with drawings, which needs no network")->type_name("FILE");
}

void add_identify(CLI::App& app, CommandLine& line) {
    CLI::App* command = app.add_subcommand("identify", "which policy explains a trace, by its records alone, and what first contradicts each other one");
    command->add_option("TRACE", line.identify.trace, "a .ptrace file")->required();
    command->add_flag("--json", line.identify.json, "print one JSON value");
}

void add_calibrate(CLI::App& app, CommandLine& line) {
    CLI::App* command = app.add_subcommand("calibrate", "from a recording to a scenario that simulates it: arrivals, work, waits and costs, by its records alone");
    command->add_option("TRACE", line.calibrate.trace, "a .ptrace file")->required();
    command->add_option("-o,--out", line.calibrate.out, "write the scenario here; default: to standard output")->type_name("SCENARIO");
    command->add_flag("--moments", line.calibrate.moments, "packets at the moments at which they came, up to 100000 of a stream, instead of a stream that is like them");
    command->add_flag("--json", line.calibrate.json, "print one JSON value: each figure with its spread and fit, times in ns")->needs("--out");
}

void add_predict(CLI::App& app, CommandLine& line) {
    CLI::App* command = app.add_subcommand("predict", "what the recorded work would have done with another setting; refuses where a simulation of the recorded one doesn't fit");
    command->add_option("TRACE", line.predict.trace, "a .ptrace file")->required();
    command->add_option("--set", line.predict.sets, "a value of the calibrated scenario, such as port.port.concurrency=4 or worker.worker.count=16 (portside calibrate TRACE shows all)")->type_name("PATH=VALUE")->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_option("--seeds", line.predict.seeds, "simulations of each setting")->check(CLI::Range(1, 1000))->type_name("N")->capture_default_str();
    command->add_flag("--json", line.predict.json, "print one JSON value, times in ns");
}

void add_traces(CLI::App& app, CommandLine& line) {
    CLI::App* info = app.add_subcommand("info", "what is in a trace: who made it, from what, how many records, whether it is whole");
    info->add_option("TRACE", line.info.trace, "a .ptrace file")->required();
    CLI::Option* follow = info->add_flag("--follow", line.info.follow, "watch a recording while it grows, until its trace is there: records, losses, and each port's posts, gets and depth; TRACE is the one that will be written");
    info->add_option("--every", line.info.every, "--follow: so much time between two lines")->type_name("TIME")->capture_default_str()->needs(follow);
    CLI::Option* json = info->add_flag("--json", line.info.json, "print one JSON value; with --follow one a line");
    CLI::Option* strip = info->add_flag("--strip-header", line.info.strip_header, "write the same records to another file (-o) without what the header claims: scenario, source, backend, policy, concurrency, host")->excludes(follow)->excludes(json);
    strip->needs(info->add_option("-o,--out", line.info.out, "--strip-header: the trace to write")->type_name("TRACE")->needs(strip));
    CLI::App* print = app.add_subcommand("print", "the records of a trace, one a line");
    print->add_option("TRACE", line.print.trace, "a .ptrace file")->required();
    print->add_option("--from", line.print.from, "first moment, such as 2.5ms")->type_name("TIME");
    print->add_option("--to", line.print.to, "last moment, such as 4ms")->type_name("TIME");
    print->add_flag("--narrate", line.print.narrate, "print sentences instead of records");
}

void add_rules(CLI::App& app, CommandLine& line) {
    CLI::App* command = app.add_subcommand("rules", "drive a bare port by hand: port P LIMIT, get T P, post P K, block T ...; `help` at its prompt");
    command->add_option("FILE", line.rules_file, "a script; - or nothing: standard input");
}

// Of a text that must say something.
std::string not_blank(const std::string& text) { return text.find_first_not_of(" \t") == std::string::npos ? "expected a text" : std::string(); }

void add_gui(CLI::App& app, CommandLine& line) {
    CLI::App* command = app.add_subcommand("gui", "open the window");
    command->add_option("FILES", line.gui.files, "a scenario, traces, or a scenario and traces; default: the first scenario");
    add_sets(*command, line.gui.sets, line.seed);
    add_course(*command, line.gui.course);
    CLI::Option* const png = command->add_option("--screenshot", line.gui.screenshot, "draw one frame into this PNG and leave")->type_name("PNG");
    CLI::Option* const svg = command->add_option("--svg", line.gui.svg, "write the same picture as SVG, its text as text, and leave; needs no screen")->type_name("SVG");
    command->add_option("--panel", line.gui.panel, "of these pictures: one part of the window, such as timelines, ports, why, figures or events")->type_name("PART");
    CLI::Option* const gif = command->add_option("--gif", line.gui.gif, "write the range, or what --view shows, as an animated GIF, and leave")->type_name("GIF");
    CLI::Option* const handout = command->add_option("--handout", line.gui.handout, "write a page of the range, or of what --view shows: figure, questions with closed answers, sentences; and leave; needs no screen")->type_name("HTML");
    command->add_option("--at", line.gui.at, "where the cursor stands, such as 2.6ms")->type_name("TIME");
    command->add_option("--view", line.gui.view, "the part of the run that is shown, such as 1ms..3ms; default: all of it")->type_name("FROM..TO");
    command->add_option("--size", line.gui.size, "size of the window, such as 1600x900")->type_name("WxH");
    command->add_option("--theme", line.gui.theme, "dark, light, contrast or grey")->type_name("NAME");
    command->add_option("--scale", line.gui.scale, "size of everything, 0.5 to 3; default: from the screen")->type_name("X");
    command->add_flag("--edit", line.gui.edit, "with all values of the scenario and its text beside the run");
    command->add_option("--record", line.gui.record, "record the scenario on this backend, and show the trace beside its simulation")->type_name("BACKEND")->excludes(png)->excludes(svg)->excludes(gif)->excludes(handout);
    command->add_option("--record-program", line.gui.record_program, "record this Windows program as it runs, such as \"load-echo.exe --clients 8\", and show it beside a model calibrated from it")->type_name("COMMAND")->excludes(png)->excludes(svg)->excludes(gif)->excludes(handout)->check(not_blank);
    command->add_option("--watch", line.gui.watch, "watch a recording that grows, and show it when it is whole")->type_name("TRACE")->excludes(png)->excludes(svg)->excludes(gif)->excludes(handout);
    command->add_flag("--no-restore", line.gui.no_restore, "begin afresh, where the last window did not close by itself");
    command->add_flag("--presenter", line.gui.presenter, "large, in strong colours, and the reason of an event only when it is asked for (PgDn)");
    command->add_flag("--quiz", line.gui.quiz, "stop at decisions and ask what happens next");
    CLI::Option* explore = command->add_flag("--explore", line.gui.explore, "with a map of a figure over two values, which takes shape while it is computed; a click takes a place on it");
    command->add_option("--axis", line.gui.axes, "--explore: PATH=RANGE as for sweep, once for across and once for down; default: concurrency and threads")->type_name("PATH=RANGE")->needs(explore)->expected(1, 2);
    command->add_option("--metric", line.gui.metric, "--explore: the figure, as for sweep; default: latency_ns.p99")->type_name("M")->needs(explore);
    command->add_option("--search", line.gui.search, "with this search of the records, such as \"thread:5 wait>2ms key:1 rule:K17 packet:12 port:NAME\"")->type_name("TERMS");
    command->add_option("--range", line.gui.range, "with this part of the run chosen and its figures shown, such as 1ms..3ms")->type_name("FROM..TO");
    command->add_option("--select", line.gui.select, "with this thread or packet selected, such as thread:5 or packet:12")->type_name("TERM");
    command->add_option("--align", line.gui.align, "the sides aligned by this event instead of by their clocks: \"taken 12\" (submitted, posted, taken, got or done, and a packet), \"get_called 4 worker.3\"")->type_name("EVENT")->check(not_blank);
    command->add_option("--break", line.gui.breaks, "playback stops at the next event of these rules, such as K17 or \"K17 K19\"")->type_name("RULES");
    command->add_option("--note", line.gui.note, "keep this note at --at, in TRACE.notes beside the trace")->type_name("TEXT")->check(not_blank);
    command->add_option("--run", line.gui.run, "run this command of the window first, such as palette or match-next; may be repeated")->type_name("COMMAND")->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_option("--save-as", line.gui.save_as, "write the scenario with all --set values in its text to this file, which must not be there yet, and leave")->type_name("TOML");
}

// The library takes what follows an option for its value, even if that is the next option.
void refuse_options_as_values(CLI::App& app) {
    for (CLI::Option* option : app.get_options())
        if (!option->get_positional())
            option->check([&app](const std::string& value) { return value.starts_with('-') && app.get_option_no_throw(value) != nullptr ? "its value is missing: " + value + " is the next option" : std::string(); }, "");
    for (CLI::App* command : app.get_subcommands({})) refuse_options_as_values(*command);
}

void add_seed(std::vector<std::string>& sets, const std::string& seed) {
    if (!seed.empty()) sets.push_back("seed=" + seed);
}

bool is_set(const char* name) {
    const char* value = std::getenv(name);
    return value && *value;
}

bool has_display() { return is_set("DISPLAY") || is_set("WAYLAND_DISPLAY"); }

int run_command(CLI::App& app, CommandLine& line, const OutsideCommands& outside) {
    if (app.got_subcommand("scenarios")) return cmd_scenarios(line.scenarios_json);
    if (app.got_subcommand("sim")) { add_seed(line.sim.sets, line.seed); return cmd_sim(line.sim); }
    if (app.got_subcommand("record") && !app.get_subcommand("record")->get_subcommands().empty()) return outside.record_program(line.program);
    if (app.got_subcommand("record") && line.record.scenario.empty()) {
        std::fputs("portside record: no scenario was given; give one, or `run -- PROGRAM`, or `attach PROCESS`\nRun with --help for more information.\n", stderr);
        return kExitWrongUse;
    }
    if (app.got_subcommand("record")) { add_seed(line.record.sets, line.seed); return outside.record(line.record); }
    if (app.got_subcommand("compare")) return cmd_compare(line.compare);
    if (app.got_subcommand("identify")) return cmd_identify(line.identify);
    if (app.got_subcommand("calibrate")) return cmd_calibrate(line.calibrate);
    if (app.got_subcommand("predict")) return cmd_predict(line.predict);
    if (app.got_subcommand("sweep")) { add_seed(line.sweep.sets, line.seed); return cmd_sweep(line.sweep); }
    if (app.got_subcommand("bench")) { add_seed(line.bench.sets, line.seed); return run_bench(*app.get_subcommand("bench"), line.bench, outside); }
    if (app.got_subcommand("info")) return cmd_info(line.info);
    if (app.got_subcommand("print")) return cmd_print(line.print);
    if (app.got_subcommand("rules")) return cmd_rules(line.rules_file);
    if (app.got_subcommand("gui")) { add_seed(line.gui.sets, line.seed); return outside.gui(line.gui); }
    if (has_display()) return outside.gui({});
    std::fputs(app.help().c_str(), stdout);
    return kExitDone;
}

}  // namespace

int cli_main(int argc, char** argv, const OutsideCommands& outside) {
    CLI::App app("Portside shows how a Windows I/O completion port schedules threads: simulated and measured, side by side.", "portside");
    app.set_version_flag("--version", std::string("portside ") + kVersion);
    app.require_subcommand(0, 1);
    app.footer("Without a command the window opens with the first scenario. `portside COMMAND --help` tells more.\n"
               "Exit codes: 0 done, 1 bad input, 2 wrong use, 3 an --expect did not hold.");
    CommandLine line;
    add_scenarios(app, line);
    add_sim(app, line);
    add_record(app, line);
    add_compare(app, line);
    add_identify(app, line);
    add_calibrate(app, line);
    add_predict(app, line);
    add_sweep(app, line);
    add_bench(app, line);
    add_traces(app, line);
    add_rules(app, line);
    add_gui(app, line);
    refuse_options_as_values(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);   // prints help and version to stdout, errors to stderr
        return code == 0 ? kExitDone : kExitWrongUse;
    }
    return run_command(app, line, outside);
}

}  // namespace sim
