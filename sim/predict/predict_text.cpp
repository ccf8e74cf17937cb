#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "sim/predict/predict.h"
#include "sim/scenario/load.h"

namespace sim {
namespace {

std::string value_text(const std::string& metric, double value) {
    std::array<char, 64> text{};
    if (metric == "throughput_per_s") {
        std::snprintf(text.data(), text.size(), "%.1f /s", value);
        return text.data();
    }
    const bool ms = value >= 1e6;
    std::snprintf(text.data(), text.size(), "%.*f %s", ms ? 3 : 1, ms ? value / 1e6 : value / 1e3, ms ? "ms" : "us");
    return text.data();
}

std::string line(const char* format, const std::string& a, const std::string& b, const std::string& c, const std::string& d) {
    std::array<char, 256> text{};
    std::snprintf(text.data(), text.size(), format, a.c_str(), b.c_str(), c.c_str(), d.c_str());
    return text.data();
}

}  // namespace

std::string prediction_text(const Prediction& p) {
    std::string out;
    constexpr const char* kRow = "%-18s %14s %14s  %s\n";
    if (!p.fit.empty()) out += line(kRow, "recorded setting", "recorded", "simulated", "difference");
    for (const FitFigure& f : p.fit) {
        std::array<char, 64> off{};
        std::snprintf(off.data(), off.size(), "%+.1f %%%s", (f.simulated / std::max(f.recorded, 1e-9) - 1) * 100, f.holds ? "" : "  too much");
        out += line(kRow, f.metric, value_text(f.metric, f.recorded), value_text(f.metric, f.simulated), off.data());
    }
    if (p.accepted) {
        std::string change;
        for (const std::string& set : p.sets) change += (change.empty() ? "" : ", ") + set;
        out += "\nwith " + (change.empty() ? std::string("nothing changed") : change) + ", " + std::to_string(p.seeds) + " seeds\n";
        out += line(kRow, "", "predicted", "lowest", "highest");
        for (const PredictedFigure& f : p.figures) out += line(kRow, f.metric, value_text(f.metric, f.median), value_text(f.metric, f.low), value_text(f.metric, f.high));
    }
    for (const std::string& note : p.notes) out += "note: " + note + '\n';
    return out;
}

}  // namespace sim
