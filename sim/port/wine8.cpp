#include "sim/port/wine8.h"

#include "sim/port/unlimited.h"

namespace sim {

constexpr PolicyDefinition kWine8{
    .row = {.name = "wine8",
            .release = ReleaseOrder::oldest,
            .limit = AdmissionLimit::none,
            .feedback = BlockingFeedback::none,
            .delivery = Delivery::up_to_n,
            .wake = WakeStyle::wake_and_look,
            .evidence = "[M]",
            .about = "Wine 8.0: oldest waiter first, no limit, a woken thread must find the packet itself"},
    .operations = &kUnlimited,
    .has_handle = true};

}  // namespace sim
