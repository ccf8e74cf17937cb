#include "sim/port/wine10.h"

#include "sim/port/unlimited.h"

namespace sim {

constexpr PolicyDefinition kWine10{
    .row = {.name = "wine10",
            .release = ReleaseOrder::newest,
            .limit = AdmissionLimit::none,
            .feedback = BlockingFeedback::none,
            .delivery = Delivery::up_to_n,
            .wake = WakeStyle::hand_over,
            .evidence = "[W]",
            .about = "newest Wine: newest waiter first, no limit, the packet is handed over"},
    .operations = &kUnlimitedThatAbandon,
    .runs_apcs = true,
    .has_handle = true};

}  // namespace sim
