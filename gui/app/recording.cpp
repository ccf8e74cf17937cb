#include "gui/app/recording.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "gui/app/state.h"
#include "gui/model/text.h"
#include "recorder/common/program.h"
#include "sim/cli/whole_file.h"

namespace gui {
namespace {

namespace fs = std::filesystem;

constexpr auto kGrace = std::chrono::seconds(5);   // for a recorder to write what it has

sim::Error cannot(const std::string& what) { return {.file = {}, .line = 0, .column = 0, .what = what, .hint = {}}; }

bool is_there(const std::string& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

// While it grows: NAME.part; under Wine NAME.new.part.
std::string part_of(const std::string& trace) {
    for (const char* ending : {".part", ".new.part"})
        if (is_there(trace + ending)) return trace + ending;
    return {};
}

std::string said_in(const std::string& folder) { return folder + "/said"; }

// The recorder's last word; its own, where the program's are among it.
std::string last_line(const std::string& path) {
    std::ifstream in(path);
    std::string last, own;
    for (std::string line; std::getline(in, line);) {
        if (line.ends_with('\r')) line.pop_back();
        if (!line.empty()) last = line;
        if (line.starts_with("portside")) own = line;
    }
    return own.empty() ? last : own;
}

bool have_wine() {
    const char* path = std::getenv("PATH");
    std::istringstream in(path == nullptr ? "" : path);
    for (std::string folder; std::getline(in, folder, ':');)
        if (access((folder + "/wine").c_str(), X_OK) == 0) return true;
    return false;
}

std::string own_program() {
    std::error_code failed;
    return fs::read_symlink("/proc/self/exe", failed).string();
}

// A name that no file here has yet.
std::string free_name(const std::string& name) {
    std::string trace = name + ".ptrace";
    for (int number = 2; is_there(trace) || !part_of(trace).empty(); ++number) trace = name + '-' + std::to_string(number) + ".ptrace";
    return trace;
}

}  // namespace

sim::Result<std::unique_ptr<Recording>> Recording::begin(Plan plan) {
    std::unique_ptr<Recording> recording(new Recording(std::move(plan)));
    const Plan& p = recording->plan_;
    if (p.command.empty()) return recording;
    std::vector<char*> arguments;
    for (const std::string& word : p.command) arguments.push_back(const_cast<char*>(word.c_str()));   // NOLINT: what exec takes
    arguments.push_back(nullptr);
    const std::string said = said_in(p.folder);
    int told[2];                                           // closed by exec; else why it did not
    if (pipe2(told, O_CLOEXEC) != 0) return cannot(std::string("no pipe: ") + std::strerror(errno));
    const pid_t process = fork();
    if (process == 0) {
        setpgid(0, 0);                                     // what it starts ends with it
        prctl(PR_SET_PDEATHSIG, SIGINT);                   // a window that is killed ends it as well
        const int out = open(said.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), in = open("/dev/null", O_RDONLY);
        dup2(in, STDIN_FILENO), dup2(out, STDOUT_FILENO), dup2(out, STDERR_FILENO);
        execv(arguments[0], arguments.data());
        const int why = errno;
        if (write(told[1], &why, sizeof why) < 0) _exit(126);
        _exit(127);
    }
    close(told[1]);
    int why = errno;
    const bool failed = process < 0 || read(told[0], &why, sizeof why) == sizeof why;
    close(told[0]);
    if (!failed) {
        recording->process_ = process;
        return recording;
    }
    if (process > 0) waitpid(process, nullptr, 0);
    recording->running_ = false;
    return cannot(p.command.front() + " can't be started: " + std::strerror(why));
}

Recording::~Recording() {
    if (running_ && process_ > 0) {
        stop();
        for (const auto begun = std::chrono::steady_clock::now(); running_ && std::chrono::steady_clock::now() - begun < kGrace;) {
            int status = 0;
            if (waitpid(process_, &status, WNOHANG) == process_) running_ = false;
            else std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        if (running_) kill(-process_, SIGKILL), waitpid(process_, nullptr, 0);
    }
    std::error_code ignored;
    if (!plan_.folder.empty()) fs::remove_all(plan_.folder, ignored);
}

void Recording::stop() {
    stopping_ = true;
    if (running_ && process_ > 0) kill(process_, SIGINT);
}

void Recording::ended(int status) {
    running_ = false;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && is_there(plan_.trace)) return;
    trouble_ = last_line(said_in(plan_.folder));
    if (trouble_.empty()) trouble_ = "The recorder ended without a trace.";
}

bool Recording::look() {
    if (!running_) return false;
    const uint64_t before = figures_.records;
    const std::string part = part_of(plan_.trace);
    if (!bytes_ && !part.empty())
        if (sim::Result<sim::FollowBytes> bytes = sim::FollowBytes::open(part)) bytes_ = std::make_unique<sim::FollowBytes>(std::move(bytes.value()));
    if (bytes_ && !rings_ && !raw_) {
        if (std::optional<sim::FollowRings> rings = sim::FollowRings::begin(*bytes_)) rings_ = std::make_unique<sim::FollowRings>(std::move(*rings));
        else if (std::optional<sim::FollowRaw> raw = sim::FollowRaw::begin(*bytes_)) raw_ = std::make_unique<sim::FollowRaw>(std::move(*raw));
    }
    if (rings_) rings_->look(*bytes_), figures_ = rings_->figures();
    if (raw_) raw_->look(*bytes_), figures_ = raw_->figures();
    seen_ = seen_ || !part.empty();
    if (process_ > 0) {
        int status = 0;
        if (waitpid(process_, &status, WNOHANG) == process_) ended(status);
    } else if (part.empty() && is_there(plan_.trace)) {
        running_ = false;
    } else if (part.empty()) {
        running_ = false, trouble_ = "Nobody records " + plan_.trace + ": there is no " + plan_.trace + ".part.";
    }
    return !running_ || figures_.records != before;
}

double Recording::share() const { return plan_.end_ns <= 0 ? 0 : std::clamp(static_cast<double>(figures_.elapsed_ns) / static_cast<double>(plan_.end_ns), 0.0, 1.0); }

double Recording::elapsed_s() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count(); }

const std::vector<std::string>& record_backends() {
    static const std::vector<std::string> all = [] {
        std::vector<std::string> names;
        for (const recorder::ProgramBackend& one : recorder::program_backends()) names.emplace_back(one.name);
        if (have_wine()) names.emplace_back("iocp");
        return names;
    }();
    return all;
}

namespace {

// A folder of its own for a recording; "": `error` says why there is none.
std::string own_folder(AppState& state) {
    std::error_code code;
    std::string folder = (fs::temp_directory_path(code) / "portside-XXXXXX").string();
    if (mkdtemp(folder.data()) != nullptr) return folder;
    state.error = "No folder can be made in " + fs::temp_directory_path(code).string() + '.';
    return {};
}

void begin(AppState& state, Recording::Plan plan, const sim::Status& ready) {
    const std::string folder = plan.folder;
    sim::Result<std::unique_ptr<Recording>> begun = ready ? Recording::begin(std::move(plan)) : sim::Result<std::unique_ptr<Recording>>(ready.error());
    if (begun) return static_cast<void>(state.recorder.now = std::move(begun.value()));
    state.error = begun.error().text();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
}

std::string recorder_of(const AppState& state) { return state.recorder.program.empty() ? own_program() : state.recorder.program; }

}  // namespace

void app_record(AppState& state) {
    Recorder& recorder = state.recorder;
    state.error.clear();
    if (recorder.now) return recorder.now->stop();
    if (state.branched.any()) return static_cast<void>(state.error = "A recording is of a whole run, and this one branches: Shift+B lets the branch go.");
    if (app_without_model(state)) return;
    const std::string folder = own_folder(state);
    if (folder.empty()) return;
    const std::string name = fs::path(state.scenario.name).filename().string(), file = folder + '/' + name + ".toml", backend = record_backends()[recorder.backend % record_backends().size()];
    Recording::Plan plan{.command = {recorder_of(state), "record", file, "--backend", backend}, .trace = free_name(name + '-' + backend), .folder = folder, .backend = backend, .end_ns = state.sides.front().end_ns};
    plan.command.insert(plan.command.end(), {"-o", plan.trace});
    for (const std::string& set : state.given_sets) plan.command.insert(plan.command.end(), {"--set", set});
    begin(state, std::move(plan), sim::write_whole_file(file, state.scenario.text));
}

sim::Result<std::vector<std::string>> command_words(const std::string& line) {
    std::vector<std::string> words;
    bool inside = false;                                   // a word, which may be empty: ""
    char quote = 0;
    for (const char c : line) {
        if (quote != 0 ? c == quote : c == '"' || c == '\'') {
            quote = quote != 0 ? 0 : c;
            if (!inside) words.emplace_back();
            inside = true;
        } else if (quote == 0 && (c == ' ' || c == '\t')) {
            inside = false;
        } else {
            if (!inside) words.emplace_back();
            inside = true;
            words.back() += c;
        }
    }
    if (quote != 0) return sim::Error{.file = {}, .line = 0, .column = 0, .what = std::string("the quote ") + quote + " is not closed", .hint = {}};
    if (words.empty() || words.front().empty()) return sim::Error{.file = {}, .line = 0, .column = 0, .what = "expected a program and its arguments", .hint = "such as load-echo.exe --clients 8"};
    return words;
}

sim::Status app_record_program(AppState& state, const std::string& line) {
    const sim::Result<std::vector<std::string>> words = command_words(line);
    if (!words) return words.error();
    if (state.recorder.now) return sim::Error{.file = {}, .line = 0, .column = 0, .what = "a recording runs already", .hint = "R ends it"};
    state.error.clear();
    state.recorder.command_line = line;
    const std::string folder = own_folder(state);
    if (folder.empty()) return sim::Done{};
    const std::string program = words->front().substr(words->front().find_last_of("\\/") + 1);
    const std::string stem = fs::path(program).stem().string();
    Recording::Plan plan{.command = {recorder_of(state), "record", "run", "-o"}, .trace = free_name(stem.empty() ? "program" : stem), .folder = folder, .backend = {}, .program = program};
    plan.command.insert(plan.command.end(), {plan.trace, "--"});
    plan.command.insert(plan.command.end(), words->begin(), words->end());
    begin(state, std::move(plan), sim::Done{});
    return sim::Done{};
}

void app_record_backend(AppState& state) {
    Recorder& recorder = state.recorder;
    recorder.backend = (recorder.backend + 1) % record_backends().size();
    state.said = "R records on " + record_backends()[recorder.backend] + ".";
}

void app_watch(AppState& state, const std::string& trace) {
    sim::Result<std::unique_ptr<Recording>> begun = Recording::begin({.command = {}, .trace = trace, .folder = {}, .backend = {}, .end_ns = 0});
    if (begun) state.recorder.now = std::move(begun.value());
}

bool app_record_settle(AppState& state) {
    std::unique_ptr<Recording>& now = state.recorder.now;
    if (!now) return false;
    const bool news = now->look();
    if (now->running()) return news;
    if (now->trouble().empty()) {
        if (now->plan().backend.empty()) app_drop(state, {now->plan().trace});
        else app_drop_recording(state, now->plan().trace);     // it is of the scenario as it was changed
    } else {
        state.error = now->trouble();
    }
    now.reset();
    return true;
}

std::string app_record_text(const AppState& state) {
    const Recording* now = state.recorder.now.get();
    if (now == nullptr) return {};
    const std::string count = number_figure(static_cast<double>(now->figures().records)) + " records";
    if (!now->plan().program.empty()) {
        std::array<char, 32> seconds{};
        std::snprintf(seconds.data(), seconds.size(), "%.1f s", now->elapsed_s());
        return "Recording " + now->plan().program + ": " + count + " in " + seconds.data() + ". R ends the recording, the program runs on.";
    }
    if (now->plan().command.empty()) return "Watching " + now->plan().trace + ": " + count + ".";
    const int percent = static_cast<int>(now->share() * 100);
    return "Recording on " + now->plan().backend + ": " + std::to_string(percent) + " %, " + count + ". R stops it.";
}

}  // namespace gui
