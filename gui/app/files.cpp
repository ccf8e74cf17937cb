#include "gui/app/files.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "gui/app/scenario_edit.h"
#include "gui/app/state.h"
#include "gui/model/match.h"
#include "sim/cli/sides.h"
#include "sim/scenario/load.h"

namespace gui {
namespace {

namespace fs = std::filesystem;

constexpr size_t kRowsMax = 200;          // of a folder

bool is_trace(const std::string& file) { return file.ends_with(".ptrace") || sim::is_trace_file(file); }

// A path that means the same from any folder; names of scenarios stay names.
std::string lasting(const std::string& file) {
    std::error_code code;
    return fs::is_regular_file(file, code) ? fs::absolute(file, code).lexically_normal().string() : file;
}

std::string label_of(const std::vector<std::string>& files) {
    std::string out;
    for (const std::string& file : files) out += (out.empty() ? "" : ", ") + fs::path(file).filename().string();
    return out;
}

void add_recent(const AppState& state, std::vector<OpenRow>& rows) {
    for (const std::vector<std::string>& files : state.files.recent)
        if (const std::string label = label_of(files); match_rank(state.files.open.text, label, label) > 0) rows.push_back({.files = files, .text = {}, .label = label, .about = "recent"});
}

void add_scenarios(const AppState& state, std::vector<OpenRow>& rows) {
    const sim::Result<std::vector<sim::ScenarioEntry>> all = sim::scenario_list();
    if (!all) return;
    for (const sim::ScenarioEntry& entry : all.value())
        if (match_rank(state.files.open.text, entry.name, entry.title) > 0) rows.push_back({.files = {entry.name}, .text = {}, .label = entry.name, .about = "scenario"});
}

// What the folder that is typed holds, of what begins as typed.
void add_folder(const std::string& typed, std::vector<OpenRow>& rows) {
    const size_t slash = typed.rfind('/');
    std::string folder = slash == std::string::npos ? "." : typed.substr(0, slash + 1);
    const std::string given = slash == std::string::npos ? "" : folder, begins = slash == std::string::npos ? typed : typed.substr(slash + 1);
    if (folder.starts_with("~/"))
        if (const char* home = std::getenv("HOME")) folder = home + folder.substr(1);
    std::vector<OpenRow> found;
    std::error_code code;
    for (fs::directory_iterator at(folder, fs::directory_options::skip_permission_denied, code), end; !code && at != end && found.size() < 10 * kRowsMax; at.increment(code)) {
        const std::string name = at->path().filename().string();
        if (!name.starts_with(begins) || (name.starts_with('.') && !begins.starts_with('.'))) continue;
        std::error_code ignored;
        if (at->is_directory(ignored)) found.push_back({.files = {}, .text = given + name + '/', .label = name + '/', .about = "folder"});
        else if (name.ends_with(".toml")) found.push_back({.files = {at->path().string()}, .text = {}, .label = name, .about = "scenario file"});
        else if (name.ends_with(".ptrace")) found.push_back({.files = {at->path().string()}, .text = {}, .label = name, .about = "trace"});
    }
    std::ranges::sort(found, [](const OpenRow& a, const OpenRow& b) { return std::pair(a.files.empty(), a.label) < std::pair(b.files.empty(), b.label); });
    if (found.size() > kRowsMax) found.resize(kRowsMax);
    rows.insert(rows.end(), found.begin(), found.end());
}

void list_rows(AppState& state) {
    OpenFile& open = state.files.open;
    open.rows.clear();
    open.row = 0;
    const bool path = open.text.find('/') != std::string::npos;
    if (!path) add_recent(state, open.rows);
    add_folder(open.text, open.rows);
    if (!path) add_scenarios(state, open.rows);
    std::stable_partition(open.rows.begin(), open.rows.end(), [](const OpenRow& row) { return !row.files.empty(); });   // what can be opened, then folders
}

// Traces of the scenario that is shown.
bool of_scenario(const AppState& state, const std::vector<std::string>& files) {
    return std::ranges::all_of(files, is_trace) && std::ranges::all_of(files, [&state](const std::string& file) {
        const sim::Result<sim::OpenTrace> trace = sim::trace_open(file);
        return trace && trace->header.scenario == state.scenario.name;
    });
}

// `beside`: beside what is shown, which is opened once more.
void make_due(AppState& state, const std::vector<std::string>& files, bool beside) {
    std::vector<std::string>& due = state.files.due;
    due.clear();
    if (beside) due = state.files.shown;
    if (beside && !state.scenario_word.empty() && std::ranges::all_of(due, is_trace)) due.insert(due.begin(), state.scenario_word);
    for (const std::string& file : files)
        if (std::ranges::find(due, lasting(file)) == due.end()) due.push_back(file);
}

}  // namespace

void files_remember(std::vector<std::vector<std::string>>& recent, const std::vector<std::string>& files) {
    if (files.empty()) return;
    std::erase(recent, files);
    recent.insert(recent.begin(), files);
    if (recent.size() > kRecentMax) recent.resize(kRecentMax);
}

bool app_open_files(AppState& state, const std::vector<std::string>& files, const std::vector<std::string>& sets) {
    AppState next;
    if (const sim::Status opened = app_open(next, files, sets); !opened) {
        state.error = opened.error().text();
        return false;
    }
    next.theme = state.theme, next.theme_before = state.theme_before, next.presenter = state.presenter, next.window = state.window, next.page = state.page;
    next.still = state.still, next.processor_lanes = state.processor_lanes, next.packet_bars = state.packet_bars;
    next.wake = state.wake, next.files = std::move(state.files), next.recorder = std::move(state.recorder), next.exports.panel = state.exports.panel;
    next.files.open = {}, next.files.shown.clear();
    for (const std::string& file : files) next.files.shown.push_back(lasting(file));
    files_remember(next.files.recent, next.files.shown);
    state.indexing.reset();                                // its thread reads the sides that go
    state = std::move(next);
    app_index(state, state.wake);
    return true;
}

void app_drop(AppState& state, const std::vector<std::string>& files) {
    if (files.empty()) return;
    const bool beside = of_scenario(state, files) && !state.alone;
    state.files.due.clear(), state.files.due_text.clear();
    if (beside && state.branched.any()) return static_cast<void>(state.error = "A trace joins a whole run, and this one branches: Shift+B lets the branch go, then drop it again.");
    make_due(state, files, beside);
    if (beside && app_unsaved(state)) state.files.due_text = state.edit.draft;
}

void app_drop_recording(AppState& state, const std::string& trace) {
    if (const sim::Result<sim::OpenTrace> opened = sim::trace_open(trace); !opened) return static_cast<void>(state.error = opened.error().text());
    if (!of_scenario(state, {trace})) {                      // another one was opened meanwhile
        files_remember(state.files.recent, {lasting(trace)});
        state.said = "The recording is in " + trace + ": Ctrl+O opens it.";
        return;
    }
    make_due(state, {trace}, !state.alone);
    state.files.due_text = state.branched.any() ? state.branched.at.front().before : state.scenario.text;
}

bool app_unsaved(const AppState& state) { return state.edit.draft != state.edit.saved_text; }

void app_quit(AppState& state) {
    state.quit = !app_unsaved(state) || state.edit.draft == state.files.asked_quit;
    if (state.quit) return;
    state.files.asked_quit = state.edit.draft;
    state.error = "The scenario's changes are not saved: Ctrl+S saves them. Leave once more (Q) to discard them.";
}

void app_files_settle(AppState& state) {
    if (state.files.due.empty()) return;
    const std::vector<std::string> files = std::exchange(state.files.due, {});
    const std::string text = std::exchange(state.files.due_text, {}), saved = state.edit.saved_text;
    if (text.empty() && app_unsaved(state) && (files != state.files.asked || state.edit.draft != state.files.asked_text)) {
        state.files.asked = files, state.files.asked_text = state.edit.draft;
        state.error = "The scenario's changes are not saved: Ctrl+S saves them. Open " + label_of(files) + " once more to discard them.";
        return;
    }
    const bool branched = !text.empty() && state.branched.any();
    if (!app_open_files(state, files)) return;
    state.files.asked.clear();
    if (!text.empty()) {
        if (text != state.scenario.text) app_set_text(state, text, false);
        state.edit.saved_text = saved;
    }
    if (!state.alone) state.said = "Opened " + label_of(files) + (branched ? ", beside the run as it was: the branch is gone." : ".");   // else it is more to the point why
}

void app_open_panel(AppState& state) {
    OpenFile& open = state.files.open;
    open = {.shown = !open.shown, .filled = false, .text = {}, .row = 0, .rows = {}};
    if (open.shown) list_rows(state);
}

void app_open_text(AppState& state, std::string text) {
    state.files.open.filled = false;
    state.files.open.text = std::move(text);
    list_rows(state);
}

void app_open_move(AppState& state, int direction) {
    OpenFile& open = state.files.open;
    if (!open.rows.empty()) open.row = (open.row + open.rows.size() + static_cast<size_t>(direction > 0 ? 1 : open.rows.size() - 1)) % open.rows.size();
}

void app_open_take(AppState& state, size_t row) {
    OpenFile& open = state.files.open;
    if (row >= open.rows.size()) {
        if (!open.text.empty()) state.files.due = {open.text};   // a name that no list knows: the error says what was expected
        open.shown = open.text.empty();
        return;
    }
    const OpenRow taken = open.rows[row];
    if (taken.files.empty()) {
        app_open_text(state, taken.text);
        open.filled = true;
        return;
    }
    open = {};
    state.files.due = taken.files;
}

}  // namespace gui
