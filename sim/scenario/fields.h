// Every value of a scenario that --set can reach, as the checks read them: for controls that show and change them.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/result.h"

namespace sim {

struct Field {
    enum class Kind : uint8_t {
        whole,     ///< a whole number
        duration,  ///< text with a unit
        share,     ///< a number without a unit: a chance, or sigma
        word,      ///< one of `words`
    };
    Kind kind = Kind::whole;
    std::string path{};                   ///< as for --set: "machine.get_cost", "worker.worker.on_packet.0.compute"
    std::string value{};                  ///< as for --set: "4", "1.5ms", "nt", "true"
    double low = 0, high = 0;             ///< whole, share: what is allowed, both included
    bool infinite = false;                ///< duration: may be "infinite"
    std::vector<std::string> words{};
    bool written = false;                 ///< the file says it; else it is the default

    bool operator==(const Field&) const = default;
};

/// In the order in which the checks read them: the top, machine, ports, devices, files, workers, threads, sources. Not among them:
/// names, titles, measured samples, more than 32 times of arrivals at given times, and what is absent and only some policies know.
Result<std::vector<Field>> scenario_fields(const std::string& text, const std::string& path, const std::vector<std::string>& sets = {});

}  // namespace sim
