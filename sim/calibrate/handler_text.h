// What handlers did, as the steps of a scenario.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "sim/calibrate/calibrate.h"

namespace sim {

/// ns of the model's constants.
struct Costs {
    int64_t wake_ns = 0, switch_ns = 0, get_ns = 0;   ///< wake: its median
    int64_t late_ns = 0;                  ///< by which a wait for a time is longer than was asked, without the wake; less than 0: the wake from it takes so much less than others
};

struct HandlerText {
    std::string toml;                     ///< lines `on_packet = [...]`, or one `on_packet_K` for each key where there are several
    std::vector<CalibratedValue> values;
    std::vector<std::string> notes;
};

std::string device_name(uint16_t device);

/// Compute, then with the share of handlings that went on a wait and compute again, and so on; what was posted and started stands
/// behind the part in which it was.
HandlerText handlers_text(const Observation& seen, uint16_t port, const Costs& costs, const std::function<std::string(uint16_t)>& port_name);

}  // namespace sim
