#include "sim/port/io_uring.h"

#include "sim/port/unlimited.h"

namespace sim {

constexpr PolicyDefinition kIoUring{
    .row = {.name = "io_uring",
            .release = ReleaseOrder::all,
            .limit = AdmissionLimit::none,
            .feedback = BlockingFeedback::none,
            .delivery = Delivery::min_to_max,
            .wake = WakeStyle::wake_and_look,
            .evidence = "[S]",
            .about = "io_uring completion queue: every waiter is woken and checks its own minimum, no limit"},
    .operations = &kUnlimited};

}  // namespace sim
