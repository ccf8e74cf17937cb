#include "gui/app/session.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "gui/app/scenario_edit.h"
#include "gui/app/values.h"
#include "sim/cli/whole_file.h"

namespace gui {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFirstLine = "portside session 1";
constexpr size_t kLinesMax = 2'000;

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool read_number(const std::string& text, int64_t& to) {
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), to);
    return code == std::errc() && end == text.data() + text.size() && to >= 0;
}

bool one_line(const std::string& text) { return text.find_first_of("\n\r") == std::string::npos; }

// Takes one line, "name rest". False: nobody writes such a line.
bool take(Session& session, const std::string& name, const std::string& rest) {
    if (name == "file") return session.files.push_back(rest), true;
    if (name == "set") return session.sets.push_back(rest), rest.find('=') != std::string::npos;
    if (name == "branch") {
        Session::Branch& branch = session.branches.emplace_back();
        const size_t space = rest.find(' ');
        if (space != std::string::npos && !read_number(rest.substr(space + 1), branch.records)) return false;
        return read_number(rest.substr(0, space), branch.at_ns);
    }
    if (name == "branch-set") return !session.branches.empty() && rest.find('=') != std::string::npos && (session.branches.back().sets.push_back(rest), true);
    if (name == "align") return session.align = rest, true;
    if (name == "theme") return session.theme = rest, true;
    if (name == "cursor") return read_number(rest, session.cursor_ns);
    if (name == "from") return read_number(rest, session.view_from_ns);
    if (name == "to") return read_number(rest, session.view_to_ns);
    return false;
}

}  // namespace

Session session_of(const AppState& state) {
    const int64_t shift = app_shift_ns(state, 0), from_ns = std::max<int64_t>(state.view_from_ns - shift, 0);
    Session session{.files = state.files.shown, .sets = {}, .branches = {}, .cursor_ns = std::max<int64_t>(app_cursor_of(state, 0), 0), .view_from_ns = from_ns, .view_to_ns = std::max(state.view_to_ns - shift, from_ns + 1), .theme = theme_name(state.presenter ? state.theme_before : state.theme)};
    if (state.kept == Kept::nothing || state.kept == Kept::base) session.align = app_align_text(state);   // a kept run is not restored
    if (session.files.empty() && !state.scenario_word.empty()) session.files = {state.scenario_word};
    if (state.scenario.text.empty()) {                      // what waits for the model of a recorded program
        session.sets = state.given_sets;
        if (state.calibrating.restored) session.branches = *state.calibrating.restored;
        return session;
    }
    std::vector<sim::Field> then = state.edit.file_fields;
    const auto different = [&then](std::vector<sim::Field> now) {
        std::vector<std::string> sets;
        for (const sim::Field& field : now)
            if (const sim::Field* before = find_field(then, field.path); before != nullptr && before->value != field.value) sets.push_back(field.path + '=' + field.value);
        then = std::move(now);
        return sets;
    };
    std::vector<std::string>* into = &session.sets;
    for (const Branched::At& at : state.branched.at) {
        *into = different(app_fields_of(state, at.before));
        session.branches.push_back({.at_ns = at.at_ns, .records = at.records == UINT64_MAX ? -1 : static_cast<int64_t>(at.records), .sets = {}});
        into = &session.branches.back().sets;
    }
    *into = different(state.edit.fields);
    return session;
}

// As they were shown; what can't be is left out.
void session_branch_again(AppState& state, const std::vector<Session::Branch>& branches) {
    for (const Session::Branch& branch : branches)
        if (const sim::Status branched = app_branch_with(state, branch.at_ns, branch.records < 0 ? UINT64_MAX : static_cast<uint64_t>(branch.records), branch.sets); !branched) return static_cast<void>(state.error = branched.error().text());
}

std::string session_text(const Session& session) {
    std::string out = std::string(kFirstLine) + '\n';
    for (const std::string& file : session.files)
        if (one_line(file)) out += "file " + file + '\n';
    for (const std::string& set : session.sets)
        if (one_line(set)) out += "set " + set + '\n';
    for (const Session::Branch& branch : session.branches) {
        out += "branch " + std::to_string(branch.at_ns) + (branch.records < 0 ? "" : ' ' + std::to_string(branch.records)) + '\n';
        for (const std::string& set : branch.sets)
            if (one_line(set)) out += "branch-set " + set + '\n';
    }
    if (!session.align.empty() && one_line(session.align)) out += "align " + session.align + '\n';
    return out + "theme " + session.theme + "\ncursor " + std::to_string(session.cursor_ns) + "\nfrom " + std::to_string(session.view_from_ns) + "\nto " + std::to_string(session.view_to_ns) + "\nend\n";
}

