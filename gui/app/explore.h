// A map of a figure over two values of the scenario: computed beside the window, coarse to fine, by the machinery of
// `portside sweep`; a cell of it can be taken.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gui/model/heatmap.h"
#include "sim/cli/axis.h"

namespace gui {

struct AppState;

/// What is computed: the scenario's text, and what each of two values takes.
struct ExploreRequest {
    std::string text, path;
    std::vector<std::string> sets;
    sim::Axis x, y;
    std::vector<std::string> metrics;
};

/// Computes all cells on threads of its own until it is destroyed.
class Explorer {
public:
    /// `changed` is called from the threads when there is more to see; null: nobody.
    Explorer(ExploreRequest request, void (*changed)());
    ~Explorer();
    Explorer(const Explorer&) = delete;
    Explorer& operator=(const Explorer&) = delete;

    const ExploreRequest& request() const { return request_; }
    MapGrid grid() const { return {request_.x.values.size(), request_.y.values.size()}; }
    size_t done() const { return done_; }
    bool whole() const { return done_ >= grid().cells(); }
    /// Which cells are computed.
    std::vector<bool> known() const;
    /// By cell, of the metric with this number; none: not known, or the run has no such figure or can't be made.
    std::vector<std::optional<double>> values(size_t metric) const;
    /// Of the first cell that could not be computed; "": there is none.
    std::string trouble() const;

private:
    struct Cell { bool known = false; std::vector<std::optional<double>> figures; };
    ExploreRequest request_;
    void (*changed_)();
    std::vector<uint32_t> order_;
    std::atomic<size_t> next_ = 0, done_ = 0;
    std::atomic<bool> stop_ = false;
    mutable std::mutex mutex_;            // of what follows
    std::vector<Cell> cells_;
    std::string trouble_;
    std::vector<std::thread> threads_;

    void work();
};

/// The map as the window keeps it.
struct Explore {
    bool shown = false;
    std::string x_text, y_text;           ///< the axes as typed: "port.port.concurrency=1..16"
    std::vector<std::string> metrics;     ///< paths in the summary, as for `sweep --metric`
    size_t metric = 0;
    std::string error;                    ///< of the axes
    std::string text;                     ///< of the scenario that the map was last checked against
    std::unique_ptr<Explorer> explorer;
};

/// "99 of 100 packets done within": the figure in words, with what its numbers count.
std::string metric_name(const std::string& metric);
/// More is better: packets a second and the like; of times less is.
bool metric_highest(const std::string& metric);
/// The cell of the map that the scenario stands at now, none: it is not on the map.
std::optional<uint32_t> explore_here(const AppState& state);

/// Shows the map, or hides it and ends its computing.
void app_explore(AppState& state);
/// What one axis (0: across, 1: down) takes, as for `sweep --axis`.
void app_explore_axis(AppState& state, size_t axis, const std::string& text);
void app_explore_figure(AppState& state);
/// Simulates a cell, or the best one that is known; Ctrl+Z takes it back.
void app_explore_take(AppState& state, size_t cell);
void app_explore_best(AppState& state);
/// Before each frame: begins anew where another value of the scenario was changed.
void app_explore_settle(AppState& state);

}  // namespace gui
