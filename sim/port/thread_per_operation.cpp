#include "sim/port/thread_per_operation.h"

#include "sim/port/unlimited.h"

namespace sim {

constexpr PolicyDefinition kThreadPerOperation{
    .row = {.name = "thread_per_operation",
            .release = ReleaseOrder::oldest,
            .limit = AdmissionLimit::none,
            .feedback = BlockingFeedback::none,
            .delivery = Delivery::one,
            .wake = WakeStyle::hand_over,
            .evidence = "[I]",
            .about = "the contrast: every packet gets a thread of its own as long as one waits, no limit, no batches"},
    .operations = &kUnlimited};

}  // namespace sim
