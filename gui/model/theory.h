// What queueing theory says of the packets of a port, where its assumptions hold exactly; else why it says nothing. No ImGui.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sim/model/scenario.h"

namespace gui {

/// What a run tells of itself that its scenario leaves open.
struct Mechanism {
    std::string policy;                   ///< whose rules the port follows; "": none that is known
    uint32_t limit = 0;                   ///< in force at the port
    uint32_t processors = 1;
};

/// A distribution of times in ns, as far as there is an exact formula of it.
struct Theory {
    std::string model;                    ///< "M/M/4"; "": nothing is said
    std::string why;                      ///< what is assumed; without a model why nothing is said
    double mean_ns = 0;
    std::function<double(double)> up_to{};   ///< share of packets that need no longer than so many ns; empty: only the mean is known

    bool known() const { return !model.empty(); }
    /// Nearest time that `percent` of the packets do not exceed; none where only the mean is known.
    std::optional<double> percentile(double percent) const;
};

/// Packets that theory is held against at least: it speaks of long runs.
inline constexpr uint64_t kTheoryPackets = 500;

/// From the post of a packet to the return of the get that brings it.
Theory theory_wait(const sim::Scenario& scenario, size_t port, const Mechanism& mechanism);
/// From there to the end of its handling. key: of these packets only.
Theory theory_service(const sim::Scenario& scenario, size_t port, const Mechanism& mechanism, std::optional<uint64_t> key);

}  // namespace gui
