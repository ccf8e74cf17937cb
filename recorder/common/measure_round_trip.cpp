#include "recorder/common/measure_round_trip.h"

#include <algorithm>
#include <thread>

#include "recorder/common/own_port.h"

namespace recorder {
namespace {

constexpr size_t kBatches = 21, kTrips = 25, kRuns = 3;
constexpr uint64_t kRoom = 16'384;           // records of all trips, and more

// ns of one, in the median batch; 0: it failed.
double median_trip_ns(Session& session, Backend& backend) {
    if (!backend.open() || !backend.before_workers()) return 0;
    std::vector<double> each;
    Got got;
    for (size_t batch = 0; batch <= kBatches; ++batch) {
        const int64_t begin_ns = monotonic_ns();
        for (size_t trip = 0; trip < kTrips; ++trip) {
            backend.post(0, {{{0}, session.packets.add({})}});
            backend.get(0, {0}, got);
            if (got.how != Got::How::packets) return 0;
        }
        if (batch > 0) each.push_back(static_cast<double>(monotonic_ns() - begin_ns) / static_cast<double>(kTrips));   // the first one warms up
    }
    std::nth_element(each.begin(), each.begin() + kBatches / 2, each.end());
    return each[kBatches / 2];
}

double measure(const BackendInfo& info, uint32_t processors, const std::string& file, bool recorded) {
    const std::unique_ptr<OwnPort> port = OwnPort::make(info, {.room = recorded ? kRoom : 0}, processors, file);
    if (port == nullptr) return 0;
    Session& session = port->session();
    if (recorded) session.clock.start();
    double ns = 0;
    std::thread([&] { ns = median_trip_ns(session, port->backend()); }).join();
    session.stopped_ns.store(monotonic_ns());
    session.stop.store(true);
    port->backend().stop();
    return ns;
}

}  // namespace

RoundTrip measure_round_trip(const BackendInfo& info, uint32_t processors, const std::string& file) {
    RoundTrip best;
    // The quickest of several: what disturbs a run makes it longer.
    const auto quicker = [](double& so_far, double ns) { so_far = so_far == 0 ? ns : std::min(so_far, ns); };
    for (size_t run = 0; run < kRuns; ++run) {
        quicker(best.ns, measure(info, processors, file, false));
        quicker(best.recorded_ns, measure(info, processors, file, true));
    }
    return best.ns > 0 && best.recorded_ns > 0 ? best : RoundTrip{};
}

}  // namespace recorder
