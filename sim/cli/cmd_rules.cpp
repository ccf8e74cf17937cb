#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>

#include "sim/cli/commands.h"
#include "sim/cli/line_reader.h"
#include "sim/cli/rules_draw.h"
#include "sim/cli/rules_script.h"

namespace sim {
namespace {

void say(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

int run_script(std::istream& in) {
    RulesScript script;
    std::string line;
    while (std::getline(in, line))
        if (const auto answer = script.line(line)) say(*answer + '\n');
    return script.had_error() ? kExitBadInput : kExitDone;
}

// At a terminal: a prompt, and after each command what the ports look like.
int run_by_hand() {
    RulesScript script;
    LineReader reader("portside> ");
    say("A port without time. `help` lists the commands; Ctrl-D leaves.\n");
    while (const auto line = reader.next()) {
        const size_t first = line->find_first_not_of(" \t"), last = line->find_last_not_of(" \t");
        if (first != std::string::npos && line->substr(first, last + 1 - first) == "help") say(RulesScript::help());
        else if (const auto answer = script.line(*line)) say(*answer + '\n' + rules_drawing(script));
    }
    say("\n");
    return script.had_error() ? kExitBadInput : kExitDone;
}

}  // namespace

int cmd_rules(const std::string& file) {
    if (file.empty() || file == "-") return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 ? run_by_hand() : run_script(std::cin);
    std::ifstream in(file, std::ios::binary);
    if (in) in.peek();                                  // a directory opens, and fails at the first read
    if (!in && !in.eof()) {
        std::fprintf(stderr, "%s: can't read it: %s; expected a script of `portside rules`, or - for standard input\n", file.c_str(), std::strerror(errno));
        return kExitBadInput;
    }
    in.clear();
    return run_script(in);
}

}  // namespace sim
