#include "sim/calibrate/calibrate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "sim/calibrate/handler_text.h"
#include "sim/identify/identify.h"
#include "sim/scenario/load.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

int64_t quantile(std::vector<int64_t> values, double q) {
    if (values.empty()) return 0;
    const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<size_t>(at)];
}

std::string ns_text(int64_t ns) { return '"' + duration_text({std::max<int64_t>(ns, 0)}) + '"'; }

// A name that a scenario takes, and that no other has.
std::string plain_name(const std::string& from, const std::string& fallback) {
    std::string out;
    for (const char c : from.substr(0, 60)) out += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ? c : '_';
    return out.empty() ? fallback : out;
}

Error stopped() { return {.file = {}, .what = "it was stopped", .hint = {}}; }

struct Policy { std::string name = "nt"; uint32_t limit = 0; };

class Calibrator {
public:
    Calibrator(const Trace& trace, const CalibrateOptions& options) : trace_(trace), options_(options) {}
    Result<Calibration> run();

private:
    const Trace& trace_;
    CalibrateOptions options_;
    Observation seen_;
    Calibration out_;
    Costs costs_;
    Fit wake_, notice_;
    Policy policy_;
    bool endless_ = false;                // a closed loop or a timeout: the scenario needs an end
    bool other_ = false;                  // so does other work; there is room for a slower setting
    std::string tables_;

    std::string port_name(uint16_t port) const;
    std::vector<uint16_t> ports() const, written_ports() const;
    void tell_policy();
    void tell_costs();
    void write_ports();
    void write_devices();
    void write_workers();
    void write_stream(uint16_t port, uint64_t key, const std::vector<Arrival>& arrivals, const std::string& name);
    void write_sources();
    std::string open_arrivals(const std::vector<Arrival>& arrivals, const Fit& gaps);
    std::string background();
    std::string quantum();
    std::string head();
};

// Its own, but for characters that a scenario doesn't take; with its number where another port would be called so.
std::string Calibrator::port_name(uint16_t port) const {
    const auto name_of = [this](uint16_t p) { return plain_name(p < trace_.header.ports.size() ? trace_.header.ports[p].name : "", "port"); };
    const std::string name = name_of(port);
    const std::vector<uint16_t> all = written_ports();
    const bool alone = std::none_of(all.begin(), all.end(), [&](uint16_t other) { return other != port && name_of(other) == name; });
    return alone ? name : name + "_number_" + std::to_string(port);
}

// Those that somebody serves.
std::vector<uint16_t> Calibrator::ports() const {
    std::vector<uint16_t> out;
    for (const auto& [worker, count] : seen_.workers)
        if (std::find(out.begin(), out.end(), worker.port) == out.end()) out.push_back(worker.port);
    return out;
}

// Those of the scenario.
std::vector<uint16_t> Calibrator::written_ports() const {
    std::vector<uint16_t> out = ports();
    if (!options_.same_ports || out.empty()) return out;
    for (uint16_t port = 0, last = out.back(); port < last; ++port)
        if (std::find(out.begin(), out.end(), port) == out.end()) out.insert(std::upper_bound(out.begin(), out.end(), port), port);
    return out;
}

void Calibrator::tell_policy() {
    const Identification identity = identify(trace_, options_.stop);
    const auto is_candidate = [&](const std::string& name) { return std::find(identity.candidates.begin(), identity.candidates.end(), name) != identity.candidates.end(); };
    if (identity.verdict == "undecided") {
        policy_.name = is_candidate("nt") || identity.candidates.empty() ? "nt" : identity.candidates.front();
        out_.notes.push_back("the records don't settle the policy; of those that explain them, " + policy_.name + " is taken (portside identify tells more)");
    } else if (identity.verdict == "none") {
        out_.notes.push_back("no policy explains all of the records (portside identify); nt is taken");
    } else {
        policy_.name = identity.verdict;
    }
    for (const PolicyAnswer& answer : identity.policies)
        if (answer.policy == policy_.name) policy_.limit = answer.limit;
}

