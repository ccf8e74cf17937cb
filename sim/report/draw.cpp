#include "sim/report/draw.h"

#include <algorithm>
#include <cmath>

#include "sim/report/markup.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

constexpr double kWidth = 960, kLeft = 110, kRight = 930, kLaneHeight = 16, kLaneStep = 22;

std::string open_svg(double height, const std::string& title) {
    return "<svg viewBox=\"0 0 " + coordinate(kWidth) + ' ' + coordinate(height) + "\" role=\"img\" aria-label=\"" + escaped(title) + "\">\n";
}
std::string text_at(double x, double y, const std::string& text, const char* name) { return "<text x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" class=\"" + name + "\">" + escaped(text, 40) + "</text>\n"; }
std::string line(double x0, double y0, double x1, double y1, const char* name) {
    return "<path d=\"M" + coordinate(x0) + ' ' + coordinate(y0) + 'L' + coordinate(x1) + ' ' + coordinate(y1) + "\" class=\"" + name + "\"/>\n";
}
std::string rect_path(double x, double y, double width, double height) {
    return 'M' + coordinate(x) + ' ' + coordinate(y) + 'h' + coordinate(width) + 'v' + coordinate(height) + 'h' + coordinate(-width) + 'z';
}

struct Scale {
    int64_t from_ns, to_ns;
    double x(int64_t ns) const { return kLeft + (kRight - kLeft) * static_cast<double>(ns - from_ns) / static_cast<double>(std::max<int64_t>(to_ns - from_ns, 1)); }
};

std::string time_axis(const Scale& scale, double top, double bottom) {
    std::string out;
    const std::vector<int64_t> at = ticks(scale.from_ns, scale.to_ns, 7);
    const int64_t step = at.size() > 1 ? at[1] - at[0] : 1;
    for (const int64_t ns : at) {
        out += line(scale.x(ns), top, scale.x(ns), bottom + 4, "grid");
        out += text_at(scale.x(ns), bottom + 16, tick_text(ns, step), "tick");
    }
    return out;
}

constexpr std::array<ThreadView, 5> kDrawn{ThreadView::running, ThreadView::ready, ThreadView::blocked, ThreadView::waiting, ThreadView::suspended};

const char* name_of_view(ThreadView view) {
    switch (view) {
        case ThreadView::running: return "running";
        case ThreadView::ready: return "ready";
        case ThreadView::waiting: return "waiting";
        case ThreadView::blocked: return "blocked";
        case ThreadView::suspended: return "suspended";
        case ThreadView::unknown:
        case ThreadView::exited: return "";
    }
    return "";
}

// A wait at the port is a thin line: whoever does nothing takes no ink.
struct Band { double top, height; };
Band band_of(ThreadView view) { return view == ThreadView::waiting ? Band{kLaneHeight / 2 - 1.5, 3} : Band{0, kLaneHeight}; }

std::string paths_of(const std::array<std::string, kViews>& paths) {
    std::string out;
    for (const ThreadView view : kDrawn)
        if (const std::string& d = paths[static_cast<size_t>(view)]; !d.empty()) out += "<path class=\"" + std::string(name_of_view(view)) + "\" d=\"" + d + "\"/>\n";
    return out;
}

std::string draw_boxes(const Lane& lane, const Scale& scale, double y) {
    std::array<std::string, kViews> paths;
    std::string labels;
    for (const Box& box : lane.boxes) {
        const Band band = band_of(box.view);
        const double x = scale.x(box.from_ns), width = std::max(scale.x(box.to_ns) - x, 0.6);
        paths[static_cast<size_t>(box.view)] += rect_path(x, y + band.top, width, band.height);
        if (box.view != ThreadView::running || box.label.empty()) continue;
        if (width > 7.0 * static_cast<double>(box.label.size()) + 4) labels += text_at(x + width / 2, y + kLaneHeight - 4, box.label, "on");
    }
    return paths_of(paths) + labels;
}

// A folded lane: in each column the states above one another, by their share of its time; alike neighbours are one.
std::string draw_columns(const Lane& lane, double y) {
    std::array<std::string, kViews> paths;
    const double width = (kRight - kLeft) / static_cast<double>(lane.columns.size());
    const auto eighths = [](float share) { return std::lround(std::min(share, 1.0F) * 8); };
    for (size_t c = 0; c < lane.columns.size();) {
        size_t end = c + 1;
        const auto alike = [&](size_t other) { return std::all_of(kDrawn.begin(), kDrawn.end(), [&](ThreadView v) { return eighths(lane.columns[c][static_cast<size_t>(v)]) == eighths(lane.columns[other][static_cast<size_t>(v)]); }); };
        while (end < lane.columns.size() && alike(end)) ++end;
        double bottom = y + kLaneHeight;
        for (const ThreadView view : kDrawn) {
            const long share = eighths(lane.columns[c][static_cast<size_t>(view)]);
            if (share == 0) continue;
            const bool rests = view == ThreadView::waiting;
            const double height = rests ? 3 : std::min(kLaneHeight * static_cast<double>(share) / 8, bottom - y);
            if (rests && bottom < y + kLaneHeight) continue;         // what else it does is more to see
            paths[static_cast<size_t>(view)] += rect_path(kLeft + width * static_cast<double>(c), rests ? y + kLaneHeight / 2 - 1.5 : bottom - height, width * static_cast<double>(end - c), height);
            if (!rests) bottom -= height;
        }
        c = end;
    }
    return "<g class=\"fold\">" + paths_of(paths) + "</g>";
}

}  // namespace

