#include "gui/app/scenario_edit.h"

#include <algorithm>
#include <filesystem>
#include <unordered_map>
#include <utility>

#include "gui/app/load.h"
#include "gui/app/values.h"
#include "gui/model/text.h"
#include "sim/cli/whole_file.h"
#include "sim/scenario/edit.h"

namespace gui {

std::vector<sim::Field> app_fields_of(const AppState& state, const std::string& text) {
    sim::Result<std::vector<sim::Field>> fields = sim::scenario_fields(text, state.scenario.path, state.given_sets);
    return fields ? std::move(fields.value()) : std::vector<sim::Field>{};
}

namespace {

namespace fs = std::filesystem;

std::string difference(const sim::Field& now, const sim::Field& then, const std::vector<sim::Field>& all) { return value_label(now, all) + ' ' + now.value + " instead of " + then.value; }

// What panels show of the values, made once and not for each frame.
void take_fields(ScenarioEdit& edit, std::vector<sim::Field> fields) {
    edit.fields = std::move(fields);
    edit.groups.clear();
    edit.changes.clear();
    std::unordered_map<std::string_view, const sim::Field*> file;
    for (const sim::Field& field : edit.file_fields) file.emplace(field.path, &field);
    for (const sim::Field& field : edit.fields) {
        edit.groups.push_back(value_group(field, edit.fields));
        const auto then = file.find(field.path);
        if (then != file.end() && then->second->value != field.value) edit.changes.push_back(difference(field, *then->second, edit.fields));
    }
}

// What is simulated is what panels show.
void settle(AppState& state) {
    ScenarioEdit& edit = state.edit;
    take_fields(edit, app_fields_of(state, state.scenario.text));
    edit.row = std::min(edit.row, std::max<size_t>(edit.fields.size(), 1) - 1);
    edit.draft = state.scenario.text;
    edit.draft_error.clear();
    edit.waiting = false;
}

bool long_to_simulate(const AppState& state) { return state.sides.front().trace.records.size() > kLiveRecordsMax; }

// What is different from the kept run; "" where none is kept.
std::string beside_kept(const AppState& state) {
    if (app_kept(state) == 0 || state.kept == Kept::decision) return {};
    const std::vector<sim::Field> then = app_fields_of(state, state.kept_text);
    std::string out;
    const std::string beside = state.kept == Kept::base ? "From " + time_label(state.branched.at.back().at_ns) + " on: " : "Beside the kept run: ";
    for (const sim::Field& field : state.edit.fields)
        if (const sim::Field* kept = find_field(then, field.path); kept != nullptr && kept->value != field.value) out += (out.empty() ? beside : ", ") + difference(field, *kept, state.edit.fields);
    return !out.empty() ? out + '.' : state.kept == Kept::base ? "As the run was." : "As the kept run.";
}

// Simulates the text and keeps it as a version.
bool change(AppState& state, std::string text, const std::string& name, std::string_view group) {
    if (!app_show_text(state, std::move(text))) return false;
    state.edit.versions.add(state.scenario.text, name, group, state.branched);
    settle(state);
    state.said = app_divergence(state) == nullptr ? beside_kept(state) : std::string();   // where they part says more
    return true;
}

void show_version(AppState& state, const std::string& text, const std::string& said) {
    const Branched then = std::exchange(state.branched, state.edit.versions.branched());
    if (!app_show_text(state, text)) {
        state.branched = then;
        return;
    }
    if (then != state.branched) app_settle_base(state);    // else what is kept is not touched
    if (state.branched.any() && state.explore.shown) app_explore(state);   // a map is of whole runs
    settle(state);
    state.said = said;
}

sim::Status write_text(const AppState& state, const std::string& file) {
    if (!state.given_sets.empty()) return sim::Error{.file = file, .line = 0, .column = 0, .what = "is not written: --set " + state.given_sets.front() + " is not in the scenario's text", .hint = "write it into the text by hand"};
    return sim::write_whole_file(file, state.scenario.text);
}

}  // namespace

void app_begin_edit(AppState& state) {
    ScenarioEdit& edit = state.edit;
    edit.file_text = state.scenario.text;
    edit.file_fields.clear();
    if (sim::Result<std::vector<sim::Field>> fields = sim::scenario_fields(edit.file_text, state.scenario.path)) edit.file_fields = std::move(fields.value());
    std::string text = state.scenario.text;
    size_t put = 0;                                        // in order: a later one may change what an earlier one set
    for (; !text.empty() && put < state.given_sets.size(); ++put) {   // none yet, of a recorded program: they wait for it
        const sim::Result<std::string> with = sim::scenario_put(text, state.scenario.path, state.given_sets[put]);
        if (!with) break;
        text = *with;
    }
    state.given_sets.erase(state.given_sets.begin(), state.given_sets.begin() + static_cast<std::ptrdiff_t>(put));
    state.scenario.text = text;
    edit.saved_text = text;
    edit.versions.begin(std::move(text));
    if (edit.file_name.empty()) edit.file_name = state.scenario.name + "-changed.toml";
    settle(state);
}

bool app_set_value(AppState& state, const std::string& path, const std::string& value, bool held) {
    if (app_without_model(state)) return false;
    ScenarioEdit& edit = state.edit;
    const sim::Field* now = find_field(edit.fields, path);
    if (!held && !edit.waiting && now != nullptr && now->value == value) {
        edit.versions.close();                             // let go where it already is
        return true;
    }
    const sim::Result<std::string> text = sim::scenario_put(edit.waiting ? edit.draft : state.scenario.text, state.scenario.path, path + '=' + value);
    if (!text) {
        state.error = text.error().text();
        return false;
    }
    if (held && long_to_simulate(state)) {
        sim::Result<std::vector<sim::Field>> fields = sim::scenario_fields(*text, state.scenario.path, state.given_sets);
        if (!fields) {
            state.error = fields.error().text();
            return false;
        }
        take_fields(edit, std::move(fields.value()));
        edit.draft = *text;
        edit.waiting = true;
        state.said = "A long run: simulates when you let go.";
        return true;
    }
    const std::string name = (now != nullptr ? value_label(*now, edit.fields) : path) + ' ' + value;
    const bool changed = change(state, *text, name, held ? path : std::string_view{});
    if (!changed) settle(state);                           // the slider goes back
    if (!held) edit.versions.close();
    return changed;
}

bool app_set_values(AppState& state, const std::vector<NewValue>& values) {
    if (app_without_model(state)) return false;
    std::string text = state.scenario.text, name;
    for (const NewValue& one : values) {
        const sim::Result<std::string> with = sim::scenario_put(text, state.scenario.path, one.path + '=' + one.value);
        if (!with) {
            state.error = with.error().text();
            return false;
        }
        text = *with;
        const sim::Field* now = find_field(state.edit.fields, one.path);
        name += (name.empty() ? "" : ", ") + (now != nullptr ? value_label(*now, state.edit.fields) : one.path) + ' ' + one.value;
    }
    return text == state.scenario.text || change(state, std::move(text), name, {});
}

void app_set_text(AppState& state, const std::string& text, bool held) {
    ScenarioEdit& edit = state.edit;
    const bool waited = edit.waiting;
    edit.draft = text;
    edit.draft_error.clear();
    edit.waiting = false;
    if (text == state.scenario.text && !waited) return;
    const sim::Result<std::vector<sim::Field>> fields = sim::scenario_fields(text, state.scenario.path, state.given_sets);
    if (!fields) {
        edit.draft_error = fields.error().text();
        return;
    }
    if (held && long_to_simulate(state)) {
        edit.waiting = true;
        state.said = "A long run: simulates when you leave the text.";
        return;
    }
    if (change(state, text, "the text", held ? "text" : "")) edit.draft = text;
    else edit.draft_error = state.error, state.error.clear();
}

void app_take_version(AppState& state, const std::string& name) {
    state.edit.versions.close();
    state.edit.versions.add(state.scenario.text, name, {}, state.branched);
    settle(state);
}

void app_undo(AppState& state) {
    Edits& versions = state.edit.versions;
    if (!versions.can_undo()) {
        state.said = "Nothing to undo.";
        return;
    }
    const std::string name = versions.undo_name();
    show_version(state, versions.undo(), "Undone: " + name + ". Ctrl+Shift+Z does it again.");
}

void app_redo(AppState& state) {
    Edits& versions = state.edit.versions;
    if (!versions.can_redo()) {
        state.said = "Nothing was undone.";
        return;
    }
    const std::string name = versions.redo_name();
    show_version(state, versions.redo(), "Done again: " + name + ".");
}

void app_select_value(AppState& state, int direction) {
    ScenarioEdit& edit = state.edit;
    if (edit.fields.empty()) return;
    const size_t count = edit.fields.size();
    edit.follow = true;
    edit.row = (edit.row + (direction > 0 ? 1 : count - 1)) % count;
    const sim::Field& field = edit.fields[edit.row];
    state.said = value_label(field, edit.fields) + " is " + field.value + ": the keys , and . change it.";
}

void app_step_value(AppState& state, int direction) {
    const ScenarioEdit& edit = state.edit;
    if (edit.row >= edit.fields.size()) return;
    const sim::Field field = edit.fields[edit.row];
    const std::string value = value_next(field, direction);
    if (app_set_value(state, field.path, value, false)) state.said = value_label(field, edit.fields) + ": " + value;
}

void app_reset_value(AppState& state) {
    if (state.edit.row >= state.edit.fields.size()) return;
    const sim::Field field = state.edit.fields[state.edit.row];
    const sim::Field* file = app_file_field(state, field);
    if (file == nullptr) state.said = "The scenario's file has no such value.";
    else if (app_set_value(state, field.path, file->value, false)) state.said = value_label(field, state.edit.fields) + " as in the file: " + file->value;
}

void app_reset_all(AppState& state) {
    if (app_without_model(state)) return;
    if (state.scenario.text == state.edit.file_text && !state.alone && !state.branched.any()) return static_cast<void>(state.said = "Everything is as in the file.");
    if (change(state, state.edit.file_text, "everything as in the file", {})) state.said = "Everything as in the file. Ctrl+Z takes it back.";
}

sim::Status save_scenario(const AppState& state, const std::string& file) {
    std::error_code code;
    if (fs::exists(file, code)) return sim::Error{.file = file, .line = 0, .column = 0, .what = "is there already, and nothing is replaced silently", .hint = "take another name"};
    return write_text(state, file);
}

void app_save_as(AppState& state) {
    ScenarioEdit& edit = state.edit;
    if (app_without_model(state)) return;
    edit.shown = true;
    std::error_code code;
    if (edit.file_name.empty()) state.error = "The file has no name.";
    else if (!edit.draft_error.empty()) state.error = "The text is wrong, and is not saved: " + edit.draft_error;
    else if (!edit.replace && fs::exists(edit.file_name, code)) {
        edit.replace = true;
        state.error = edit.file_name + " is there already: save once more to replace it, or take another name.";
    } else if (const sim::Status saved = write_text(state, edit.file_name); !saved) state.error = saved.error().text();
    else {
        edit.replace = false;
        edit.saved_text = state.scenario.text;
        state.error.clear();
        state.said = "Saved as " + edit.file_name + (state.branched.any() ? ", as it is after the branch: a file holds from the beginning." : ".");
    }
}

const sim::Field* app_file_field(const AppState& state, const sim::Field& field) { return find_field(state.edit.file_fields, field.path); }

const std::vector<std::string>& app_changes(const AppState& state) { return state.edit.changes; }

}  // namespace gui
