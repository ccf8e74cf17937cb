#include "recorder/common/own_port.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "sim/scenario/load.h"

namespace recorder {
namespace {

constexpr const char* kScenario = R"([machine]
processors = 1
[[port]]
name = "port"
concurrency = 1
[[worker]]
name = "worker"
port = "port"
on_packet = [ { compute = "0ns" } ]
[[source]]
name = "nobody"
port = "port"
arrivals = { at = [ "0ns" ] }
)";

}  // namespace

std::unique_ptr<OwnPort> OwnPort::make(const BackendInfo& info, const Of& of, uint32_t processors, const std::string& file) {
    sim::Result<sim::Scenario> scenario = sim::scenario_parse(kScenario, "own port", {"worker.worker.count=" + std::to_string(of.threads), "port.port.policy=" + of.policy});
    SIM_CHECK(scenario.ok(), "the scenario of the recorder's own port");
    sim::TraceHeader header = sim::header_of(scenario.value());
    header.version = sim::kTraceVersion;
    Place place(file);                    // before the rings: a file without room for them goes as well
    sim::Result<RingFile> rings = RingFile::create(file, header, of.room, info.more_rings != nullptr ? info.more_rings(processors) : 0);
    if (!rings) return nullptr;
    return std::unique_ptr<OwnPort>(new OwnPort(info, of, std::move(scenario.value()), std::move(place), std::move(rings.value())));
}

OwnPort::OwnPort(const BackendInfo& info, const Of& of, sim::Scenario scenario, Place place, RingFile rings)
    : scenario_(std::move(scenario)), place_(std::move(place)), rings_(std::move(rings)), session_(scenario_, of.limit_processors, rings_, info.has_decisions), backend_(info.make(session_)) {}

OwnPort::Place::~Place() {
    std::error_code ignored;
    if (!file_.empty()) std::filesystem::remove(file_, ignored);
}

}  // namespace recorder