// A wake as it was where a processor was free: what it takes beyond that, on a busy machine, the simulation brings about by itself.
// Where none ever was, at its usual best.
void Calibrator::tell_costs() {
    constexpr double kBest = 0.25;
    constexpr size_t kFewest = 5;
    if (seen_.wakes.size() >= kFewest || seen_.busy_wakes.empty()) wake_ = fit(seen_.wakes);
    else wake_.distribution.a = {quantile(seen_.busy_wakes, kBest)};
    costs_.wake_ns = seen_.wakes.empty() ? wake_.distribution.a.ns : quantile(seen_.wakes, 0.5);
    costs_.switch_ns = quantile(seen_.switches, 0.5);
    costs_.get_ns = quantile(seen_.gets, 0.5);
    std::vector<int64_t> late;            // of waits for a time: how much longer they took than was asked, without the wake
    for (const Handling& h : seen_.handlings)
        for (const ObservedBlock& b : h.blocks)
            if (b.asked_ns > 0 && b.took_ns >= b.asked_ns) late.push_back(b.took_ns - b.asked_ns - costs_.wake_ns);
    costs_.late_ns = quantile(late, 0.5);
    notice_ = fit(seen_.notices);
    if (notice_.count < kFewest || notice_.mean_ns <= 0) notice_ = {};
    out_.values.push_back({"wake_latency", fit(seen_.wakes)});
    if (notice_.count > 0) out_.values.push_back({"block_notice", notice_});
    out_.values.push_back({"context_switch", fit(seen_.switches)});
    out_.values.push_back({"get_cost", fit(seen_.gets)});
}

void Calibrator::write_ports() {
    for (const uint16_t port : written_ports()) {
        const uint32_t recorded = port < seen_.limits.size() ? seen_.limits[port] : 0;
        const uint32_t limit = recorded != 0 ? recorded : policy_.limit;
        if (recorded == 0 && limit != 0) out_.notes.push_back("port " + port_name(port) + ": no record tells its concurrency; " + std::to_string(limit) + " explains the records best");
        tables_ += "\n[[port]]\nname = \"" + port_name(port) + "\"\nconcurrency = " + std::to_string(limit) + "\npolicy = \"" + policy_.name + "\"\n";
    }
}

void Calibrator::write_devices() {
    for (const auto& [number, device] : seen_.devices) {
        if (device.latencies.empty()) continue;
        const Fit latency = fit(device.latencies);
        out_.values.push_back({"latency of " + device_name(number), latency});
        tables_ += "\n[[device]]                           # " + fit_text(latency) + ", waits for a channel among it\nname = \"" + device_name(number) + "\"\n";
        if (device.port != kNoPort) tables_ += "port = \"" + port_name(device.port) + "\"\nkey = " + std::to_string(device.key) + "\n";
        tables_ += "channels = 65536\nlatency = " + distribution_toml(latency.distribution) + "\n";
    }
}

void Calibrator::write_workers() {
    std::map<uint16_t, uint32_t> kinds;
    for (const auto& [worker, count] : seen_.workers) {
        const uint32_t kind = kinds[worker.port]++;
        const std::string base = worker.port == ports().front() ? "worker" : "worker_" + std::to_string(worker.port);
        tables_ += "\n[[worker]]\nname = \"" + base + (kind == 0 ? "" : "_" + std::to_string(kind + 1)) + "\"\nport = \"" + port_name(worker.port) + "\"\ncount = " + std::to_string(count) + "\n";
        if (worker.batch > 1) tables_ += "batch = " + std::to_string(worker.batch) + "\n";
        if (worker.timeout_ns != INT64_MAX) {
            tables_ += "timeout = " + ns_text(worker.timeout_ns) + "\n";
            endless_ = true;
        }
        const HandlerText handlers = handlers_text(seen_, worker.port, costs_, [this](uint16_t port) { return port_name(port); });
        tables_ += handlers.toml;
        if (kind > 0) continue;           // the others do the same
        out_.values.insert(out_.values.end(), handlers.values.begin(), handlers.values.end());
        out_.notes.insert(out_.notes.end(), handlers.notes.begin(), handlers.notes.end());
    }
}

