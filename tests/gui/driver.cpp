#include "tests/gui/driver.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "gui/app/keys.h"
#include "tests/gui/placed.h"

namespace test {
namespace {

// What ImGui's fields know of the keys; ImGuiKey_COUNT: nothing.
ImGuiKey field_key_of(int code) {
    switch (code) {
        case gui::kKeyLeft: return ImGuiKey_LeftArrow;
        case gui::kKeyRight: return ImGuiKey_RightArrow;
        case gui::kKeyUp: return ImGuiKey_UpArrow;
        case gui::kKeyDown: return ImGuiKey_DownArrow;
        case gui::kKeyHome: return ImGuiKey_Home;
        case gui::kKeyEnd: return ImGuiKey_End;
        case gui::kKeyPageUp: return ImGuiKey_PageUp;
        case gui::kKeyPageDown: return ImGuiKey_PageDown;
        case gui::kKeyTab: return ImGuiKey_Tab;
        case gui::kKeyEnter: return ImGuiKey_Enter;
        case gui::kKeyEscape: return ImGuiKey_Escape;
        case gui::kKeySpace: return ImGuiKey_Space;
        case 'A': return ImGuiKey_A;
        case 'Z': return ImGuiKey_Z;
        default: return ImGuiKey_COUNT;
    }
}

std::string written_by(int code, bool shift) {
    if (code < ' ' || code > '~') return {};
    const char c = static_cast<char>(code);
    if (c >= 'A' && c <= 'Z') return {shift ? c : static_cast<char>(c - 'A' + 'a')};
    return {c == '/' && shift ? '?' : c};
}

std::string squeezed(std::string_view text) {
    std::string out;
    std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return c != ' ' && c != '\n'; });
    return out;
}

}  // namespace

Driver::Driver(gui::AppState& state, Screen screen) : state_(state), window_(screen.width, screen.height, screen.scale) { frames(2); }

void Driver::one(const gui::HeadlessWindow::Input& input) {
    window_.frame(state_, input);
    at_.mouse_x = input.mouse_x, at_.mouse_y = input.mouse_y, at_.button = input.button, at_.shift = input.shift;
}

void Driver::frames(int count) {
    for (int i = 0; i < count; ++i) one(at_);
}

void Driver::settle(std::string_view what) {
    ++interactions_;
    frames(2);
    const std::string found = wrong();
    CHECK_MESSAGE(found.empty(), "after " << std::string(what) << ": " << found);
}

void Driver::key(int code) {
    const bool ctrl = (code & gui::kKeyCtrl) != 0, shift = (code & gui::kKeyShift) != 0;
    const int bare = code & ~(gui::kKeyCtrl | gui::kKeyShift);
    gui::app_key(state_, bare, ctrl, shift, ImGui::GetIO().WantTextInput);
    gui::HeadlessWindow::Input input = at_;
    input.ctrl = ctrl, input.shift = shift;
    if (!ctrl) input.text = written_by(bare, shift);
    if (const ImGuiKey known = field_key_of(bare); known != ImGuiKey_COUNT) input.keys = {known};
    one(input);
    at_.shift = false;
    settle("key " + std::to_string(code));
}

void Driver::type(std::string_view text) {
    for (const char c : text) {
        gui::HeadlessWindow::Input input = at_;
        input.text = std::string(1, c);
        one(input);
    }
    settle("typing " + std::string(text));
}

void Driver::field_key(ImGuiKey key, bool ctrl) {
    gui::HeadlessWindow::Input input = at_;
    input.keys = {key}, input.ctrl = ctrl;
    one(input);
    settle("a key of the field");
}

void Driver::palette(std::string_view command) {
    key(gui::kKeyCtrl + 'K');
    type(command);
    const auto rows = gui::palette_rows(state_.palette.text);
    const auto wanted = std::ranges::find(rows, command, &gui::CommandEntry::name);
    REQUIRE_MESSAGE(wanted != rows.end(), "the palette does not find " << std::string(command) << " by '" << state_.palette.text << "'");
    for (auto row = rows.begin(); row != wanted; ++row) key(gui::kKeyDown);
    key(gui::kKeyEnter);
}

const gui::PlacedItem* Driver::item(std::string_view name) const {
    const size_t slash = name.find('/');
    const std::string_view panel = slash == std::string_view::npos ? std::string_view() : name.substr(0, slash), own = slash == std::string_view::npos ? name : name.substr(slash + 1);
    const auto at = std::ranges::find_if(window_.items(), [&](const gui::PlacedItem& one) { return one.name == own && (panel.empty() || one.panel == panel); });
    return at == window_.items().end() ? nullptr : &*at;
}

