// Recording what is shown, or a program, from the window: `portside record` as a process beside it, looked at between frames while it grows, then
// opened beside its simulation. Nothing here waits for it.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/cli/follow.h"

namespace gui {

struct AppState;

/// One that runs, or, of somebody else's, one that is only watched. Ends with the window: it is asked to stop and keep what it has, and after
/// some seconds made to.
class Recording {
public:
    struct Plan {
        std::vector<std::string> command; ///< the program first; empty: only watched
        std::string trace, folder;        ///< what will be written; a folder of its own that goes with it, "" = none
        std::string backend;
        std::string program{};            ///< that is recorded: "load-echo.exe"; "": a scenario is
        int64_t end_ns = 0;               ///< how long it will take; 0: not known
    };
    /// Error: the program can't be started.
    static sim::Result<std::unique_ptr<Recording>> begin(Plan plan);
    ~Recording();
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    /// Looks at what it has written so far. True: there is more, or it ended.
    bool look();
    bool running() const { return running_; }
    /// Asks it to end, and to keep what it has.
    void stop();
    /// When it has ended: "" = the trace is there.
    const std::string& trouble() const { return trouble_; }
    const Plan& plan() const { return plan_; }
    const sim::FollowFigures& figures() const { return figures_; }
    /// 0..1, by time; 0 where that is not known.
    double share() const;
    /// Since it began.
    double elapsed_s() const;

private:
    explicit Recording(Plan plan) : plan_(std::move(plan)) {}
    void ended(int status);
    Plan plan_;
    int process_ = -1;
    bool running_ = true, stopping_ = false, seen_ = false;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    std::string trouble_;
    sim::FollowFigures figures_;
    std::unique_ptr<sim::FollowBytes> bytes_;
    std::unique_ptr<sim::FollowRings> rings_;   ///< of a scenario
    std::unique_ptr<sim::FollowRaw> raw_;       ///< of a program
};

/// The window's one recording, and what the next one would be on.
struct Recorder {
    std::string program;                  ///< `portside`; "": this process is it
    size_t backend = 0;                   ///< of record_backends
    std::string command_line;             ///< of the program that was recorded last
    std::unique_ptr<Recording> now;
};

/// "port", "epoll", "io_uring", and "iocp" where there is Wine.
const std::vector<std::string>& record_backends();
/// Begins to record the scenario as it is shown, or stops the recording that runs.
void app_record(AppState& state);
void app_record_backend(AppState& state);
/// A command line in words, at its blanks; what stands in quotes, single or double, is one, and a backslash is a letter as in Windows' paths.
/// Error: it is empty, or a quote is not closed.
sim::Result<std::vector<std::string>> command_words(const std::string& line);
/// Begins to record a program as it is. Error: there is no such command line; what else is wrong the recorder tells in the status line.
sim::Status app_record_program(AppState& state, const std::string& line);
/// Watches a recording that another process makes, and opens it when it is whole.
void app_watch(AppState& state, const std::string& trace);
/// Looks at it; when it has ended its trace is due to be opened. Between frames. True: there is something new to see.
bool app_record_settle(AppState& state);
/// "Recording on port: 45 %, 4711 records. R stops it.", "Recording load-echo.exe: 4711 records in 3.2 s. R ends the recording, the program runs on."
std::string app_record_text(const AppState& state);

}  // namespace gui
