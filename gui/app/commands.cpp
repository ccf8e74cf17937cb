#include "gui/app/commands.h"

#include <algorithm>
#include <iterator>

#include "gui/app/explore.h"
#include "gui/app/key_sheet.h"
#include "gui/app/phases.h"
#include "gui/app/scenario_edit.h"
#include "gui/model/overview.h"

namespace gui {
namespace {

constexpr bool kNewGroup = true;

// By menu, each in the order in which it is shown.
constexpr CommandEntry kCommands[]{
    {CommandId::open, Menu::file, "open", "Open a file", "Ctrl+O", kKeyCtrl + 'O'},
    {CommandId::save_as, Menu::file, "save-as", "Save as a file", "Ctrl+S", kKeyCtrl + 'S'},
    {CommandId::save_png, Menu::file, "save-png", "Picture as PNG", "Ctrl+P", kKeyCtrl + 'P', kNewGroup},
    {CommandId::save_svg, Menu::file, "save-svg", "Picture as SVG", "Ctrl+G", kKeyCtrl + 'G'},
    {CommandId::save_gif, Menu::file, "save-gif", "GIF of the range", "Ctrl+L", kKeyCtrl + 'L'},
    {CommandId::save_handout, Menu::file, "save-handout", "Handout of the range", "Ctrl+H", kKeyCtrl + 'H'},
    {CommandId::record, Menu::file, "record", "Record, or stop", "R", 'R', kNewGroup},
    {CommandId::record_backend, Menu::file, "record-backend", "The next backend", "Shift+R", kKeyShift + 'R'},
    {CommandId::record_program, Menu::file, "record-program", "Record a program", "Ctrl+R", kKeyCtrl + 'R'},
    {CommandId::quit, Menu::file, "quit", "Leave", "Q", 'Q', kNewGroup},
    {CommandId::edit, Menu::scenario, "edit", "All values and the text", "E", 'E'},
    {CommandId::undo, Menu::scenario, "undo", "Undo the last change", "Ctrl+Z", kKeyCtrl + 'Z'},
    {CommandId::redo, Menu::scenario, "redo", "Do it again", "Ctrl+Shift+Z", kKeyCtrl + kKeyShift + 'Z'},
    {CommandId::processors_less, Menu::scenario, "processors-less", "One processor less", "1", '1', kNewGroup},
    {CommandId::processors_more, Menu::scenario, "processors-more", "One processor more", "2", '2'},
    {CommandId::concurrency_less, Menu::scenario, "concurrency-less", "Concurrency, one less", "3", '3'},
    {CommandId::concurrency_more, Menu::scenario, "concurrency-more", "Concurrency, one more", "4", '4'},
    {CommandId::threads_less, Menu::scenario, "threads-less", "One thread less", "5", '5'},
    {CommandId::threads_more, Menu::scenario, "threads-more", "One thread more", "6", '6'},
    {CommandId::seed_less, Menu::scenario, "seed-less", "The seed before", "7", '7'},
    {CommandId::seed_more, Menu::scenario, "seed-more", "The next seed", "8", '8'},
    {CommandId::policy, Menu::scenario, "policy", "The next policy", "9", '9'},
    {CommandId::value_next, Menu::scenario, "value-next", "To the next value", "Down", kKeyDown, kNewGroup},
    {CommandId::value_before, Menu::scenario, "value-before", "To the value before", "Up", kKeyUp},
    {CommandId::value_less, Menu::scenario, "value-less", "That value down", ",", ','},
    {CommandId::value_more, Menu::scenario, "value-more", "That value up", ".", '.'},
    {CommandId::value_reset, Menu::scenario, "value-reset", "That value as in the file", "0", '0'},
    {CommandId::reset_all, Menu::scenario, "reset-all", "Everything as in the file", "Shift+0", kKeyShift + '0'},
    {CommandId::zoom_in, Menu::view, "zoom-in", "Zoom in at the cursor", "W", 'W'},
    {CommandId::zoom_out, Menu::view, "zoom-out", "Zoom out at the cursor", "S", 'S'},
    {CommandId::zoom_all, Menu::view, "zoom-all", "Show the whole run", "F", 'F'},
    {CommandId::pan_left, Menu::view, "pan-left", "View to the left", "A", 'A'},
    {CommandId::pan_right, Menu::view, "pan-right", "View to the right", "D", 'D'},
    {CommandId::next_port, Menu::view, "next-port", "Show the next port", "O", 'O', kNewGroup},
    {CommandId::next_page, Menu::view, "next-page", "To the next page", "P", 'P'},
    {CommandId::processor_lanes, Menu::view, "processor-lanes", "Lanes of the processors", "C", 'C', kNewGroup},
    {CommandId::packet_bars, Menu::view, "packet-bars", "Lives of the packets", "K", 'K'},
    {CommandId::times, Menu::view, "times", "Waits and service", ";", ';', kNewGroup},
    {CommandId::times_by, Menu::view, "times-by", "Waits by port, thread, key", "Shift+;", kKeyShift + ';'},
    {CommandId::times_next, Menu::view, "times-next", "Waits of the next of these", "'", '\''},
    {CommandId::theme, Menu::view, "theme", "The next theme", "T", 'T', kNewGroup},
    {CommandId::still, Menu::view, "still", "Reduced motion", "Y", 'Y'},
    {CommandId::search, Menu::go, "search", "Search the records", "/", '/'},
    {CommandId::match_next, Menu::go, "match-next", "To the next match", "N", 'N'},
    {CommandId::match_before, Menu::go, "match-before", "To the match before", "Shift+N", kKeyShift + 'N'},
    {CommandId::thread_next, Menu::go, "thread-next", "Select the next thread", "H", 'H', kNewGroup},
    {CommandId::thread_before, Menu::go, "thread-before", "Select the thread before", "Shift+H", kKeyShift + 'H'},
    {CommandId::packet_next, Menu::go, "packet-next", "Select the next packet", "X", 'X'},
    {CommandId::packet_before, Menu::go, "packet-before", "Select the packet before", "Shift+X", kKeyShift + 'X'},
    {CommandId::note, Menu::go, "note", "Note at the cursor", "Z", 'Z', kNewGroup},
    {CommandId::notes, Menu::go, "notes", "All notes", "Shift+Z", kKeyShift + 'Z'},
    {CommandId::note_next, Menu::go, "note-next", "To the next note", "Shift+Right", kKeyShift + kKeyRight},
    {CommandId::note_before, Menu::go, "note-before", "To the note before", "Shift+Left", kKeyShift + kKeyLeft},
    {CommandId::note_drop, Menu::go, "note-drop", "Drop the note here", "Ctrl+D", kKeyCtrl + 'D'},
    {CommandId::phase_burst, Menu::go, "phase-burst", "To the next burst", "Ctrl+1", kKeyCtrl + '1', kNewGroup},
    {CommandId::phase_saturation, Menu::go, "phase-saturation", "To the next saturation", "Ctrl+2", kKeyCtrl + '2'},
    {CommandId::phase_block, Menu::go, "phase-block", "To the next block", "Ctrl+3", kKeyCtrl + '3'},
    {CommandId::phase_over, Menu::go, "phase-over", "To the next over the limit", "Ctrl+4", kKeyCtrl + '4'},
    {CommandId::phase_drain, Menu::go, "phase-drain", "To the next drain", "Ctrl+5", kKeyCtrl + '5'},
    {CommandId::play, Menu::play, "play", "Play or pause", "Space", kKeySpace},
    {CommandId::step, Menu::play, "step", "To the next event", "Right", kKeyRight, kNewGroup},
    {CommandId::step_back, Menu::play, "step-back", "To the event before", "Left", kKeyLeft},
    {CommandId::to_begin, Menu::play, "to-begin", "To the beginning", "Home", kKeyHome},
    {CommandId::to_end, Menu::play, "to-end", "To the end", "End", kKeyEnd},
    {CommandId::faster, Menu::play, "faster", "Play faster", "+", '=', kNewGroup},
    {CommandId::slower, Menu::play, "slower", "Play slower", "-", '-'},
    {CommandId::range_in, Menu::play, "range-in", "Range: from the cursor", "[", '[', kNewGroup},
    {CommandId::range_out, Menu::play, "range-out", "Range: to the cursor", "]", ']'},
    {CommandId::range_clear, Menu::play, "range-clear", "Let the range go", "Shift+L", kKeyShift + 'L'},
    {CommandId::loop, Menu::play, "loop", "Play the range round", "L", 'L'},
    {CommandId::break_at, Menu::play, "break", "Stop playback at a rule", "Ctrl+B", kKeyCtrl + 'B', kNewGroup},
    {CommandId::compare, Menu::compare, "compare", "Compare decisions", "U", 'U'},
    {CommandId::next_side, Menu::compare, "next-side", "Explain the next side", "Tab", kKeyTab},
    {CommandId::align, Menu::compare, "align", "Align the sides at this event", "Shift+A", kKeyShift + 'A'},
    {CommandId::divergence, Menu::compare, "divergence", "To the first divergence", "J", 'J', kNewGroup},
    {CommandId::divergence_next, Menu::compare, "divergence-next", "Next divergence", "Shift+J", kKeyShift + 'J'},
    {CommandId::divergence_before, Menu::compare, "divergence-before", "Divergence before", "Ctrl+J", kKeyCtrl + 'J'},
    {CommandId::keep_run, Menu::compare, "keep-run", "Keep this run beside the next", "B", 'B', kNewGroup},
    {CommandId::branch, Menu::compare, "branch", "Branch the run here", "Shift+E", kKeyShift + 'E'},
    {CommandId::let_go, Menu::compare, "let-go", "Let the kept run or branch go", "Shift+B", kKeyShift + 'B'},
    {CommandId::predict, Menu::compare, "predict", "Predict a setting", "Shift+U", kKeyShift + 'U', kNewGroup},
    {CommandId::explore, Menu::compare, "explore", "Map over two values", "M", 'M', kNewGroup},
    {CommandId::explore_figure, Menu::compare, "explore-figure", "Map: the next figure", "Shift+M", kKeyShift + 'M'},
    {CommandId::explore_best, Menu::compare, "explore-best", "Map: take the best", "Ctrl+M", kKeyCtrl + 'M'},
    {CommandId::quiz, Menu::teach, "quiz", "Stop at decisions and ask", "G", 'G'},
    {CommandId::ask_next, Menu::teach, "ask-next", "Ask about the next decision", "Shift+G", kKeyShift + 'G'},
    {CommandId::run_anyway, Menu::teach, "run-anyway", "Run a wrong answer anyway", "Shift+W", kKeyShift + 'W'},
    {CommandId::presenter, Menu::teach, "presenter", "Presenter mode", "V", 'V', kNewGroup},
    {CommandId::next_slide, Menu::teach, "next-slide", "Explain, then the next event", "PgDn", kKeyPageDown},
    {CommandId::slide_before, Menu::teach, "slide-before", "Back to the event before", "PgUp", kKeyPageUp},
    {CommandId::about, Menu::teach, "about", "What to look for", "I", 'I', kNewGroup},
    {CommandId::help, Menu::help, "help", "Shortcuts", "?", kKeyShift + '/'},
    {CommandId::palette, Menu::help, "palette", "Find a command", "Ctrl+K", kKeyCtrl + 'K'},
    {CommandId::menu, Menu::help, "menu", "Menu of all commands", "F10", kKeyF10},
    {CommandId::close, Menu::help, "close", "Close what is open", "Esc", kKeyEscape, kNewGroup},
};

void zoom(AppState& state, double factor, double at_ns) {
    const double from = at_ns - (at_ns - static_cast<double>(state.view_from_ns)) * factor, to = at_ns + (static_cast<double>(state.view_to_ns) - at_ns) * factor;
    const int64_t end = state.playback.end_ns;
    if (to - from < 1'000) return;   // 1 us across: closer there is nothing
    state.view_from_ns = std::clamp<int64_t>(static_cast<int64_t>(from), 0, end - 1);
    state.view_to_ns = std::clamp<int64_t>(static_cast<int64_t>(to), state.view_from_ns + 1, end);
}

void pan(AppState& state, double by_ns) {
    const int64_t width = state.view_to_ns - state.view_from_ns;
    state.view_from_ns = std::clamp<int64_t>(state.view_from_ns + static_cast<int64_t>(by_ns), 0, std::max<int64_t>(state.playback.end_ns - width, 0));
    state.view_to_ns = state.view_from_ns + width;
}

void to_divergence(AppState& state) {
    const sim::Divergence* divergence = app_divergence(state);
    if (divergence == nullptr) {
        state.said = state.comparisons.empty() ? "There is no other side to part from." : "The sides don't part.";
        return;
    }
    const uint64_t record = state.focus == 0 ? divergence->a_record : divergence->b_record;
    if (record >= state.sides[state.focus].trace.records.size()) return;   // a recording that holds nothing
    app_go_to_record(state, record);
}

void to_event(AppState& state, size_t event) {
    const Side& side = state.sides[state.focus];
    if (event < side.events.size()) app_go_to_record(state, side.events[event]);
}

// The one value that is another one than before.
void set_controls(AppState& state, const Controls& wanted) {
    const Controls& now = state.controls;
    const std::string port = "port." + state.scenario.ports.front().name;
    if (wanted.processors != now.processors) app_set_value(state, "machine.processors", std::to_string(wanted.processors), false);
    else if (wanted.concurrency != now.concurrency) app_set_value(state, port + ".concurrency", std::to_string(wanted.concurrency), false);
    else if (wanted.policy != now.policy) app_set_value(state, port + ".policy", wanted.policy, false);
    else if (wanted.seed != now.seed) app_set_value(state, "seed", std::to_string(wanted.seed), false);
    else if (wanted.threads != now.threads && !state.scenario.workers.empty()) app_set_value(state, "worker." + state.scenario.workers.front().name + ".count", std::to_string(wanted.threads), false);
}

// To the next event, or to the question before it.
void step_on(AppState& state) {
    app_quiz_go_on(state);
    const uint64_t before = state.position;
    app_step(state, 1);
    state.revealed = false;
    if (state.quiz.on && state.focus == 0) app_ask_between(state, before, state.position);
}

void step_back(AppState& state) {
    app_quiz_go_on(state);
    app_step(state, -1);
    state.revealed = false;
}

// What a clicker's key does: first the answer, then the next event.
void next_slide(AppState& state) {
    if (state.presenter && !state.revealed && !state.quiz.question) state.revealed = true;
    else step_on(state);
}

void toggle_presenter(AppState& state) {
    state.presenter = !state.presenter;
    state.revealed = false;
    if (state.presenter) state.theme_before = state.theme, state.theme = ThemeId::contrast;
    else state.theme = state.theme_before;
    state.said = state.presenter ? "Presenter: PgDn explains the event, then goes to the next; PgUp goes back; V leaves." : "";
}

constexpr uint32_t kCountMax = 4096;   // of what a person would set by hand; a scenario may have more

uint32_t one_less(uint32_t value, uint32_t low) { return value > low ? value - 1 : value; }
uint32_t one_more(uint32_t value) { return value < kCountMax ? value + 1 : value; }

// One up or down, exact where a slider could not be.
void step_control(AppState& state, CommandId id) {
    Controls c = state.controls;
    switch (id) {
        case CommandId::processors_less: c.processors = one_less(c.processors, 1); break;
        case CommandId::processors_more: c.processors = one_more(c.processors); break;
        case CommandId::concurrency_less: c.concurrency = one_less(c.concurrency, 0); break;
        case CommandId::concurrency_more: c.concurrency = one_more(c.concurrency); break;
        case CommandId::threads_less: c.threads = one_less(c.threads, 1); break;
        case CommandId::threads_more: c.threads = one_more(c.threads); break;
        case CommandId::seed_less: c.seed -= c.seed > 0 ? 1 : 0; break;
        case CommandId::seed_more: c.seed += c.seed < UINT64_MAX ? 1 : 0; break;
        case CommandId::policy: c.policy = std::string(sim::policy_names()[(static_cast<size_t>(sim::policy_from_name(c.policy).value_or(sim::Policy::nt)) + 1) % sim::policy_names().size()]); break;
        default: return;
    }
    set_controls(state, c);
}

void control_changed(AppState& state, const Request& request) {
    Controls c = state.controls;
    const auto count = [&request](double low) { return static_cast<uint32_t>(std::clamp(request.number, low, static_cast<double>(kCountMax))); };
    switch (request.what) {
        case Request::What::processors: c.processors = count(1); break;
        case Request::What::concurrency: c.concurrency = count(0); break;
        case Request::What::threads: c.threads = count(1); break;
        case Request::What::seed: c.seed = static_cast<uint64_t>(std::clamp(request.number, 0.0, 0x1p53)); break;
        case Request::What::policy: c.policy = std::string(sim::policy_names()[static_cast<size_t>(request.number) % sim::policy_names().size()]); break;
        case Request::What::command: case Request::What::seek: case Request::What::pan: case Request::What::zoom: case Request::What::view: case Request::What::select_event: case Request::What::focus: case Request::What::page:
        case Request::What::value: case Request::What::value_row: case Request::What::scroll: case Request::What::text: case Request::What::file_name: case Request::What::axis: case Request::What::cell: case Request::What::answer: case Request::What::palette_text: case Request::What::palette_row: case Request::What::open_text: case Request::What::open_row: case Request::What::search: case Request::What::range: return;
        case Request::What::select_thread: case Request::What::select_packet: case Request::What::entry: case Request::What::note_row: case Request::What::divergence: case Request::What::times_by: case Request::What::menu_row: case Request::What::menu_run: return;
    }
    set_controls(state, c);
}

// Page by page, then away.
void turn_help(AppState& state) {
    state.about = false;
    state.help_page = state.help ? state.help_page + 1 : 0;
    state.help = !state.help || state.help_page < key_sheet(state.window).pages();
}

// What is lit and shown besides, and ways to a moment.
void look(AppState& state, CommandId id) {
    switch (id) {
        case CommandId::processor_lanes: state.processor_lanes = !state.processor_lanes; break;
        case CommandId::packet_bars: state.packet_bars = !state.packet_bars; break;
        case CommandId::thread_next: case CommandId::thread_before: app_select_next(state, Selection::Of::thread, id == CommandId::thread_next ? 1 : -1); break;
        case CommandId::packet_next: case CommandId::packet_before: app_select_next(state, Selection::Of::packet, id == CommandId::packet_next ? 1 : -1); break;
        case CommandId::note: app_entry_begin(state, Entry::For::note); break;
        case CommandId::notes: state.notes.shown = !state.notes.shown; break;
        case CommandId::note_next: case CommandId::note_before: app_note_next(state, id == CommandId::note_next ? 1 : -1); break;
        case CommandId::note_drop: app_note_drop(state); break;
        case CommandId::phase_burst: case CommandId::phase_saturation: case CommandId::phase_block: case CommandId::phase_over: case CommandId::phase_drain: app_phase(state, static_cast<PhaseKind>(static_cast<int>(id) - static_cast<int>(CommandId::phase_burst))); break;
        case CommandId::break_at: app_entry_begin(state, Entry::For::rules); break;
        case CommandId::still: state.still = !state.still, state.said = state.still ? "Reduced motion: what changes its place is there at once." : "What changes its place slides there."; break;
        case CommandId::times: app_times(state); break;
        case CommandId::times_by: app_times_by(state); break;
        case CommandId::times_next: app_times_next(state); break;
        default: return;
    }
}

ExportKind export_kind(CommandId id) {
    if (id == CommandId::save_png) return ExportKind::png;
    if (id == CommandId::save_svg) return ExportKind::svg;
    return id == CommandId::save_gif ? ExportKind::gif : ExportKind::handout;
}

// What lies on top.
void close_top(AppState& state) {
    if (state.menu.shown) state.menu = {};
    else if (state.palette.shown) state.palette = {};
    else if (state.files.open.shown) state.files.open = {};
    else if (state.help || state.about) state.help = state.about = false;
    else if (state.notes.shown) state.notes.shown = false;
    else if (state.entry.shown()) state.entry = {};
    else if (state.find.shown) state.find = {};
    else if (state.selection.any()) app_select_none(state);
    else app_range_clear(state);
}

}  // namespace

const char* theme_name(ThemeId theme) {
    switch (theme) {
        case ThemeId::dark: case ThemeId::count: return "dark";
        case ThemeId::light: return "light";
        case ThemeId::contrast: return "contrast";
        case ThemeId::grey: return "grey";
    }
    return "";
}

std::span<const CommandEntry> command_list() { return kCommands; }
const CommandEntry& command_entry(CommandId id) { return *std::ranges::find(kCommands, id, &CommandEntry::id); }
const CommandEntry* command_named(std::string_view name) {
    const auto at = std::ranges::find(kCommands, name, &CommandEntry::name);
    return at == std::end(kCommands) ? nullptr : &*at;
}

bool command_of_key(int key, CommandId& id) {
    for (const CommandEntry& entry : kCommands)
        if (entry.key == key) {
            id = entry.id;
            return true;
        }
    return false;
}

bool command_of_key(int key, bool ctrl, bool shift, CommandId& id) {
    if (command_of_key(key + (ctrl ? kKeyCtrl : 0) + (shift ? kKeyShift : 0), id)) return true;
    return !ctrl && shift && command_of_key(key, id);
}

void command_run(AppState& state, CommandId id) {
    const double cursor = static_cast<double>(state.playback.cursor_ns);
    state.said.clear();
    state.error.clear();                                   // it was read
    if (id != CommandId::menu && id != CommandId::close) state.menu = {};
    switch (id) {
        case CommandId::play:
            app_quiz_go_on(state);
            playback_toggle(state.playback);
            break;
        case CommandId::step: step_on(state); break;
        case CommandId::step_back: step_back(state); break;
        case CommandId::to_begin: case CommandId::to_end: app_seek(state, id == CommandId::to_begin ? 0 : state.playback.end_ns); break;
        case CommandId::faster: playback_faster(state.playback); break;
        case CommandId::slower: playback_slower(state.playback); break;
        case CommandId::divergence: to_divergence(state); break;
        case CommandId::compare: app_compare_panel(state); break;
        case CommandId::align: app_align(state); break;
        case CommandId::divergence_next: case CommandId::divergence_before: app_divergence_step(state, id == CommandId::divergence_next ? 1 : -1); break;
        case CommandId::predict: app_predict(state); break;
        case CommandId::next_side: state.focus = (state.focus + 1) % state.sides.size(), app_seek(state, state.playback.cursor_ns); break;
        case CommandId::zoom_in: zoom(state, 0.5, cursor); break;
        case CommandId::zoom_out: zoom(state, 2, cursor); break;
        case CommandId::zoom_all: state.view_from_ns = 0, state.view_to_ns = state.playback.end_ns; break;
        case CommandId::pan_left: case CommandId::pan_right: pan(state, (id == CommandId::pan_left ? -0.1 : 0.1) * static_cast<double>(state.view_to_ns - state.view_from_ns)); break;
        case CommandId::processors_less: case CommandId::processors_more: case CommandId::concurrency_less: case CommandId::concurrency_more: case CommandId::threads_less: case CommandId::threads_more: case CommandId::seed_less: case CommandId::seed_more: case CommandId::policy: step_control(state, id); break;
        case CommandId::next_port: state.port = (state.port + 1) % std::max<size_t>(state.scenario.ports.size(), 1); break;
        case CommandId::next_page: state.page = page_after(arrangement_of(state.window), state.page); break;
        case CommandId::undo: app_undo(state); break;
        case CommandId::redo: app_redo(state); break;
        case CommandId::edit: state.edit.shown = !state.edit.shown; break;
        case CommandId::value_next: case CommandId::value_before: app_select_value(state, id == CommandId::value_next ? 1 : -1); break;
        case CommandId::value_less: case CommandId::value_more: app_step_value(state, id == CommandId::value_more ? 1 : -1); break;
        case CommandId::value_reset: app_reset_value(state); break;
        case CommandId::reset_all: app_reset_all(state); break;
        case CommandId::open: app_open_panel(state); break;
        case CommandId::save_as: app_save_as(state); break;
        case CommandId::save_png: case CommandId::save_svg: case CommandId::save_gif: case CommandId::save_handout: app_export(state, export_kind(id)); break;
        case CommandId::record: app_record(state); break;
        case CommandId::record_backend: app_record_backend(state); break;
        case CommandId::record_program: app_entry_begin(state, Entry::For::program); break;
        case CommandId::keep_run: app_keep_run(state); break;
        case CommandId::branch: case CommandId::let_go: id == CommandId::branch ? app_branch(state) : app_let_go(state); break;
        case CommandId::explore: app_explore(state); break;
        case CommandId::explore_figure: app_explore_figure(state); break;
        case CommandId::explore_best: app_explore_best(state); break;
        case CommandId::search: state.find.shown = state.find.typing = true; break;
        case CommandId::match_next: case CommandId::match_before: app_find_next(state, id == CommandId::match_next ? 1 : -1); break;
        case CommandId::range_in: app_range_in(state); break;
        case CommandId::range_out: app_range_out(state); break;
        case CommandId::range_clear: app_range_clear(state); break;
        case CommandId::loop: app_range_loop(state); break;
        case CommandId::palette: state.palette = {.shown = !state.palette.shown, .text = {}, .row = 0}; break;
        case CommandId::menu: app_menu(state); break;
        case CommandId::close: close_top(state); break;
        case CommandId::about: state.about = !state.about, state.help = false; break;
        case CommandId::theme: state.theme = static_cast<ThemeId>((static_cast<uint8_t>(state.theme) + 1) % static_cast<uint8_t>(ThemeId::count)); break;
        case CommandId::quiz: app_quiz(state); break;
        case CommandId::ask_next: case CommandId::run_anyway: id == CommandId::ask_next ? app_ask_next(state) : app_run_anyway(state); break;
        case CommandId::presenter: toggle_presenter(state); break;
        case CommandId::next_slide: next_slide(state); break;
        case CommandId::slide_before: step_back(state); break;
        case CommandId::processor_lanes: case CommandId::packet_bars: case CommandId::still: case CommandId::thread_next: case CommandId::thread_before: case CommandId::packet_next: case CommandId::packet_before: case CommandId::note: case CommandId::notes: case CommandId::note_next: case CommandId::note_before: case CommandId::note_drop: case CommandId::phase_burst: case CommandId::phase_saturation: case CommandId::phase_block: case CommandId::phase_over: case CommandId::phase_drain: case CommandId::break_at: case CommandId::times: case CommandId::times_by: case CommandId::times_next: look(state, id); break;
        case CommandId::help: turn_help(state); break;
        case CommandId::quit: app_quit(state); break;
    }
}

void request_run(AppState& state, const Request& request) {
    switch (request.what) {
        case Request::What::command: return command_run(state, request.command);
        case Request::What::seek:
            app_quiz_go_on(state);
            state.playback.playing = false;
            return app_seek(state, static_cast<int64_t>(request.number));
        case Request::What::pan: return pan(state, request.number);
        case Request::What::zoom: return zoom(state, request.number, request.at);
        case Request::What::view: {
            const int64_t width = state.view_to_ns - state.view_from_ns;
            state.view_from_ns = overview_from(static_cast<int64_t>(request.number), width, state.playback.end_ns);
            state.view_to_ns = state.view_from_ns + width;
            return;
        }
        case Request::What::select_event: return to_event(state, static_cast<size_t>(request.number));
        case Request::What::focus:
            state.focus = std::min(static_cast<size_t>(request.number), state.sides.size() - 1);
            return app_seek(state, state.playback.cursor_ns);
        case Request::What::page:
            state.page = static_cast<Page>(std::clamp(static_cast<int>(request.number), 0, static_cast<int>(Page::scenario)));
            return;
        case Request::What::processors: case Request::What::concurrency: case Request::What::threads: case Request::What::seed: case Request::What::policy: return control_changed(state, request);
        case Request::What::value:
            app_set_value(state, request.path, request.text, request.held);
            return;
        case Request::What::value_row:
            state.edit.row = std::min(static_cast<size_t>(std::max(request.number, 0.0)), std::max<size_t>(state.edit.fields.size(), 1) - 1);
            return;
        case Request::What::scroll:
            state.edit.scroll = static_cast<float>(std::max(request.number, 0.0));
            state.edit.follow = false;
            return;
        case Request::What::text: return app_set_text(state, request.text, request.held);
        case Request::What::answer: return app_answer(state, static_cast<size_t>(std::max(request.number, 0.0)));
        case Request::What::axis: return app_explore_axis(state, static_cast<size_t>(request.number), request.text);
        case Request::What::cell: return app_explore_take(state, static_cast<size_t>(request.number));
        case Request::What::search:
            state.find.typing = request.held;
            if (request.text != state.find.text) app_find_text(state, request.text);
            return;
        case Request::What::range: return app_range_set(state, static_cast<int64_t>(request.number), static_cast<int64_t>(request.at));
        case Request::What::divergence: return app_divergence_select(state, static_cast<size_t>(std::max(request.number, 0.0)));
        case Request::What::times_by: return app_times_choose(state, static_cast<TimesView::By>(std::clamp(static_cast<int>(request.number), 0, 2)));
        case Request::What::menu_row: case Request::What::menu_run:
            app_menu_row(state, static_cast<Menu>(std::clamp(static_cast<int>(request.number), 0, static_cast<int>(Menu::count) - 1)), request.at < 0 ? kNoMenuRow : static_cast<size_t>(request.at));
            return request.what == Request::What::menu_run ? app_menu_run(state) : void();
        case Request::What::select_thread: return app_select_thread(state, static_cast<size_t>(request.at), static_cast<uint32_t>(request.number));
        case Request::What::select_packet: return app_select_packet(state, static_cast<size_t>(request.at), static_cast<uint32_t>(request.number));
        case Request::What::entry:
            state.entry.text = request.text;
            return;
        case Request::What::note_row: return app_note_go(state, static_cast<size_t>(request.number));
        case Request::What::palette_text: return app_palette_text(state, request.text);
        case Request::What::palette_row: return app_palette_run(state, static_cast<size_t>(request.number));
        case Request::What::open_text: return app_open_text(state, request.text);
        case Request::What::open_row: return app_open_take(state, static_cast<size_t>(request.number));
        case Request::What::file_name:
            state.edit.file_name = request.text;
            state.edit.replace = false;
            return;
    }
}

}  // namespace gui
