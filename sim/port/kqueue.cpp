#include "sim/port/kqueue.h"

#include "sim/port/unlimited.h"

namespace sim {

constexpr PolicyDefinition kKqueue{
    .row = {.name = "kqueue",
            .release = ReleaseOrder::all,
            .limit = AdmissionLimit::none,
            .feedback = BlockingFeedback::none,
            .delivery = Delivery::up_to_n,
            .wake = WakeStyle::wake_and_look,
            .evidence = "[S]",
            .about = "kqueue: every sleeper is woken, those that find nothing sleep again, no limit"},
    .operations = &kUnlimited};

}  // namespace sim
