// What the window was showing, kept in a file while it is open: a window that did not close by itself is shown again by the next one.
#pragma once
#include <string>
#include <vector>

#include "sim/base/result.h"

namespace gui {

struct AppState;

/// What is kept. Times in ns, on the clock of the first side.
struct Session {
    std::vector<std::string> files, sets;
    struct Branch { int64_t at_ns = 0, records = -1; std::vector<std::string> sets; };   ///< records -1: all of that moment
    std::vector<Branch> branches;
    std::string align{};                  ///< as for app_align_by; "": on one clock
    int64_t cursor_ns = 0, view_from_ns = 0, view_to_ns = 0;
    std::string theme;
};
Session session_of(const AppState& state);
std::string session_text(const Session& session);
/// Error: the text is no session.
sim::Result<Session> session_parse(const std::string& text);
/// One list of files a line, tabs between them; what can't be read is left out.
std::string recent_text(const std::vector<std::vector<std::string>>& recent);
std::vector<std::vector<std::string>> recent_parse(const std::string& text);

/// Branches as they were shown; what can't be is left out.
void session_branch_again(AppState& state, const std::vector<Session::Branch>& branches);

/// $XDG_STATE_HOME/portside, else ~/.local/state/portside; "": there is no home.
std::string state_folder();

/// The files of a window, in a folder. Of several windows at once the first keeps its session.
class SessionKeeper {
public:
    /// "" keeps nothing.
    explicit SessionKeeper(std::string folder);
    ~SessionKeeper();
    SessionKeeper(const SessionKeeper&) = delete;
    SessionKeeper& operator=(const SessionKeeper&) = delete;

    /// Shows what a window showed that did not close, these sets of the command line on top. False: there was none, or it can't be shown
    /// (with a line on stderr), and all is as before.
    bool restore(AppState& state, const std::vector<std::string>& sets);
    /// Recent files, what is shown among them.
    void begin(AppState& state);
    /// Writes what is different from what was written. True: something was.
    bool keep(const AppState& state);
    /// The window closes by itself: nothing is to be restored.
    void end();

private:
    std::string folder_, written_, recent_;
    int lock_ = -1;
};

}  // namespace gui