std::string draw_patterns() {
    return R"svg(<svg width="0" height="0" class="defs" aria-hidden="true"><defs>
<pattern id="p-ready" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="ready-0"/><rect width="3" height="6" class="ready-1"/></pattern>
<pattern id="p-blocked" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" class="blocked-0"/><path d="M0 0L5 5M5 0L0 5" class="blocked-1"/></pattern>
<pattern id="p-suspended" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="4" class="suspended-0"/><rect width="1.5" height="4" class="suspended-1"/></pattern>
<pattern id="p-over" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="2" height="6" class="over-1"/></pattern>
<pattern id="p-untold" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" class="untold-0"/><circle cx="2.5" cy="2.5" r="1" class="untold-1"/></pattern>
</defs></svg>
)svg";
}

std::string draw_legend() {
    std::string out = open_svg(26, "legend of the lanes");
    double x = 4;
    const auto entry = [&](const char* name, const char* text, double top, double height) {
        out += "<path class=\"" + std::string(name) + "\" d=\"" + rect_path(x, 5 + top, 28, height) + "\"/>\n" + text_at(x + 34, 18, text, "key");
        x += 48 + 6.6 * static_cast<double>(std::char_traits<char>::length(text));
    };
    entry("running", "runs a packet (its number)", 0, 16);
    entry("ready", "ready, no processor", 0, 16);
    entry("blocked", "blocked elsewhere", 0, 16);
    entry("waiting", "waits at its port", 6.5, 3);
    entry("suspended", "suspended", 0, 16);
    entry("mark", "first divergence", 7, 1.5);
    return out + "</svg>\n";
}

std::string draw_lanes(const TraceHeader& header, const Picture& picture, const PictureOptions& options, int64_t mark_ns, const std::string& title) {
    const double bottom = 4 + kLaneStep * static_cast<double>(std::max<size_t>(picture.lanes.size(), 1));
    const Scale scale{options.from_ns, options.to_ns};
    std::string out = open_svg(bottom + 22, title) + time_axis(scale, 0, bottom);
    double y = 4;
    for (const Lane& lane : picture.lanes) {
        out += text_at(kLeft - 8, y + kLaneHeight - 4, thread_label(header, lane.thread), "lane");
        out += lane.columns.empty() ? draw_boxes(lane, scale, y) : draw_columns(lane, y);
        y += kLaneStep;
    }
    if (mark_ns >= options.from_ns && mark_ns <= options.to_ns) out += line(scale.x(mark_ns), 0, scale.x(mark_ns), bottom, "mark");
    return out + "</svg>\n";
}

std::vector<int64_t> ticks(int64_t from_ns, int64_t to_ns, size_t count) {
    const double span = static_cast<double>(std::max<int64_t>(to_ns - from_ns, 1)) / static_cast<double>(std::max<size_t>(count, 1));
    double step = std::pow(10, std::floor(std::log10(span)));
    step *= span / step > 5 ? 10 : span / step > 2 ? 5 : span / step > 1 ? 2 : 1;
    const int64_t whole = std::max<int64_t>(std::llround(step), 1);
    std::vector<int64_t> out;
    for (int64_t at = (from_ns + whole - 1) / whole * whole; at <= to_ns && out.size() <= 2 * count + 2; at += whole) out.push_back(at);
    return out;
}

std::string tick_text(int64_t ns, int64_t step_ns) {
    if (ns == 0) return "0";
    const int64_t size = ns < 0 ? -ns : ns;
    const char* unit = size >= 1'000'000'000 ? " s" : size >= 1'000'000 ? " ms" : size >= 1'000 ? " us" : " ns";
    const int64_t of = size >= 1'000'000'000 ? 1'000'000'000 : size >= 1'000'000 ? 1'000'000 : size >= 1'000 ? 1'000 : 1;
    int digits = 0;
    for (int64_t fine = of; fine > 1 && (step_ns % fine != 0 || ns % fine != 0) && digits < 9; fine /= 10) ++digits;
    return formatted(("%." + std::to_string(digits) + "f").c_str(), static_cast<double>(ns) / static_cast<double>(of)) + unit;
}

}  // namespace sim
