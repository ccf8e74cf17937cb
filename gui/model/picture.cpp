#include "gui/model/picture.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "sim/trace/print.h"

namespace gui {
namespace {

// Workers of one table are "worker.0", "worker.1": in a small picture their number is enough, as T0, T1.
std::string short_name(const sim::TraceHeader& header, uint32_t thread) { return thread < header.threads.size() ? "T" + std::to_string(thread) : "T?"; }

std::string number_text(const char* format, double value) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

std::string time_figure(double ns) {
    if (ns < 1e3) return number_text("%.0f ns", ns);
    if (ns < 1e6) return number_text("%.0f us", ns / 1e3);
    if (ns < 1e9) return number_text("%.2f ms", ns / 1e6);
    return number_text("%.2f s", ns / 1e9);
}

}  // namespace

PortPicture port_picture(const Side& side, const sim::TraceState& state, uint16_t number) {
    const sim::TraceHeader& header = side.trace.header;
    PortPicture picture;
    picture.queue_known = header.has_decisions;
    if (number < header.ports.size()) picture.name = header.ports[number].name;
    if (number >= state.ports.size()) return picture;
    const sim::PortTraceState& port = state.ports[number];
    picture.limit = port.limit;
    picture.active = port.active;
    const auto label = [&side](uint32_t packet) { return packet < side.packet_labels.size() ? side.packet_labels[packet] : std::string(); };
    for (uint32_t packet : port.queue) picture.queue.push_back(label(packet));
    std::vector<uint32_t> running;
    for (uint32_t t = 0; t < state.threads.size(); ++t) {
        const sim::ThreadTraceState& thread = state.threads[t];
        if (thread.association != number) continue;
        if (thread.view == sim::ThreadView::blocked && !thread.counted) picture.blocked.push_back(short_name(header, t));
        else if (thread.counted) running.push_back(t);
    }
    std::stable_sort(running.begin(), running.end(), [&state](uint32_t a, uint32_t b) { return state.threads[a].since_ns < state.threads[b].since_ns; });
    for (uint32_t t : running) {
        const sim::ThreadTraceState& thread = state.threads[t];
        RunningSlot slot{.thread = t, .thread_name = short_name(header, t), .packet = thread.packets.empty() ? std::string() : label(thread.packets.front()), .over_limit = false, .ready = thread.view != sim::ThreadView::running};
        slot.over_limit = port.limit > 0 && picture.running.size() >= port.limit;
        picture.running.push_back(std::move(slot));
    }
    for (uint32_t t : port.waiters) picture.stack.push_back(short_name(header, t));
    const bool oldest_first = number < header.ports.size() && header.ports[number].policy != "nt";
    if (!oldest_first) std::reverse(picture.stack.begin(), picture.stack.end());   // next to be released first
    return picture;
}

const std::vector<std::string>& pseudocode() {
    static const std::vector<std::string> lines{
        "insert(packet):",
        "  if active < limit and stack:",
        "    give to top; active += 1",
        "  else:",
        "    append to queue",
        "remove():",
        "  if associated: active -= 1",
        "  if active < limit and queue:",
        "    take head; active += 1",
        "  else: push on stack, wait",
        "block elsewhere:",
        "  active -= 1",
        "  if active < limit, queue, stack:",
        "    head to top; active += 1",
        "come back: active += 1"};
    return lines;
}

int pseudocode_line(sim::Rule rule, sim::Kind kind) {
    switch (rule) {
        case sim::Rule::K1: return 2;
        case sim::Rule::K2: return 4;
        case sim::Rule::K8: return 6;
        case sim::Rule::K11:
        case sim::Rule::K12: return 8;
        case sim::Rule::K13:
        case sim::Rule::K16: return 9;
        case sim::Rule::K17: return kind == sim::Kind::block_begin ? 11 : 13;
        case sim::Rule::K19: return 14;
        default: return -1;   // a number out of a file: rules without a line here have none
    }
}

std::vector<FigureRow> figure_rows(const std::vector<const sim::Summary*>& sides) {
    struct Figure { const char* name; bool time; double (*value)(const sim::Summary&); };
    static constexpr std::array<Figure, 10> figures{{
        {"completed", false, [](const sim::Summary& s) { return static_cast<double>(s.completed); }},
        {"packets/s", false, [](const sim::Summary& s) { return s.throughput_per_s; }},
        {"wait p50", true, [](const sim::Summary& s) { return static_cast<double>(s.queue_wait.p50); }},
        {"wait max", true, [](const sim::Summary& s) { return static_cast<double>(s.queue_wait.max); }},
        {"total p50", true, [](const sim::Summary& s) { return static_cast<double>(s.latency.p50); }},
        {"total max", true, [](const sim::Summary& s) { return static_cast<double>(s.latency.max); }},
        {"active, mean", false, [](const sim::Summary& s) { return s.ports.empty() ? 0 : s.ports[0].active_mean; }},
        {"active, most", false, [](const sim::Summary& s) { return s.ports.empty() ? 0 : static_cast<double>(s.ports[0].active_max); }},
        {"over limit", true, [](const sim::Summary& s) { return s.ports.empty() ? 0 : static_cast<double>(s.ports[0].over_limit_ns); }},
        {"threads used", false, [](const sim::Summary& s) { return static_cast<double>(std::count_if(s.threads.begin(), s.threads.end(), [](const sim::ThreadFigures& t) { return t.packets > 0; })); }},
    }};
    std::vector<FigureRow> rows;
    for (const Figure& figure : figures) {
        FigureRow row{.name = figure.name, .values = {}, .ratio = {}};
        for (const sim::Summary* summary : sides) {
            const double value = figure.value(*summary);
            row.values.push_back(figure.time ? time_figure(value) : value == static_cast<double>(static_cast<int64_t>(value)) ? number_text("%.0f", value) : number_text(value < 100 ? "%.2f" : "%.0f", value));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace gui
