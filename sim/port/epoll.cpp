#include "sim/port/epoll.h"

#include "sim/port/unlimited.h"

namespace sim {

constexpr PolicyDefinition kEpoll{
    .row = {.name = "epoll",
            .release = ReleaseOrder::newest,
            .limit = AdmissionLimit::none,
            .feedback = BlockingFeedback::none,
            .delivery = Delivery::up_to_n,
            .wake = WakeStyle::wake_and_look,
            .evidence = "[S]",
            .about = "Linux epoll: newest waiter first, one for each wake, no limit, a woken thread must find the event itself"},
    .operations = &kUnlimited};

}  // namespace sim