std::string Calibrator::open_arrivals(const std::vector<Arrival>& arrivals, const Fit& gaps) {
    const Distribution::Kind kind = gaps.distribution.kind;
    const bool keep = arrivals.size() <= kMomentsKept && (options_.keep_moments || (kind != Distribution::Kind::exponential && kind != Distribution::Kind::fixed) || arrivals.size() < 10);
    if (!keep && kind == Distribution::Kind::fixed && gaps.distribution.a.ns > 0) return "{ every = " + ns_text(gaps.distribution.a.ns) + ", count = " + std::to_string(arrivals.size()) + " }";
    if (!keep) {
        if (kind != Distribution::Kind::exponential) out_.notes.push_back("more than " + std::to_string(kMomentsKept) + " packets of one stream, whose gaps fit no exponential: they are taken as a Poisson stream all the same");
        return "{ poisson = " + ns_text(std::max<int64_t>(static_cast<int64_t>(gaps.mean_ns), 1)) + ", count = " + std::to_string(arrivals.size()) + " }";
    }
    std::string moments = "{ at = [";
    for (size_t i = 0; i < arrivals.size(); ++i) moments += (i == 0 ? "" : ", ") + ns_text(arrivals[i].posted_ns);
    return moments + "] }";
}

void Calibrator::write_stream(uint16_t port, uint64_t key, const std::vector<Arrival>& arrivals, const std::string& name) {
    const LoopAnswer loop = tell_loop(arrivals, seen_.end_ns);
    const Fit fitted = loop.closed ? loop.think : fit(loop.gaps);
    const std::string stream = "packets of key " + std::to_string(key) + " at " + port_name(port);
    std::string line, sentence = stream + ": ";
    if (loop.closed) {
        endless_ = true;
        line = "{ closed = " + std::to_string(loop.clients) + ", think = " + distribution_toml(fitted.distribution) + " }";
        sentence += "a closed loop of " + std::to_string(loop.clients) + (loop.clients == 1 ? " client" : " clients");
        out_.values.push_back({"think time, " + stream, fitted});
    } else {
        line = open_arrivals(arrivals, fitted);
        sentence += loop.sure ? "an open loop" : "an open loop is taken; the records don't tell it from a closed one";
        out_.values.push_back({"gaps, " + stream, fitted});
    }
    sentence += " (" + std::to_string(arrivals.size()) + " packets; a closed loop is e^" + std::to_string(static_cast<int64_t>(std::clamp(std::round(loop.evidence), -1e6, 1e6))) + " times as likely)";
    out_.arrivals.push_back(sentence);
    tables_ += "\n[[source]]                           # " + sentence + "\nname = \"" + name + "\"\nport = \"" + port_name(port) + "\"\nkey = " + std::to_string(key) + "\narrivals = " + line + "\n";
}

void Calibrator::write_sources() {
    std::map<std::pair<uint16_t, uint64_t>, std::vector<Arrival>> streams;
    for (const Arrival& a : seen_.arrivals) streams[{a.port, a.key}].push_back(a);
    const std::vector<uint16_t> served = ports();
    for (const auto& [stream, arrivals] : streams) {
        if (std::find(served.begin(), served.end(), stream.first) == served.end()) continue;
        write_stream(stream.first, stream.second, arrivals, streams.size() == 1 ? "clients" : "clients_" + std::to_string(stream.first) + "_" + std::to_string(stream.second));
    }
}

// Other work that kept processors from the threads: some of them for a while, again and again, whatever the threads do.
std::string Calibrator::background() {
    constexpr double kLeast = 0.01;
    const ObservedOther& other = seen_.other;
    if (other.wanted_ns <= 0 || other.lengths.empty() || other.kept_ns < kLeast * other.wanted_ns) return {};
    const double share = std::min(other.kept_ns / other.wanted_ns, 0.95);
    const Fit lengths = fit(other.lengths);
    if (lengths.mean_ns <= 0) return {};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.4f", share);
    other_ = true;
    out_.values.push_back({"other work", lengths});
    out_.notes.push_back("other work had " + std::to_string(static_cast<int>(std::round(share * 100))) + " % of the processors that the threads wanted, for " + span_text(lengths.mean_ns) + " at a time; it is taken as it was");
    return std::string("background = { share = ") + text.data() + ", burst = " + distribution_toml(lengths.distribution) + ", priority = 9 }\n";
}

