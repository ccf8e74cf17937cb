#include "gui/model/theory.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "gui/model/text.h"
#include "sim/model/policy.h"

namespace gui {
namespace {

using sim::Distribution;
using Kind = sim::SourceParams::Kind;

constexpr double kCostShareMax = 0.02;    // of a service: theory has no costs
constexpr uint32_t kClientsMax = 400;     // of a closed network whose distribution is summed up for each bin
constexpr size_t kValuesMax = 512;        // of a list of samples, likewise

Theory none(std::string why) { return {.model = {}, .why = std::move(why)}; }

double square(double value) { return value * value; }

/// Mean and variance in ns.
struct Moments { double mean = 0, variance = 0; };

Moments moments_of(const Distribution& d) {
    const double mean = sim::mean_ns(d), a = static_cast<double>(d.a.ns), b = static_cast<double>(d.b.ns);
    switch (d.kind) {
        case Distribution::Kind::fixed: return {mean, 0};
        case Distribution::Kind::uniform: return {mean, square(b - a) / 12};
        case Distribution::Kind::exponential: return {mean, mean * mean};
        case Distribution::Kind::lognormal: return {mean, mean * mean * std::expm1(d.sigma * d.sigma)};
        case Distribution::Kind::choice: case Distribution::Kind::samples: break;
    }
    double squares = 0;
    for (size_t i = 0; i < d.values.size(); ++i) squares += square(static_cast<double>(d.values[i].ns)) * (d.weights.empty() ? 1 / static_cast<double>(d.values.size()) : d.weights[i]);
    return {mean, std::max(squares - mean * mean, 0.0)};
}

// Share of draws up to `ns`.
double share_up_to(const Distribution& d, double ns) {
    const double a = static_cast<double>(d.a.ns), b = static_cast<double>(d.b.ns);
    switch (d.kind) {
        case Distribution::Kind::fixed: return ns >= a ? 1 : 0;
        case Distribution::Kind::uniform: return b > a ? std::clamp((ns - a) / (b - a), 0.0, 1.0) : ns >= a ? 1 : 0;
        case Distribution::Kind::exponential: return ns <= 0 ? 0 : -std::expm1(-ns / a);
        case Distribution::Kind::lognormal: return ns <= 0 ? 0 : 0.5 * std::erfc(-std::log(ns / a) / d.sigma / std::sqrt(2.0));
        case Distribution::Kind::choice: case Distribution::Kind::samples: break;
    }
    double share = 0;
    for (size_t i = 0; i < d.values.size(); ++i)
        if (static_cast<double>(d.values[i].ns) <= ns) share += d.weights.empty() ? 1 / static_cast<double>(d.values.size()) : d.weights[i];
    return share;
}

/// The handling of one packet, if nothing but its own steps takes time.
struct Handling {
    Moments time;
    const sim::Step* single = nullptr;    ///< it has no other step
    bool blocks = false;
    std::string other;                    ///< word of a step that waits for what others do; "": none
};

Handling handling_of(const std::vector<sim::Step>& steps, size_t from, size_t to) {
    Handling all;
    for (size_t i = from; i < to; ++i) {
        const sim::Step& step = steps[i];
        Moments time;
        if (step.kind == sim::Step::Kind::group) {
            const Handling inner = handling_of(steps, i + 1, i + 1 + step.size);
            time = inner.time, all.blocks |= inner.blocks;
            if (all.other.empty()) all.other = inner.other;
            i += step.size;
        } else if (step.kind == sim::Step::Kind::compute || step.kind == sim::Step::Kind::block) {
            time = moments_of(step.duration), all.blocks |= step.kind == sim::Step::Kind::block;
        } else if (all.other.empty()) {
            all.other = sim::step_word(step.kind);
        }
        all.time.mean += step.chance * time.mean;
        all.time.variance += step.chance * (time.variance + time.mean * time.mean) - square(step.chance * time.mean);
    }
    if (to == from + 1 && steps[from].chance >= 1) all.single = &steps[from];
    return all;
}

bool exponential(const Handling& handling) { return handling.single != nullptr && handling.single->duration.kind == Distribution::Kind::exponential; }

/// What stands at a port, as a queue.
struct Station {
    const sim::WorkerParams* worker = nullptr;
    std::vector<const sim::SourceParams*> sources;
    uint32_t threads = 0, servers = 0;    ///< servers: packets in service at once, at most
    std::string wrong;                    ///< why it is none; "": it is one
};

bool comes_from_within(const sim::Scenario& scenario, size_t port) {
    const auto posts = [port](const sim::Step& step) { return (step.kind == sim::Step::Kind::post || step.kind == sim::Step::Kind::kernel_apc) && step.port.value == port; };
    return sim::any_step(scenario, posts) || (std::ranges::any_of(scenario.devices, [port](const sim::DeviceParams& device) { return device.port.value == port; }) && sim::any_step(scenario, [](const sim::Step& step) { return step.kind == sim::Step::Kind::start_io; }));
}

// Threads that can want a processor at once, of all pools.
uint32_t threads_of(const sim::Scenario& scenario) { return sim::thread_count(scenario); }

Station station_of(const sim::Scenario& scenario, size_t port, const Mechanism& m) {
    Station s;
    for (const sim::WorkerParams& worker : scenario.workers)
        if (worker.port.value == port) s.wrong = s.worker == nullptr ? "" : "two pools serve this port", s.worker = &worker;
    for (const sim::SourceParams& source : scenario.sources)
        if (source.port.value == port) s.sources.push_back(&source);
    if (s.worker == nullptr) return s.wrong = "no pool serves this port", s;
    if (!s.wrong.empty()) return s;
    if (!scenario.programs.empty()) return s.wrong = "other threads take part", s;
    if (s.worker->batch > 1) return s.wrong = "a get brings several packets", s;
    const std::optional<sim::Policy> policy = sim::policy_from_name(m.policy);
    if (!policy) return s.wrong = "it is not known by which rules the port lets threads run", s;
    const sim::PolicyRow& row = sim::policy_row(*policy);
    if (row.limit == sim::AdmissionLimit::adaptive) return s.wrong = "the port changes its limit by itself", s;
    s.threads = s.worker->count;
    const bool limited = row.limit == sim::AdmissionLimit::fixed && m.limit < s.threads;
    const bool frees = row.feedback != sim::BlockingFeedback::none;
    s.servers = limited ? m.limit : s.threads;
    std::vector<const sim::Handler*> handlers{&s.worker->on_packet};
    for (const auto& [key, handler] : s.worker->on_packet_of_key) handlers.push_back(&handler);
    bool blocks = false;
    for (const sim::Handler* handler : handlers) {
        const Handling handling = handling_of(handler->steps, 0, handler->steps.size());
        if (!handling.other.empty()) return s.wrong = "a handler's step '" + handling.other + "' waits for others", s;
        blocks |= handling.blocks;
    }
    if (blocks && limited && frees) return s.wrong = "a block lets another thread run: slots are no servers", s;
    const uint32_t wanting = scenario.workers.size() > 1 ? threads_of(scenario) : s.servers;
    if (wanting > m.processors) s.wrong = std::to_string(wanting) + " threads may run at once on " + std::to_string(m.processors) + (m.processors == 1 ? " processor" : " processors");
    return s;
}

double costs_ns(const sim::Scenario& scenario) { return static_cast<double>(scenario.machine.get_cost.ns + scenario.machine.context_switch.ns) + sim::mean_ns(scenario.machine.wake_latency); }

std::string percent_text(double share) { return number_figure(std::round(share * 1000) / 10) + " %"; }

// The chance to wait in M/M/c with `load` = arrivals a service time: Erlang's C, from his B by its recursion.
double chance_to_wait(uint32_t servers, double load) {
    double blocked = 1;
    for (uint32_t n = 1; n <= servers; ++n) blocked = load * blocked / (n + load * blocked);
    const double busy = load / servers;
    return blocked / (1 - busy + busy * blocked);
}

// A chance to wait at all, and what is exponential then.
Theory exponential_wait(std::string model, std::string why, double chance, double rate) {
    return {.model = std::move(model), .why = std::move(why), .mean_ns = chance / rate, .up_to = [chance, rate](double ns) { return ns < 0 ? 0 : 1 - chance * std::exp(-rate * ns); }};
}

// M/M/c//N: an arrival finds what a network with one client less holds at any time.
Theory closed_wait(uint32_t servers, uint32_t clients, double think_ns, double service_ns) {
    std::vector<double> found(clients);
    double sum = 0, chance = 1, mean = 0;
    for (uint32_t n = 0; n < clients; ++n) {
        if (n > 0) chance *= (clients - n) * service_ns / think_ns / std::min(n, servers);
        sum += found[n] = chance;
    }
    for (uint32_t n = 0; n < clients; ++n) {
        found[n] /= sum;
        if (n >= servers) mean += found[n] * (n - servers + 1) * service_ns / servers;
    }
    Theory theory{.model = "M/M/" + std::to_string(servers) + "//" + std::to_string(clients), .why = std::to_string(clients) + " clients, exponential service", .mean_ns = mean};
    if (clients > kClientsMax) return theory;
    theory.up_to = [found, servers, service_ns](double ns) {
        const double x = std::max(ns, 0.0) * servers / service_ns;
        double share = 0, term = std::exp(-x), fewer = 0;   // fewer: chance of at most n - servers ends in that time
        for (uint32_t n = 0; n < found.size(); ++n) {
            if (n >= servers) fewer += term, term *= x / (n - servers + 1);
            share += found[n] * (n < servers ? 1 : 1 - fewer);
        }
        return share;
    };
    return theory;
}

// Regular arrivals and one server: the root of s = exp(-(1 - s) / load) below 1.
Theory regular_wait(double gap_ns, double service_ns) {
    const double load = service_ns / gap_ns;
    double chance = load;
    for (int i = 0; i < 10'000; ++i) chance = std::exp(-(1 - chance) / load);
    return exponential_wait("D/M/1", "regular arrivals, exponential service", chance, (1 - chance) / service_ns);
}

/// All packets of the port, by the rates of their sources.
struct Mix { double rate = 0; Moments time; bool exponential = true, fixed = true; };

Mix mix_of(const Station& s) {
    Mix mix;
    double squares = 0, first = -1;
    for (const sim::SourceParams* source : s.sources) mix.rate += 1 / static_cast<double>(source->gap.ns);
    for (const sim::SourceParams* source : s.sources) {
        const sim::Handler& handler = sim::handler_of(*s.worker, source->key);
        const Handling handling = handling_of(handler.steps, 0, handler.steps.size());
        const double share = 1 / static_cast<double>(source->gap.ns) / mix.rate;
        mix.time.mean += share * handling.time.mean;
        squares += share * (handling.time.variance + square(handling.time.mean));
        if (first < 0) first = handling.time.mean;
        const bool same = handling.time.mean == first;
        mix.exponential = mix.exponential && same && exponential(handling);
        mix.fixed = mix.fixed && same && handling.time.variance == 0;
    }
    mix.time.variance = squares - square(mix.time.mean);
    return mix;
}

Theory open_wait(const Station& s, const sim::Scenario& scenario) {
    const Mix mix = mix_of(s);
    const double load = mix.rate * mix.time.mean, busy = load / s.servers, costs = costs_ns(scenario);
    if (mix.time.mean <= 0) return none("handling takes no time");
    if (costs > kCostShareMax * mix.time.mean) return none("calls and wakes cost " + percent_text(costs / mix.time.mean) + " of a service");
    if (busy >= 1) return none("more comes than can be served: load " + number_figure(busy));
    const std::string left_out = costs > 0 ? ", without the costs of calls and wakes" : "", at_load = ", load " + number_figure(busy) + left_out, servers = std::to_string(s.servers);
    if (s.sources.front()->kind == Kind::every) {
        if (s.sources.size() > 1 || s.servers > 1 || !mix.exponential) return none("arrivals are regular, and a formula is known only for one source, one server and exponential service");
        Theory theory = regular_wait(1 / mix.rate, mix.time.mean);
        theory.why += at_load;
        return theory;
    }
    if (mix.exponential) {
        const double chance = chance_to_wait(s.servers, load);
        return exponential_wait("M/M/" + servers, "Poisson arrivals, exponential service" + at_load, chance, (s.servers - load) / mix.time.mean);
    }
    if (s.servers > 1) return none("M/G/" + servers + " has no exact formula");
    const double mean = mix.rate * (mix.time.variance + square(mix.time.mean)) / (2 * (1 - load));   // Pollaczek and Khinchine
    return {.model = mix.fixed ? "M/D/1" : "M/G/1", .why = (mix.fixed ? "Poisson arrivals, fixed service" : "Poisson arrivals") + at_load, .mean_ns = mean};
}

}  // namespace

std::optional<double> Theory::percentile(double percent) const {
    if (!up_to) return std::nullopt;
    const double share = percent / 100;
    if (up_to(0) >= share) return 0;
    double low = 0, high = std::max(mean_ns, 1.0);
    while (up_to(high) < share && high < 1e18) high *= 2;
    for (int i = 0; i < 60; ++i) (up_to((low + high) / 2) < share ? low : high) = (low + high) / 2;
    return high;
}

Theory theory_wait(const sim::Scenario& scenario, size_t port, const Mechanism& mechanism) {
    const Station s = station_of(scenario, port, mechanism);
    if (s.sources.empty() || comes_from_within(scenario, port)) return none("packets come from handlers or devices");
    if (!s.wrong.empty()) return none(s.wrong);
    for (const sim::SourceParams* source : s.sources) {
        if (source->kind == Kind::at) return none("packets come at given times");
        if (source->kind != s.sources.front()->kind) return none("sources of different kinds");
    }
    const sim::SourceParams& source = *s.sources.front();
    if (source.kind != Kind::closed) return open_wait(s, scenario);
    const sim::Handler& handler = sim::handler_of(*s.worker, source.key);
    const Handling handling = handling_of(handler.steps, 0, handler.steps.size());
    const double think_ns = sim::mean_ns(source.think);
    if (s.sources.size() > 1 || !exponential(handling) || think_ns <= 0) return none("clients wait for their answers, and a formula is known only for one source that thinks, and exponential service");
    if (const double share = costs_ns(scenario) / handling.time.mean; share > kCostShareMax) return none("calls and wakes cost " + percent_text(share) + " of a service");
    return closed_wait(s.servers, source.clients, think_ns, handling.time.mean);
}

Theory theory_service(const sim::Scenario& scenario, size_t port, const Mechanism& mechanism, std::optional<uint64_t> key) {
    const Station s = station_of(scenario, port, mechanism);
    if (!s.wrong.empty()) return none(s.wrong);
    if (!key && !s.worker->on_packet_of_key.empty()) return none("it differs by key");
    const sim::Handler& handler = key ? sim::handler_of(*s.worker, *key) : s.worker->on_packet;
    const Handling handling = handling_of(handler.steps, 0, handler.steps.size());
    Theory theory{.model = "scenario", .why = handling.single != nullptr ? "as the handler's step is drawn" : "the sum of the handler's steps as they are drawn", .mean_ns = handling.time.mean};
    if (handling.single != nullptr && handling.single->kind != sim::Step::Kind::group && handling.single->duration.values.size() <= kValuesMax)
        theory.up_to = [distribution = handling.single->duration](double ns) { return share_up_to(distribution, ns); };
    return theory;
}

}  // namespace gui
