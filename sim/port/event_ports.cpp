#include "sim/port/event_ports.h"

#include "sim/port/unlimited.h"

namespace sim {

constexpr PolicyDefinition kEventPorts{
    .row = {.name = "event_ports",
            .release = ReleaseOrder::by_request_size,
            .limit = AdmissionLimit::none,
            .feedback = BlockingFeedback::none,
            .delivery = Delivery::min_to_max,
            .wake = WakeStyle::wake_and_look,
            .evidence = "[S]",
            .about = "Solaris and illumos event ports: the smallest request first, the newest of equal ones, no limit"},
    .operations = &kUnlimited};

}  // namespace sim
