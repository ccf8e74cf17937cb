#include "sim/port/aix.h"

#include "sim/port/unlimited.h"

namespace sim {

constexpr PolicyDefinition kAix{
    .row = {.name = "aix",
            .release = ReleaseOrder::oldest,
            .limit = AdmissionLimit::none,
            .feedback = BlockingFeedback::none,
            .delivery = Delivery::min_to_max,
            .wake = WakeStyle::wake_and_look,
            .evidence = "[I]",
            .about = "AIX: a Win32-shaped port; order not known, modelled as oldest first, without a limit"},
    .operations = &kUnlimited};

}  // namespace sim