// Threads that share a processor: the slices of those that were not displaced early by one that woke.
std::string Calibrator::quantum() {
    constexpr size_t kFewest = 10;
    constexpr double kWhole = 0.75;
    if (seen_.slices.size() < kFewest) return {};
    out_.values.push_back({"slices of a shared processor", fit(seen_.slices)});
    return "quantum = " + ns_text(std::max<int64_t>(quantile(seen_.slices, kWhole), 1)) + "\n";
}

std::string Calibrator::head() {
    const std::string other = background();

    std::string out = "title = \"Calibrated from a recording\"\nabout = \"Arrivals, work, waits and costs as " + std::to_string(seen_.handlings.size()) +
                      " handled packets show them. Made by portside calibrate.\"\nseed = 1\n";
    constexpr double kRoom = 4;
    if (endless_ || other_) out += "until = " + ns_text(std::max<int64_t>(endless_ ? seen_.end_ns : rounded(kRoom * static_cast<double>(seen_.end_ns)).ns, 1)) + "\n";
    out += "\n[machine]\nprocessors = " + std::to_string(seen_.processors) + "\n" + quantum() + "wake_latency = " + distribution_toml(wake_.distribution) + "\n";
    if (notice_.count > 0) out += "block_notice = " + distribution_toml(notice_.distribution) + "\n";
    return out + "context_switch = " + ns_text(costs_.switch_ns) + "\nget_cost = " + ns_text(costs_.get_ns) + "\n" + other;
}

Result<Calibration> Calibrator::run() {
    Result<Observation> seen = observe(trace_, options_.stop);
    if (options_.stop.asked()) return stopped();
    if (!seen) return seen.error();
    seen_ = std::move(seen.value());
    out_.lost = lost_records(trace_);
    out_.handlings = seen_.handlings.size();
    if (seen_.handlings.empty() || seen_.arrivals.empty()) return Error{.file = {}, .what = "no packet was posted, taken and handled in this recording", .hint = "calibrate needs the records of at least one"};
    if (!seen_.has_processors) out_.notes.push_back("no record tells when threads had a processor: work is the time between calls, waits for a processor included");
    if (out_.lost > 0) out_.notes.push_back(std::to_string(out_.lost) + " records are lost: what they would have told is missing");
    if (seen_.other_timeouts > 0) out_.notes.push_back(std::to_string(seen_.other_timeouts) + " gets had another timeout than their thread's longest, which is taken for all");
    if (seen_.lock_waits > 0) out_.notes.push_back(std::to_string(seen_.lock_waits) + " waits for a lock are taken as waits of that length; another setting would change them");
    if (seen_.device_waits > 0) out_.notes.push_back(std::to_string(seen_.device_waits) + " waits for a device are taken as waits of that length, its queue included");
    tell_policy();
    tell_costs();
    write_ports();
    write_devices();
    write_workers();
    if (options_.stop.asked()) return stopped();
    write_sources();
    out_.scenario = head() + tables_;
    const Result<Scenario> parsed = scenario_parse(out_.scenario, "calibrated");
    if (!parsed) return Error{.file = {}, .what = "what was recorded makes no scenario: " + parsed.error().text(), .hint = {}};
    return std::move(out_);
}

}  // namespace

Result<Calibration> calibrate(const Trace& trace, const CalibrateOptions& options) { return Calibrator(trace, options).run(); }

std::string calibration_text(const Calibration& calibration) {
    size_t width = 0;
    for (const CalibratedValue& v : calibration.values) width = std::max(width, v.what.size());
    std::string out;
    for (const CalibratedValue& v : calibration.values) out += v.what + std::string(width - v.what.size() + 2, ' ') + fit_text(v.fit) + '\n';
    for (const std::string& line : calibration.arrivals) out += line + '\n';
    for (const std::string& line : calibration.notes) out += "note: " + line + '\n';
    return out;
}

}  // namespace sim
