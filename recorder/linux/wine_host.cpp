#include "recorder/linux/wine_host.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "recorder/common/run.h"

namespace recorder {
namespace {

namespace fs = std::filesystem;

fs::path program_folder() {
    std::error_code ignored;
    return fs::read_symlink("/proc/self/exe", ignored).parent_path();
}

bool found_in_path(const char* program) {
    std::istringstream folders(std::getenv("PATH") != nullptr ? std::getenv("PATH") : "/usr/bin");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (access((fs::path(folder) / program).c_str(), X_OK) == 0) return true;
    return false;
}

// A pipe to the child's standard input. Closed, it tells the Windows recorder to stop; if this program dies, the system closes it.
struct Leash {
    int child_end = -1, our_end = -1;
    Leash() {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) == 0) { child_end = ends[0]; our_end = ends[1]; }
    }
    ~Leash() {
        let_go();
        if (child_end >= 0) close(child_end);
    }
    Leash(const Leash&) = delete;
    Leash& operator=(const Leash&) = delete;
    bool let_go() {
        if (our_end < 0) return false;
        close(our_end);
        our_end = -1;
        return true;
    }
};

}  // namespace

void set_wine_environment(const fs::path& prefix) {
    setenv("WINEPREFIX", prefix.c_str(), 1);
    setenv("WINEDEBUG", "-all", 0);
    setenv("WINEDLLOVERRIDES", "mscoree=;mshtml=", 0);   // no dialogs that ask to install them
}

sim::Status wine_is_there(const std::string& where) {
    const auto missing = [&where](std::string what, std::string hint) { return sim::Error{.file = where, .line = 0, .column = 0, .what = std::move(what), .hint = std::move(hint)}; };
    const fs::path recorder = windows_recorder();
    std::error_code ignored;
    if (!found_in_path("wine")) return missing("Wine is missing, and this machine has no Windows port of its own", "apt-get install wine wine64");
    if (!fs::exists(recorder, ignored)) return missing("the Windows recorder is missing: " + recorder.string(), "it is built with preset release where g++-mingw-w64-x86-64-posix is installed");
    return sim::Done{};
}

sim::Status out_can_be_written(const std::string& out) {
    const auto at = [&out](std::string what, std::string hint) { return sim::Error{.file = out, .line = 0, .column = 0, .what = std::move(what), .hint = std::move(hint)}; };
    const fs::path part = fs::absolute(out + ".part");
    std::error_code failed;
    if (!fs::is_directory(part.parent_path(), failed)) return at("there is no folder " + part.parent_path().string(), "");
    const bool was_there = fs::exists(part, failed);
    const int file = open(part.c_str(), O_WRONLY | O_CREAT, 0644);
    if (file < 0) return at(std::string("the recording can't be written here: ") + std::strerror(errno), "give another place with -o");
    close(file);
    if (!was_there) fs::remove(part, failed);
    return sim::Done{};
}

fs::path windows_recorder() {
    if (const char* named = std::getenv("PORTSIDE_WINDOWS_RECORDER")) return named;
    return program_folder() / "windows" / "portside-record.exe";
}

fs::path wine_prefix() {
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && cache[0] == '/') return fs::path(cache) / "portside" / "wine";
    const char* home = std::getenv("HOME");
    return (home != nullptr ? fs::path(home) / ".cache" : fs::temp_directory_path()) / "portside" / "wine";
}

// Runs a command in a process group of its own, its output in `log`. The exit status; -1: it ran past the limit and was killed.
// After request_stop it has ten seconds to end by itself.
int run_limited(const std::vector<std::string>& command, const fs::path& prefix, const fs::path& log, std::chrono::seconds limit) {
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    Leash leash;
    const pid_t child = fork();
    if (child < 0) return 128;
    if (child == 0) {
        setpgid(0, 0);
        const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
        dup2(leash.child_end, 0);
        dup2(file, 1);
        dup2(file, 2);
        set_wine_environment(prefix);
        setenv("LC_ALL", "C.UTF-8", 1);
        unsetenv("DISPLAY");
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
    auto end = std::chrono::steady_clock::now() + limit;
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (stop_was_requested() && leash.let_go()) end = std::min(end, std::chrono::steady_clock::now() + std::chrono::seconds(10));
        if (std::chrono::steady_clock::now() >= end) {
            kill(-child, SIGKILL);
            waitpid(child, &status, 0);
            return -1;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

std::string last_lines(const fs::path& log) {
    std::ifstream in(log);
    std::string line, out;
    while (std::getline(in, line)) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (!line.empty() && line.find("wine32") == std::string::npos) out = out.size() > 2000 ? line : out + (out.empty() ? "" : " | ") + line;
    }
    return out.empty() ? "it printed nothing" : out;
}

sim::Status prepare_prefix(const std::string& where, const fs::path& prefix, const fs::path& log) {
    const auto wine_error = [&where](std::string what, std::string hint) { return sim::Error{.file = where, .line = 0, .column = 0, .what = std::move(what), .hint = std::move(hint)}; };
    std::error_code failed;
    if (fs::exists(prefix / "system.reg", failed)) return sim::Done{};
    fs::create_directories(prefix, failed);
    if (failed) return wine_error("can't create " + prefix.string() + ": " + failed.message(), "set XDG_CACHE_HOME to a folder that can be written");
    std::fprintf(stderr, "preparing Wine's folder %s (once, about half a minute)\n", prefix.c_str());
    if (run_limited({"wine", "wineboot", "-i"}, prefix, log, std::chrono::seconds(180)) != 0) return wine_error("Wine could not prepare its folder: " + last_lines(log), "try: WINEPREFIX=" + prefix.string() + " wineboot -i");
    run_limited({"wineserver", "-w"}, prefix, log, std::chrono::seconds(60));
    return sim::Done{};
}

std::string windows_path(const fs::path& path) {
    std::string text = "Z:" + fs::absolute(path).string();
    for (char& c : text)
        if (c == '/') c = '\\';
    return text;
}

}  // namespace recorder
