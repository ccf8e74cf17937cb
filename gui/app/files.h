// Files that are opened while the window is open: dropped onto it, chosen in it, or those of the last time. All of them by app_open, as
// the command line does. What is asked for is opened between two frames.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace gui {

struct AppState;

inline constexpr size_t kRecentMax = 12;

/// One line of what can be chosen.
struct OpenRow {
    std::vector<std::string> files;       ///< to open; of a folder: none
    std::string text;                     ///< what the field holds when a folder is taken
    std::string label, about;             ///< "limit-1-burst.toml", "scenario"
};

/// The field in which a file is chosen, and what it could mean.
struct OpenFile {
    bool shown = false;
    bool filled = false;                  ///< the text is a folder that was taken; until the field has it
    std::string text;
    size_t row = 0;
    std::vector<OpenRow> rows;
};

struct Files {
    std::vector<std::string> shown;       ///< as they were opened: a scenario's name or file, traces
    std::vector<std::vector<std::string>> recent;   ///< the newest first
    std::vector<std::string> due;         ///< to be opened
    std::vector<std::string> asked;       ///< would have been, but for changes that are not saved: once more, and these are discarded
    std::string asked_text;               ///< with them
    std::string asked_quit;               ///< the same when the window is left
    std::string due_text;                 ///< what the scenario was changed to, to be so again; empty: as in its file
    OpenFile open;
};

/// Opens these beside nothing else; theme, recent files and the like stay. False: `error` tells why not, and all stays.
bool app_open_files(AppState& state, const std::vector<std::string>& files, const std::vector<std::string>& sets = {});
/// Files that were dropped: traces of the scenario that is shown join it, unless it branches; others replace what is there.
void app_drop(AppState& state, const std::vector<std::string>& files);
/// A recording of what is shown, begun before it branched if it does, has ended: it joins the whole run, and a branch goes.
void app_drop_recording(AppState& state, const std::string& trace);
/// The scenario was changed, and is as it is in no file.
bool app_unsaved(const AppState& state);
/// Leaves, unless changes are not saved: these are asked about once.
void app_quit(AppState& state);
/// Opens what is due, if anything is; changes that are not saved go along where it is beside the same scenario, else they are asked about once. Between frames, with nobody holding `indexing`.
void app_files_settle(AppState& state);

/// The newest first, each once, at most kRecentMax.
void files_remember(std::vector<std::vector<std::string>>& recent, const std::vector<std::string>& files);

/// Shows the field, or hides it.
void app_open_panel(AppState& state);
void app_open_text(AppState& state, std::string text);
void app_open_move(AppState& state, int direction);
/// A folder goes into the field, a file is opened.
void app_open_take(AppState& state, size_t row);

}  // namespace gui