sim::Result<Session> session_parse(const std::string& text) {
    const auto wrong = [](int line, const std::string& what) { return sim::Error{.file = {}, .line = line, .column = 0, .what = what, .hint = {}}; };
    std::istringstream in(text);
    std::string line;
    if (!std::getline(in, line) || line != kFirstLine) return wrong(1, std::string("expected '") + kFirstLine + "'");
    Session session;
    for (int number = 2; std::getline(in, line); ++number) {
        if (line == "end") return session;
        const size_t space = line.find(' ');
        if (static_cast<size_t>(number) > kLinesMax || space == std::string::npos || !take(session, line.substr(0, space), line.substr(space + 1))) return wrong(number, "no line of a session");
    }
    return wrong(0, "it ends too early");
}

std::string recent_text(const std::vector<std::vector<std::string>>& recent) {
    std::string out;
    for (const std::vector<std::string>& files : recent) {
        if (!std::ranges::all_of(files, [](const std::string& file) { return file.find_first_of("\n\r\t") == std::string::npos; })) continue;
        for (size_t i = 0; i < files.size(); ++i) out += (i == 0 ? "" : "\t") + files[i];
        out += '\n';
    }
    return out;
}

std::vector<std::vector<std::string>> recent_parse(const std::string& text) {
    std::vector<std::vector<std::string>> recent;
    std::istringstream in(text);
    for (std::string line; recent.size() < kRecentMax && std::getline(in, line);) {
        std::vector<std::string> files;
        std::istringstream parts(line);
        for (std::string file; std::getline(parts, file, '\t');)
            if (!file.empty() && file.find('\0') == std::string::npos) files.push_back(file);
        if (!files.empty()) recent.push_back(files);
    }
    return recent;
}

std::string state_folder() {
    const auto set = [](const char* name) -> const char* { const char* value = std::getenv(name); return value != nullptr && *value != 0 ? value : nullptr; };
    if (const char* folder = set("XDG_STATE_HOME")) return std::string(folder) + "/portside";
    if (const char* home = set("HOME")) return std::string(home) + "/.local/state/portside";
    return {};
}

// The lock is the file's own, and ends with the process however that ends.
SessionKeeper::SessionKeeper(std::string folder) : folder_(std::move(folder)) {
    std::error_code code;
    if (!folder_.empty()) fs::create_directories(folder_, code);
    if (code) folder_.clear();
    if (folder_.empty()) return;
    lock_ = open((folder_ + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_ >= 0 && flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
    if (lock_ >= 0) close(lock_);
    lock_ = -1;
}

SessionKeeper::~SessionKeeper() {
    if (lock_ >= 0) close(lock_);
}

bool SessionKeeper::restore(AppState& state, const std::vector<std::string>& sets) {
    std::error_code code;
    const std::string path = folder_ + "/session";
    if (lock_ < 0 || !fs::exists(path, code)) return false;
    sim::Result<Session> session = session_parse(read_file(path));
    if (!session) return std::fprintf(stderr, "portside gui: %s is ignored%s\n", path.c_str(), session.error().text().c_str()), false;
    session->sets.insert(session->sets.end(), sets.begin(), sets.end());
    AppState next;
    if (const sim::Status opened = app_open(next, session->files, session->sets); !opened) return std::fprintf(stderr, "portside gui: what was open the last time is not restored: %s\n", opened.error().text().c_str()), false;
    next.files.shown = session->files;
    next.edit.saved_text = next.edit.file_text;            // what was changed is in no file yet
    if (next.scenario.text.empty()) next.calibrating.restored = session->branches;
    else session_branch_again(next, session->branches);
    if (session->view_from_ns < session->view_to_ns && session->view_to_ns <= next.playback.end_ns) next.view_from_ns = session->view_from_ns, next.view_to_ns = session->view_to_ns;
    for (uint8_t theme = 0; theme < static_cast<uint8_t>(ThemeId::count); ++theme)
        if (session->theme == theme_name(static_cast<ThemeId>(theme))) next.theme = static_cast<ThemeId>(theme);
    app_seek(next, session->cursor_ns);
    if (!session->align.empty() && !app_align_when_ready(next, session->align)) next.error = "The sides are on one clock: what they were aligned by is not there.";
    next.said = "The last window did not close by itself: what it showed is here again. --no-restore begins afresh.";
    state = std::move(next);
    return true;
}

void SessionKeeper::begin(AppState& state) {
    if (folder_.empty()) return;
    state.files.recent = recent_parse(read_file(folder_ + "/recent"));
    files_remember(state.files.recent, state.files.shown);
}

bool SessionKeeper::keep(const AppState& state) {
    if (folder_.empty() || state.sides.empty()) return false;
    bool wrote = false;
    if (std::string recent = recent_text(state.files.recent); recent != recent_) wrote = sim::write_whole_file(folder_ + "/recent", recent).ok(), recent_ = std::move(recent);
    if (lock_ < 0) return wrote;
    std::string text = session_text(session_of(state));
    if (text == written_) return wrote;
    const bool good = sim::write_whole_file(folder_ + "/session", text).ok();
    written_ = std::move(text);
    return good || wrote;
}

void SessionKeeper::end() {
    std::error_code ignored;
    if (lock_ >= 0) fs::remove(folder_ + "/session", ignored);
}

}  // namespace gui
