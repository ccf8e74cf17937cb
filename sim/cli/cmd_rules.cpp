#include <unistd.h>

#include <cstdio>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

#include "sim/cli/commands.h"
#include "sim/cli/rules_script.h"
#include "sim/model/policy.h"

namespace sim {
namespace {

std::string_view thread_words(const PortThread& thread) {
    switch (thread.state) {
        case PortThreadState::unknown: return "new";
        case PortThreadState::running: return "running";
        case PortThreadState::waiting: return "waiting";
        case PortThreadState::looking: return "woken";
        case PortThreadState::watching: return "waits on the handle";
        case PortThreadState::blocked: return "blocked elsewhere";
        case PortThreadState::suspended: return "suspended";
        case PortThreadState::suspended_waiting: return "suspended in its wait";
        case PortThreadState::exited: return "exited";
    }
    return {};
}

/// The threads that belong to `port` (none: to no port) and do not stand in the stack of waiters.
std::string threads_line(const RulesScript& script, PortId port) {
    std::string out;
    const PortState& state = script.state();
    for (size_t i = 0; i < state.threads.size(); ++i) {
        const PortThread& thread = state.threads[i];
        if (thread.association != port || thread.state == PortThreadState::exited) continue;
        if (port.valid() && thread.state == PortThreadState::waiting) continue;
        out += (out.empty() ? "" : ", ") + script.thread_names()[i] + " " + std::string(thread_words(thread));
    }
    return out;
}

std::string queue_line(const RulesScript& script, uint32_t id) {
    std::string out;
    for (const RulesPort& entry : script.ports())
        if (entry.name == script.port_names()[id])
            for (const std::string& packet : entry.queue) out += " " + packet;
    return out;
}

/// In parking order; the one that the next packet would release is marked.
std::string waiters_line(const RulesScript& script, const Port& port) {
    std::string out;
    const bool oldest = policy_row(port.policy).release == ReleaseOrder::oldest;
    bool marked = false;
    for (size_t w = 0; w < port.waiters.size(); ++w) {
        const ThreadId thread = port.waiters[w];
        const bool waits = script.state().threads[thread.value].state == PortThreadState::waiting;   // wine8 passes over suspended ones
        const bool next = oldest ? waits && !marked : w + 1 == port.waiters.size();
        marked |= next;
        out += (w > 0 ? "  " : "") + script.thread_names()[thread.value] + (next ? " <- next" : "");
    }
    return out;
}

/// The open ports as a person would sketch them: slots, queue, stack of waiters with the next to go marked.
std::string drawing(const RulesScript& script) {
    std::string out;
    const PortState& state = script.state();
    for (uint32_t id = 0; id < state.ports.size(); ++id) {
        const Port& port = state.ports[id];
        if (!port.open) continue;
        const PolicyRow& row = policy_row(port.policy);
        out += "  " + script.port_names()[id] + " (" + std::string(policy_name(port.policy)) + ")  active " + std::to_string(port.active);
        out += row.limit == AdmissionLimit::none ? ", no limit in force" : " of " + std::to_string(port.limit);
        if (port.active > port.limit && row.limit == AdmissionLimit::fixed) out += "  OVER THE LIMIT";
        out += "\n    queue    oldest [" + queue_line(script, id) + " ]\n    waiters  " + waiters_line(script, port) + '\n';
        if (const std::string line = threads_line(script, PortId{id}); !line.empty()) out += "    threads  " + line + '\n';
    }
    if (const std::string line = threads_line(script, PortId{}); !line.empty()) out += "  of no port: " + line + '\n';
    return out;
}

int run_script(std::istream& in, bool interactive) {
    RulesScript script;
    std::string line;
    const auto prompt = [&] {
        if (interactive) { std::fputs("portside> ", stdout); std::fflush(stdout); }
    };
    if (interactive) std::fputs("A port without time. `help` lists the commands.\n", stdout);
    prompt();
    while (std::getline(in, line)) {
        if (interactive && line == "help") {
            std::fputs(RulesScript::help().c_str(), stdout);
        } else if (auto answer = script.line(line)) {
            *answer += '\n';
            std::fwrite(answer->data(), 1, answer->size(), stdout);
            if (interactive) std::fputs(drawing(script).c_str(), stdout);
            std::fflush(stdout);
        }
        prompt();
    }
    if (interactive) std::fputc('\n', stdout);
    return script.had_error() ? kExitBadInput : kExitDone;
}

}  // namespace

int cmd_rules(const std::string& file) {
    if (file.empty() || file == "-") return run_script(std::cin, isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1);
    std::ifstream in(file, std::ios::binary);
    if (in) in.peek();                                  // a directory opens, and fails at the first read
    if (!in && !in.eof()) {
        std::fprintf(stderr, "%s: can't read it: %s; expected a script of `portside rules`, or - for standard input\n", file.c_str(), std::strerror(errno));
        return kExitBadInput;
    }
    in.clear();
    return run_script(in, false);
}

}  // namespace sim
