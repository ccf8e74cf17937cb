#include <algorithm>
#include <array>
#include <cmath>

#include "sim/report/draw.h"
#include "sim/report/markup.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

constexpr double kWidth = 960, kLeft = 110, kRight = 930;

std::string open_svg(double height, const std::string& title) {
    return "<svg viewBox=\"0 0 " + coordinate(kWidth) + ' ' + coordinate(height) + "\" role=\"img\" aria-label=\"" + escaped(title) + "\">\n";
}
std::string text_at(double x, double y, const std::string& text, const char* name) { return "<text x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" class=\"" + name + "\">" + escaped(text, 80) + "</text>\n"; }
std::string path(const std::string& d, const char* name) { return "<path d=\"" + d + "\" class=\"" + name + "\"/>\n"; }
std::string point(char verb, double x, double y) { return verb + coordinate(x) + ' ' + coordinate(y); }

// A curve that keeps its value until the next column; equal neighbours are one piece.
template <class Value>
std::string steps(const std::vector<PortColumn>& columns, double bottom, double height, double top_value, Value value_of) {
    std::string d;
    const double width = (kRight - kLeft) / static_cast<double>(columns.size());
    const auto y_of = [&](double value) { return bottom - height * std::min(value / std::max(top_value, 1.0), 1.0); };
    bool pen = false;
    for (size_t c = 0; c < columns.size(); ++c) {
        if (!columns[c].known) {
            pen = false;
            continue;
        }
        const double x = kLeft + width * static_cast<double>(c), y = y_of(static_cast<double>(value_of(columns[c])));
        const bool same = pen && c + 1 < columns.size() && columns[c + 1].known && value_of(columns[c]) == value_of(columns[c - 1]) && value_of(columns[c]) == value_of(columns[c + 1]);
        if (same) continue;
        if (!pen) d += point('M', x, y);
        else d += 'H' + coordinate(x) + 'V' + coordinate(y);
        pen = true;
        if (c + 1 == columns.size() || !columns[c + 1].known) d += 'H' + coordinate(x + width);
    }
    return d;
}

std::string axis_of(int64_t end_ns, double top, double bottom) {
    std::string out;
    const std::vector<int64_t> at = ticks(0, end_ns, 7);
    const int64_t step = at.size() > 1 ? at[1] - at[0] : 1;
    for (const int64_t ns : at) {
        const double x = kLeft + (kRight - kLeft) * static_cast<double>(ns) / static_cast<double>(std::max<int64_t>(end_ns, 1));
        out += path(point('M', x, top) + point('L', x, bottom + 4), "grid") + text_at(x, bottom + 16, tick_text(ns, step), "tick");
    }
    return out;
}

// Time over the limit, as an area up to the active threads.
std::string over_limit(const Picture& picture, double bottom, double height, double top_value) {
    std::string d;
    const double width = (kRight - kLeft) / static_cast<double>(picture.port.size());
    const double y_limit = bottom - height * std::min(picture.limit / std::max(top_value, 1.0), 1.0);
    for (size_t c = 0; c < picture.port.size();) {
        size_t end = c + 1;
        while (end < picture.port.size() && (picture.port[end].over_limit > 0) == (picture.port[c].over_limit > 0) && picture.port[end].active_max == picture.port[c].active_max) ++end;
        const double y = bottom - height * std::min(picture.port[c].active_max / std::max(top_value, 1.0), 1.0);
        if (picture.port[c].over_limit > 0 && y < y_limit) d += point('M', kLeft + width * static_cast<double>(c), y) + 'H' + coordinate(kLeft + width * static_cast<double>(end)) + 'V' + coordinate(y_limit) + 'H' + coordinate(kLeft + width * static_cast<double>(c)) + 'z';
        c = end;
    }
    return d.empty() ? d : path(d, "over");
}

}  // namespace

std::string draw_port(const Picture& picture, int64_t end_ns, PortScale scale, const std::string& title) {
    constexpr double kHeight = 52, kTop = 8, kGap = 26;
    const double depth_bottom = kTop + kHeight, active_bottom = depth_bottom + kGap + kHeight;
    std::string out = open_svg(active_bottom + 22, title) + axis_of(end_ns, kTop, active_bottom);
    out += text_at(kLeft - 8, kTop + 10, "queue depth", "lane") + text_at(kLeft - 8, kTop + 26, "up to " + std::to_string(scale.depth_max), "small") + path(point('M', kLeft, depth_bottom) + 'H' + coordinate(kRight), "axis");
    const std::string depth = steps(picture.port, depth_bottom, kHeight, scale.depth_max, [](const PortColumn& c) { return c.depth_max; });
    if (!depth.empty()) out += path(depth, "depth");
    out += text_at(kLeft - 8, active_bottom - kHeight + 10, "active threads", "lane") + text_at(kLeft - 8, active_bottom - kHeight + 26, "up to " + std::to_string(scale.active_max) + (picture.limit > 0 && picture.limit <= scale.active_max ? ", limit " + std::to_string(picture.limit) : ""), "small") + path(point('M', kLeft, active_bottom) + 'H' + coordinate(kRight), "axis");
    if (picture.limit > 0) {
        const double y = active_bottom - kHeight * std::min(1.0, static_cast<double>(picture.limit) / scale.active_max);
        out += over_limit(picture, active_bottom, kHeight, scale.active_max) + path(point('M', kLeft, y) + 'H' + coordinate(kRight), "limit");
    }
    const std::string active = steps(picture.port, active_bottom, kHeight, scale.active_max, [](const PortColumn& c) { return c.active_max; });
    if (!active.empty()) out += path(active, "active");
    return out + "</svg>\n";
}

