#include "sim/calibrate/handler_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace sim {
namespace {

constexpr size_t kPartsMost = 8;          // waits that stand one by one; those of later ones are added up
constexpr size_t kFewest = 5;             // handlings that a part of its own needs

std::string share_text(double share) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.4f", share);
    return text.data();
}

// At most kDurationMax, as each of the two is.
int64_t sum_of(int64_t a, int64_t b) { return b > kDurationMax.ns - a ? kDurationMax.ns : a + b; }

struct Writer {
    const Costs& costs;
    const std::function<std::string(uint16_t)>& port_name;
    std::string of;                       ///< "key 1"
    HandlerText out{};

    // One that was over before the time that was asked for ended for another reason.
    int64_t block_ns(const ObservedBlock& block) const {
        const bool over_time = block.asked_ns > 0 && block.took_ns >= block.asked_ns;
        return over_time ? std::max<int64_t>(sum_of(block.asked_ns, costs.late_ns), 1) : std::max<int64_t>(block.took_ns - costs.wake_ns, 0);
    }
    std::string indent(size_t part) const { return std::string(2 + 2 * part, ' '); }
    void starts(const std::vector<const Handling*>& those, size_t part, bool last);
    void compute(const std::vector<const Handling*>& those, size_t part, bool last);
    void parts(const std::vector<const Handling*>& those, size_t part);
};

// So many for each handling: whole ones for sure, one more with a chance.
void Writer::starts(const std::vector<const Handling*>& those, size_t part, bool last) {
    std::map<ObservedStart, uint64_t> counts;
    for (const Handling* h : those)
        for (ObservedStart s : h->starts) {
            if (last ? s.part < part : s.part != part) continue;
            s.part = 0;
            ++counts[s];
        }
    for (const auto& [start, count] : counts) {
        const std::string step = start.device != UINT16_MAX ? "start_io = \"" + device_name(start.device) + "\"" : "post = \"" + port_name(start.port) + "\", key = " + std::to_string(start.key);
        const double each = static_cast<double>(count) / static_cast<double>(those.size());
        for (int i = 0; i + 1 <= each; ++i) out.toml += indent(part) + "{ " + step + " },\n";
        const double more = each - static_cast<int64_t>(each);
        if (more > 5e-5) out.toml += indent(part) + "{ " + step + ", chance = " + share_text(more) + " },\n";
    }
}

void Writer::compute(const std::vector<const Handling*>& those, size_t part, bool last) {
    std::vector<int64_t> values;
    for (const Handling* h : those) {
        int64_t sum = h->computes[part];
        if (last)
            for (size_t i = part + 1; i < h->computes.size(); ++i) sum = sum_of(sum, h->computes[i]);
        values.push_back(sum);
    }
    const Fit fitted = fit(std::move(values));
    out.values.push_back({"compute " + std::to_string(part + 1) + " of " + of, fitted});
    out.toml += indent(part) + "{ compute = " + distribution_toml(fitted.distribution) + " },\n";
    starts(those, part, last);
}

void Writer::parts(const std::vector<const Handling*>& those, size_t part) {
    std::vector<const Handling*> further;
    for (const Handling* h : those)
        if (h->blocks.size() > part) further.push_back(h);
    const bool last = further.size() < kFewest || part + 1 >= kPartsMost;
    compute(those, part, last && further.size() < kFewest);
    if (further.empty()) return;
    if (further.size() < kFewest) {
        out.notes.push_back(of + ": " + std::to_string(further.size()) + " of " + std::to_string(those.size()) + " handlings waited once more; so few are left out");
        return;
    }
    std::vector<int64_t> waits;
    for (const Handling* h : further) {
        int64_t sum = block_ns(h->blocks[part]);
        if (last)
            for (size_t i = part + 1; i < h->blocks.size(); ++i) sum = sum_of(sum, block_ns(h->blocks[i]));
        waits.push_back(sum);
    }
    const Fit fitted = fit(std::move(waits));
    out.values.push_back({"block " + std::to_string(part + 1) + " of " + of, fitted});
    const bool always = further.size() == those.size();
    const std::string block = "{ block = " + distribution_toml(fitted.distribution) + " },\n";
    out.toml += indent(part) + (always ? "" : "{ chance = " + share_text(static_cast<double>(further.size()) / static_cast<double>(those.size())) + ", steps = [\n" + indent(part + 1)) + block;
    if (last) {
        out.notes.push_back(of + ": waits after the " + std::to_string(part + 1) + "th of a handling are added to it");
        compute(further, part + 1, true);
    } else {
        parts(further, part + 1);
    }
    if (!always) out.toml += indent(part) + "] },\n";
}

}  // namespace

std::string device_name(uint16_t device) { return "device_" + std::to_string(device); }

HandlerText handlers_text(const Observation& seen, uint16_t port, const Costs& costs, const std::function<std::string(uint16_t)>& port_name) {
    std::map<uint64_t, std::vector<const Handling*>> by_key;
    for (const Handling& h : seen.handlings)
        if (h.port == port) by_key[h.key].push_back(&h);
    HandlerText out;
    for (const auto& [key, those] : by_key) {
        Writer writer{.costs = costs, .port_name = port_name, .of = "key " + std::to_string(key)};
        writer.parts(those, 0);
        out.toml += (by_key.size() == 1 ? "on_packet" : "on_packet_" + std::to_string(key)) + " = [                  # " + std::to_string(those.size()) + " handlings\n" + writer.out.toml + "]\n";
        out.values.insert(out.values.end(), writer.out.values.begin(), writer.out.values.end());
        out.notes.insert(out.notes.end(), writer.out.notes.begin(), writer.out.notes.end());
    }
    return out;
}

}  // namespace sim
