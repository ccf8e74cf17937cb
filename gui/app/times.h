// Waits and service times as the window shows them: of a port, a thread or a key, of every side, with what theory says of them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gui/model/theory.h"
#include "gui/model/times.h"

namespace gui {

struct AppState;

struct TimesView {
    enum class By : uint8_t { port, thread, key };
    bool shown = false;
    By by = By::port;                     ///< follows what is selected
    uint64_t key = 0;                     ///< of by key
};

/// Shows the panel, or hides it.
void app_times(AppState& state);
/// Of what: port, thread, key, and round again.
void app_times_by(AppState& state);
void app_times_choose(AppState& state, TimesView::By by);
/// The next port, thread or key.
void app_times_next(AppState& state);
/// A packet was selected: its key is shown.
void app_times_of_packet(AppState& state, size_t side, uint32_t packet);

/// What one side adds to a chart.
struct TimesOfSide {
    size_t side = 0;
    const sim::Histogram* times = nullptr;   ///< null: it handled no such packet
    std::vector<double> shares;           ///< by bin
    const Theory* theory = nullptr;       ///< never null
    std::vector<double> expected;         ///< by bin, as theory has them; empty: it has none, or there are too few packets
    bool holds() const { return theory->known() && times != nullptr && times->count() >= kTheoryPackets; }
};

/// The same quantity of all sides on one axis.
struct TimesChart {
    TimeAxis axis;
    bool any = false;                     ///< some side handled such a packet
    std::vector<TimesOfSide> sides;
    double most = 0;                      ///< the largest share
    std::vector<std::string> notes;       ///< what theory says of it, or why nothing
};

struct TimesCharts {
    std::string of;                       ///< "port", "worker.3", "key 2"
    TimesChart wait, service;
};
TimesCharts app_times_charts(const AppState& state, size_t bins_max);

/// A row of the table under a chart's head: of each side, and of each theory that holds.
struct TimesRow {
    std::string name, packets, mean, p50, p90, p99, max;
    bool theory = false;
};
std::vector<TimesRow> times_rows(const AppState& state, const TimesChart& chart);

}  // namespace gui