std::string draw_waits(const WaitsCompared& waits, const std::string& b_name) {
    constexpr double kTop = 14, kBottom = 214;
    int64_t longest = 1, least = INT64_MAX;
    for (const WaitSpread* side : {&waits.a, &waits.b})
        for (const int64_t ns : side->percentiles_ns) {
            longest = std::max(longest, ns);
            if (ns > 0) least = std::min(least, ns);
        }
    const bool log = least < longest / 50;                // else small waits would lie on the axis
    const double low = log ? std::floor(std::log10(static_cast<double>(least))) : 0;
    const auto y_of = [&](int64_t ns) {
        const double top = static_cast<double>(longest);
        const double share = log ? (std::log10(std::max(static_cast<double>(ns), std::pow(10, low))) - low) / std::max(std::log10(top) - low, 1e-9) : static_cast<double>(ns) / top;
        return kBottom - (kBottom - kTop) * std::clamp(share, 0.0, 1.0);
    };
    const auto x_of = [](double percent) { return kLeft + (kRight - kLeft) * percent / 100; };
    std::string out = open_svg(256, "waits by percentile");
    for (const int percent : {0, 10, 25, 50, 75, 90, 99}) out += path(point('M', x_of(percent), kTop) + 'V' + coordinate(kBottom + 4), "grid") + text_at(x_of(percent), kBottom + 16, percent == 50 ? "median" : std::to_string(percent) + " %", "tick");
    if (log) {
        for (double decade = low; decade <= std::log10(static_cast<double>(longest)); ++decade) {
            const auto ns = static_cast<int64_t>(std::llround(std::pow(10, decade)));
            out += path(point('M', kLeft, y_of(ns)) + 'H' + coordinate(kRight), "grid") + text_at(kLeft - 8, y_of(ns) + 4, tick_text(ns, ns), "small");
        }
    } else {
        const std::vector<int64_t> at = ticks(0, longest, 5);
        for (const int64_t ns : at) out += path(point('M', kLeft, y_of(ns)) + 'H' + coordinate(kRight), "grid") + text_at(kLeft - 8, y_of(ns) + 4, tick_text(ns, at.size() > 1 ? at[1] : 1), "small");
    }
    const auto curve = [&](const WaitSpread& side, const char* name) {
        std::string d;
        for (size_t percent = 0; percent < side.percentiles_ns.size(); ++percent) {
            const double x = x_of(static_cast<double>(percent)), y = y_of(side.percentiles_ns[percent]);
            if (percent == 0) d += point('M', x, y);
            else if (percent == 100 || side.percentiles_ns[percent] != side.percentiles_ns[percent - 1]) d += 'H' + coordinate(x) + 'V' + coordinate(y);
        }
        return d.empty() ? d : path(d, name);
    };
    out += curve(waits.a, "side-a") + curve(waits.b, "side-b");
    out += path("M120 246H160", "side-a") + text_at(168, 250, "A", "key") + path("M220 246H260", "side-b") + text_at(268, 250, b_name, "key") + text_at(kRight, 250, log ? "so many packets wait at most so long; tenfold from line to line" : "so many packets wait at most so long", "small");
    return out + "</svg>\n";
}

std::string draw_verdicts(const Explained& explained) {
    const double all = static_cast<double>(std::max<uint64_t>(explained.decisions(), 1));
    std::string out = open_svg(66, "decisions by verdict");
    struct Part { const char* name; const char* text; uint64_t count; };
    const std::array<Part, 3> parts{{{"agrees", "agree", explained.agree}, {"contradicts", "contradict", explained.contradict}, {"untold", "can't be told", explained.undecided}}};
    double x = 4, key = 4;
    for (const Part& part : parts) {
        const double width = (kWidth - 8) * static_cast<double>(part.count) / all;
        if (part.count > 0) out += path(point('M', x, 4) + 'h' + coordinate(std::max(width - 1, 1.0)) + "v26h" + coordinate(-std::max(width - 1, 1.0)) + 'z', part.name);
        x += width;
        const std::string text = std::to_string(part.count) + ' ' + part.text + formatted(" (%.1f %%)", 100 * static_cast<double>(part.count) / all);
        out += path(point('M', key, 42) + "h16v16h-16z", part.name) + text_at(key + 22, 55, text, "key");
        key += 60 + 7.2 * static_cast<double>(text.size());
    }
    return out + "</svg>\n";
}

}  // namespace sim
