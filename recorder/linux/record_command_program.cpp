#include "recorder/linux/record_command_program.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include "recorder/common/program.h"
#include "recorder/linux/wine_host.h"

namespace recorder {
namespace {

namespace fs = std::filesystem;

sim::Error at(const std::string& where, std::string what, std::string hint = {}) { return {.file = where, .line = 0, .column = 0, .what = std::move(what), .hint = std::move(hint)}; }

// The program lives in the caller's own folder of Wine, where there is one.
fs::path prefix_of_caller() {
    const char* own = std::getenv("WINEPREFIX");
    return own != nullptr && own[0] == '/' ? fs::path(own) : wine_prefix();
}

bool is_windows_path(const std::string& program) { return program.find('\\') != std::string::npos || (program.size() > 1 && program[1] == ':'); }

// A file of this system by its Windows name; a name of Windows' own stays.
sim::Result<std::string> program_of(const std::string& program) {
    std::error_code failed;
    if (is_windows_path(program)) return program;
    if (fs::is_regular_file(program, failed)) return windows_path(program);
    if (program.find('/') != std::string::npos || fs::exists(program, failed)) return at(program, "there is no such program", "give a Windows program (.exe)");
    return program;
}

void add_option(std::vector<std::string>& command, const char* option, const std::string& value) {
    if (!value.empty()) command.insert(command.end(), {option, value});
}

std::vector<std::string> command_of(const sim::RecordProgramOptions& options, const std::string& program, const std::string& out, const fs::path& stop) {
    std::vector<std::string> command{"wine", windows_recorder().string(), options.command.empty() ? "attach" : "run", "-o", fs::path(out).is_absolute() ? windows_path(out) : out, "--stop-file", windows_path(stop)};
    add_option(command, "--port", options.port);
    add_option(command, "--last", options.last);
    add_option(command, "--until", options.until);
    add_option(command, "--for", options.duration);
    add_option(command, "--depth-every", std::to_string(options.depth_every));
    add_option(command, "--memory", std::to_string(options.memory_mb));
    if (options.follow) command.push_back("--follow");
    if (!options.waits) command.push_back("--no-waits");
    command.push_back("--");
    if (options.command.empty()) {
        command.push_back(options.attach);
        return command;
    }
    command.push_back(program);
    command.insert(command.end(), options.command.begin() + 1, options.command.end());
    return command;
}

// For what passes between this command and the Windows one; no name in it can be the caller's.
struct OwnFolder {
    fs::path path;
    OwnFolder() {
        std::error_code failed;
        std::string name = (fs::temp_directory_path(failed) / "portside-XXXXXX").string();
        if (!failed && mkdtemp(name.data()) != nullptr) path = name;
    }
    ~OwnFolder() {
        std::error_code ignored;
        if (!path.empty()) fs::remove_all(path, ignored);
    }
    OwnFolder(const OwnFolder&) = delete;
    OwnFolder& operator=(const OwnFolder&) = delete;
};

// The program's input and output are this command's. It is never killed: it is somebody's.
int run_recorder(const std::vector<std::string>& command, const fs::path& prefix, const fs::path& stop) {
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const pid_t child = fork();
    if (child < 0) return 128;
    if (child == 0) {
        set_wine_environment(prefix);
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (stop_was_requested() && !fs::exists(stop)) std::ofstream(stop) << "stop\n";
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

sim::Result<int> record(const sim::RecordProgramOptions& options) {
    const std::string where = options.command.empty() ? "record attach" : "record run";
    if (options.etw) return at(where + " --etw", "Wine has no kernel event tracing", "on Windows: portside-record " + where.substr(where.find(' ') + 1) + " --etw, as an administrator");
    const std::string& named = options.command.empty() ? options.attach : options.command.front();
    const sim::Result<std::string> program = options.command.empty() ? sim::Result<std::string>(named) : program_of(named);
    if (!program) return program.error();
    const std::string file = named.substr(named.find_last_of("\\/") + 1);
    const std::string out = options.out.empty() ? file.substr(0, file.rfind('.')) + ".ptrace" : options.out;
    if (const sim::Status good = out_can_be_written(out); !good) return good.error();
    if (const sim::Status there = wine_is_there(where); !there) return there.error();
    const fs::path prefix = prefix_of_caller();
    const OwnFolder own;
    if (own.path.empty()) return at(where, std::string("can't make a temporary folder: ") + std::strerror(errno), "set TMPDIR to a folder that can be written");
    if (const sim::Status ready = prepare_prefix(where, prefix, own.path / "log"); !ready) return ready.error();
    const fs::path stop = own.path / "stop";
    const bool good = run_recorder(command_of(options, program.value(), out, stop), prefix, stop) == 0;
    if (!good && options.command.empty()) std::fprintf(stderr, "only programs of Wine's folder %s were looked at; WINEPREFIX names another\n", prefix.c_str());
    return good ? sim::kExitDone : sim::kExitBadInput;
}

}  // namespace

int record_command_program(const sim::RecordProgramOptions& options) {
    program_catch_interrupts();
    const sim::Result<int> code = record(options);
    if (code) return code.value();
    std::fprintf(stderr, "portside record: %s\n", code.error().text().c_str());
    return sim::kExitBadInput;
}

}  // namespace recorder
