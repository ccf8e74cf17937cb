#include "gui/app/align.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

#include "gui/app/calibrating.h"
#include "gui/app/load.h"
#include "gui/app/state.h"
#include "gui/model/lives.h"
#include "gui/model/text.h"
#include "sim/trace/print.h"

namespace gui {
namespace {

using Moment = Alignment::Moment;
using sim::Kind;

sim::Error refused(std::string what) { return {.file = {}, .line = 0, .column = 0, .what = std::move(what), .hint = {}}; }

// The moment in its packet's life that a record of this kind is.
std::optional<Moment> moment_of(Kind kind) {
    switch (kind) {
        case Kind::posted: case Kind::queued: case Kind::detail: return Moment::posted;
        case Kind::released: case Kind::handed_over: case Kind::taken: return Moment::taken;
        case Kind::get_returned: return Moment::got;
        case Kind::completed: return Moment::done;
        default: return std::nullopt;
    }
}

int64_t time_in(const PacketLife& life, Moment moment) {
    switch (moment) {
        case Moment::submitted: return life.submitted_ns;
        case Moment::posted: return life.posted_ns;
        case Moment::taken: return life.taken_ns;
        case Moment::got: return life.got_ns;
        case Moment::done: return life.done_ns;
    }
    return -1;
}

constexpr std::string_view kMoments[] = {"submitted", "posted", "taken", "got", "done"};

const char* moment_text(Moment moment) {
    switch (moment) {
        case Moment::submitted: return " is submitted";
        case Moment::posted: return " is posted";
        case Moment::taken: return " is taken";
        case Moment::got: return " arrives in its thread";
        case Moment::done: return " is done";
    }
    return "";
}

std::string ordinal(uint64_t n) {
    const char* const ending = n % 100 / 10 == 1 ? "th" : n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
    return std::to_string(n) + ending;
}

std::string thread_name(const Side& side, uint32_t thread) { return thread < side.lanes.size() ? side.lanes[thread].name : std::string(); }

Alignment of_packet(const Side& side, uint32_t number, Moment moment) {
    const std::string packet = packet_name(side, number);
    return {.of = Alignment::Of::packet, .packet = side.packets[number], .moment = moment, .name = "packet " + packet + moment_text(moment), .text = std::string(kMoments[static_cast<size_t>(moment)]) + ' ' + packet};
}

Alignment of_thread(std::string thread, Kind kind, uint64_t nth) {
    const std::string name(sim::kind_name(kind));
    Alignment out{.of = Alignment::Of::thread, .kind = kind, .nth = nth, .name = (thread.empty() ? "" : thread + ": ") + ordinal(nth) + ' ' + name, .text = name + ' ' + std::to_string(nth) + (thread.empty() ? "" : ' ' + thread)};
    out.thread = std::move(thread);
    return out;
}

bool all_read(const AppState& state) {
    return std::all_of(state.sides.begin(), state.sides.end(), [](const Side& side) { return side.whole(); });
}

// On this side: when, on its own clock; -1: it is not there.
int64_t time_on(const Side& side, const Alignment& event) {
    if (event.of == Alignment::Of::packet) {
        const uint32_t packet = packet_named(side, event.packet);
        const std::optional<PacketLife> life = packet == sim::kNoPacket ? std::nullopt : life_of(side, packet);
        return life ? time_in(*life, event.moment) : -1;
    }
    uint64_t passed = 0;
    for (uint64_t i = 0; i < side.indexed; ++i) {
        const sim::Record& record = side.trace.records[i];
        if (record.kind == event.kind && thread_name(side, record.thread) == event.thread && ++passed == event.nth) return record.time_ns;
    }
    return -1;
}

// What the sides may have in common with this record.
sim::Result<Alignment> event_of(const Side& side, uint64_t number) {
    if (number >= side.indexed) return refused("There is no event to align by.");
    const sim::Record& record = side.trace.records[number];
    const std::optional<Moment> moment = moment_of(record.kind);
    if (moment && record.packet < side.packets.size() && side.packets[record.packet].known) return of_packet(side, record.packet, *moment);
    // Else their names would mean a packet (event_named).
    if (record.kind == Kind::posted || record.kind == Kind::taken) return refused("The packet of this event is not known here: nothing to align by.");
    const std::string thread = thread_name(side, record.thread);
    uint64_t nth = 0;
    for (uint64_t i = 0; i <= number; ++i)
        if (side.trace.records[i].kind == record.kind && thread_name(side, side.trace.records[i].thread) == thread) ++nth;
    return of_thread(thread, record.kind, nth);
}

// Cursor, view and range stay where they are on the clock of the side that is explained.
void move_all(AppState& state, int64_t by_ns) {
    const int64_t view = std::max(by_ns, -state.view_from_ns);
    state.view_from_ns += view, state.view_to_ns += view;
    state.playback.cursor_ns = std::max<int64_t>(state.playback.cursor_ns + by_ns, 0);
    for (int64_t* end : {&state.range.in_ns, &state.range.out_ns})
        if (*end >= 0) *end = std::max<int64_t>(*end + by_ns, 0);
}

// Where the sides stand by this event. Error: fewer than two have it.
sim::Status place(const AppState& state, Alignment& event) {
    event.at_ns.clear();
    std::string without;
    size_t with = 0;
    for (const Side& side : state.sides) {
        event.at_ns.push_back(time_on(side, event));
        if (event.at_ns.back() >= 0) ++with;
        else without += (without.empty() ? "" : ", ") + side.name;
    }
    if (with < 2) return refused("Nothing to align: " + event.name + " is not in " + without + ". An event of a packet is there more often.");
    for (size_t side = 0; side < state.sides.size(); ++side)
        if (*std::max_element(event.at_ns.begin(), event.at_ns.end()) > sim::kDurationMax.ns - state.sides[side].end_ns) return refused("Nothing to align: " + state.sides[side].name + " would reach beyond the longest time there is.");
    event.zero_ns = *std::max_element(event.at_ns.begin(), event.at_ns.end());
    event.shifts_ns.clear();
    const int64_t focused = event.at_ns[state.focus] >= 0 ? event.zero_ns - event.at_ns[state.focus] : 0;
    for (const int64_t at_ns : event.at_ns) event.shifts_ns.push_back(at_ns >= 0 ? event.zero_ns - at_ns : focused);
    return sim::Done{};
}

// Takes another alignment, or none, with the run as long as the sides are then.
void take(AppState& state, Alignment alignment) {
    const bool whole = app_sees_whole(state);
    const int64_t before = app_shift_ns(state, state.focus);
    const uint64_t position = state.position;
    state.alignment = std::move(alignment);
    move_all(state, app_shift_ns(state, state.focus) - before);
    app_length_changed(state, whole);
    app_set_position(state, position);
}

sim::Status align(AppState& state, Alignment event) {
    if (state.sides.size() < 2) return refused("There is one side only: a recording, or a run that is kept (B), can be aligned with it.");
    if (!all_read(state)) return refused("The traces are still being read.");
    for (const Side& side : state.sides)
        if (side.trace.records.size() > kLaidBesideMax) return refused(side.name + " has more than " + number_figure(static_cast<double>(kLaidBesideMax)) + " records: it stays on its own clock.");
    if (const sim::Status placed = place(state, event); !placed) return placed;
    take(state, std::move(event));
    return sim::Done{};
}

// The packet that a side calls so.
sim::Result<Alignment> packet_event(const AppState& state, Moment moment, const std::string& packet) {
    for (const Side& side : state.sides)
        for (uint32_t number = 0; number < side.packets.size(); ++number)
            if (side.packets[number].known && packet_name(side, number) == packet) return of_packet(side, number, moment);
    return refused(packet.empty() ? "expected the packet as well, such as \"taken 12\"" : "no side has a packet " + packet);
}

sim::Result<Alignment> event_named(const AppState& state, const std::string& text) {
    const size_t space = std::min(text.find(' '), text.size());
    const std::string what = text.substr(0, space), of = text.substr(std::min(space + 1, text.size()));
    const auto moment = std::find(std::begin(kMoments), std::end(kMoments), what);
    if (moment != std::end(kMoments)) return packet_event(state, static_cast<Moment>(moment - std::begin(kMoments)), of);
    Kind kind = Kind::none;
    for (uint8_t k = 1; k < static_cast<uint8_t>(Kind::kind_count); ++k)
        if (sim::kind_name(static_cast<Kind>(k)) == what) kind = static_cast<Kind>(k);
    uint64_t nth = 0;
    const auto [end, code] = std::from_chars(of.data(), of.data() + of.size(), nth);
    if (code != std::errc() || nth == 0 || kind == Kind::none) return refused("expected an event: \"taken 12\" (also submitted, posted, got, done) or \"get_called 4 worker.3\"");
    std::string thread(end, of.data() + of.size());
    thread.erase(0, thread.find_first_not_of(' '));
    return of_thread(std::move(thread), kind, nth);
}

}  // namespace

int64_t app_shift_ns(const AppState& state, size_t side) { return side < state.alignment.shifts_ns.size() ? state.alignment.shifts_ns[side] : 0; }

int64_t app_cursor_of(const AppState& state, size_t side) { return state.playback.cursor_ns - app_shift_ns(state, side); }

void app_align(AppState& state) {
    state.align_wanted.clear();
    if (state.alignment.any()) {
        take(state, {});
        state.said = "The sides are on one clock again, from their beginning.";
        return;
    }
    const Side& side = state.sides[state.focus];
    const int64_t event = event_before(side, state.position);
    sim::Result<Alignment> wanted = event < 0 ? sim::Result<Alignment>(refused("No event has happened yet: Right goes to the first.")) : event_of(side, side.events[static_cast<size_t>(event)]);
    const sim::Status aligned = wanted ? align(state, std::move(wanted.value())) : sim::Status(wanted.error());
    if (!aligned) return static_cast<void>(state.said = aligned.error().what);
    state.said = "Aligned: " + state.alignment.name + ", at 0 of the ruler. Shift+A: on one clock again.";
}

sim::Status app_align_by(AppState& state, const std::string& text) {
    sim::Result<Alignment> wanted = event_named(state, text);
    if (!wanted) return wanted.error();
    return align(state, std::move(wanted.value()));
}

sim::Status app_align_when_ready(AppState& state, const std::string& text) {
    if (all_read(state) && (state.sides.size() > 1 || !app_calibrating(state))) return app_align_by(state, text);
    state.align_wanted = text;
    return sim::Done{};
}

std::string app_align_text(const AppState& state) { return state.alignment.any() ? state.alignment.text : state.align_wanted; }

void app_align_settle(AppState& state) {
    if (!state.alignment.any() && state.align_wanted.empty()) return;
    const int64_t before = app_shift_ns(state, state.focus);
    sim::Result<Alignment> next = state.alignment.any() ? sim::Result<Alignment>(state.alignment) : event_named(state, state.align_wanted);
    if (all_read(state) && state.sides.size() > 1 && next && place(state, next.value())) {
        state.align_wanted.clear();
        state.alignment = std::move(next.value());
    } else if (state.alignment.any()) {
        state.error = "On one clock: " + state.alignment.name + " is not on both sides now. When it is they are aligned again; Shift+A aligns otherwise.";
        state.align_wanted = state.alignment.text;
        state.alignment = {};
    } else {
        return;                                            // it may come yet
    }
    move_all(state, app_shift_ns(state, state.focus) - before);
}

std::string app_align_missing(const AppState& state) {
    if (state.align_wanted.empty() || !all_read(state) || app_calibrating(state)) return {};
    sim::Result<Alignment> event = event_named(state, state.align_wanted);
    if (!event) return event.error().what;
    const sim::Status placed = place(state, event.value());
    return placed ? std::string() : placed.error().what;
}

void app_align_insert(AppState& state) {
    for (std::vector<int64_t>* by_side : {&state.alignment.shifts_ns, &state.alignment.at_ns})
        if (!by_side->empty()) by_side->insert(by_side->begin(), by_side->front());
}

}  // namespace gui