bool Driver::place(std::string_view name, float x, float y) {
    const gui::PlacedItem* found = item(name);
    CHECK_MESSAGE(found != nullptr, "no item " << std::string(name));
    if (found == nullptr) return false;
    at_.mouse_x = found->rect.x0 + x * found->rect.width();
    at_.mouse_y = found->rect.y0 + y * found->rect.height();
    return true;
}

void Driver::point(std::string_view name, float x, float y) {
    if (place(name, x, y)) settle("pointing at " + std::string(name));
}

void Driver::click(std::string_view name, float x, float y) {
    if (!place(name, x, y)) return;
    frames(1);
    at_.button = true;
    frames(1);
    at_.button = false;
    frames(1);
    settle("a click on " + std::string(name));
}

void Driver::drag(std::string_view name, float from_x, float to_x, float y, bool shift) {
    if (!place(name, from_x, y)) return;
    at_.shift = shift;
    frames(1);
    at_.button = true;
    frames(1);
    for (const float share : {0.25f, 0.5f, 0.75f, 1.0f}) {
        if (item(name) == nullptr) break;                  // what it was is gone by what was dragged
        if (place(name, from_x + (to_x - from_x) * share, y)) frames(1);
    }
    at_.button = false;
    frames(1);
    at_.shift = false;
    settle("a drag over " + std::string(name));
}

void Driver::wheel(std::string_view name, float lines, float x) {
    if (!place(name, x, 0.5f)) return;
    frames(1);
    gui::HeadlessWindow::Input input = at_;
    input.wheel = lines;
    one(input);
    settle("the wheel over " + std::string(name));
}

void Driver::mouse(float x, float y, bool button, float lines) {
    gui::HeadlessWindow::Input input = at_;
    input.mouse_x = x, input.mouse_y = y, input.button = button, input.wheel = lines;
    one(input);
    settle("the mouse at " + std::to_string(x) + ", " + std::to_string(y));
}

bool Driver::sees(std::string_view text) const {
    std::string all;
    for (const gui::PlacedText& placed : window_.texts()) all += squeezed(placed.text);
    return all.find(squeezed(text)) != std::string::npos;
}

uint64_t Driver::picture() const {
    uint64_t hash = 14695981039346656037u;
    const auto add = [&hash](uint64_t value) { hash = (hash ^ value) * 1099511628211u; };
    const ImDrawData* data = ImGui::GetDrawData();
    for (int i = 0; i < data->CmdListsCount; ++i)
        for (const ImDrawVert& vertex : data->CmdLists[i]->VtxBuffer) {
            add(static_cast<uint64_t>(static_cast<int64_t>(vertex.pos.x * 16))), add(static_cast<uint64_t>(static_cast<int64_t>(vertex.pos.y * 16))), add(vertex.col);
            add(static_cast<uint64_t>(vertex.uv.x * 65536)), add(static_cast<uint64_t>(vertex.uv.y * 65536));
        }
    return hash;
}

std::string Driver::wrong() const {
    std::string found;
    const gui::AppState& state = state_;
    const char* sheet = state.menu.shown ? "menu" : state.palette.shown ? "palette" : state.notes.shown ? "notes" : state.files.open.shown ? "open" : state.help ? "help" : state.about ? "about" : nullptr;
    found += wrong_with(sheet == nullptr ? window_.texts() : of_panel(window_.texts(), sheet));
    const auto holds = [&found](bool good, const char* what) { if (!good) found += std::string(what) + '\n'; };
    holds(state.playback.cursor_ns >= 0 && state.playback.cursor_ns <= state.playback.end_ns, "the cursor is outside of the run");
    holds(state.view_from_ns >= 0 && state.view_from_ns < state.view_to_ns && state.view_to_ns <= state.playback.end_ns, "the view is outside of the run");
    holds(state.focus < state.sides.size(), "no side is explained");
    holds(state.focus < state.sides.size() && state.position <= state.sides[state.focus].trace.records.size(), "more records have happened than there are");
    holds(state.comparisons.empty() || state.comparisons.size() + 1 == state.sides.size(), "there is a side that is compared with nothing");
    holds(window_.vertex_count() > 100, "the window is empty");
    return found;
}

}  // namespace test
