// [[worker]]: threads that serve a port, and what they do with a packet.
#include <algorithm>

#include "sim/model/limits.h"
#include "sim/scenario/check.h"

namespace sim {
namespace {

constexpr std::string_view kOnPacket = "on_packet_";

// The K of on_packet_K.
uint64_t read_key(Checker& check, const Member& member) {
    const std::string_view digits = std::string_view(member.key).substr(kOnPacket.size());
    uint64_t key = 0;
    bool good = !digits.empty() && digits.size() <= 19 && (digits.size() == 1 || digits.front() != '0');
    for (const char c : digits) {
        if (c < '0' || c > '9') good = false;
        if (good) key = key * 10 + static_cast<uint64_t>(c - '0');      // 19 digits fit
    }
    if (good && key <= INT64_MAX) return key;
    check.fail(member.at, in_quotes(member.key) + " has no packet key after on_packet_, expected for example on_packet_2");
    return 0;
}

void read_handlers(Checker& check, const Value& table, Scenario& scenario, WorkerParams& worker) {
    for (const Member& member : table.members) {
        if (check.failed()) return;
        if (member.key == "on_packet") read_handler(check, member.value, member.key, scenario, worker.on_packet);
        if (member.key == "on_error") read_handler(check, member.value, member.key, scenario, worker.on_error.emplace());
        if (member.key == "on_timeout") read_handler(check, member.value, member.key, scenario, worker.on_timeout);
        if (member.key == "on_abandoned") read_handler(check, member.value, member.key, scenario, worker.on_abandoned);
        if (member.key == "on_apc") read_handler(check, member.value, member.key, scenario, worker.on_apc);
        if (std::string_view(member.key).substr(0, kOnPacket.size()) != kOnPacket) continue;
        Handler handler;
        const uint64_t key = read_key(check, member);
        read_handler(check, member.value, member.key, scenario, handler);
        worker.on_packet_of_key.emplace_back(key, std::move(handler));
    }
    std::sort(worker.on_packet_of_key.begin(), worker.on_packet_of_key.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
}

// A port, or with `pool` that of the process's default pool.
PortId read_served_port(Checker& check, const Value& table, const Scenario& scenario) {
    bool pool = false;
    get_flag(check, table, "pool", pool);
    const Value* named = table.find("port");
    if (pool && named != nullptr) check.fail(named->at, "a [[worker]] with both pool and port, expected one of them");
    if (pool) return scenario.pool;
    const PortId port = get_port(check, table, "[[worker]]", scenario.ports);
    if (named != nullptr) check_there(check, named->at, port, scenario.ports, "[[worker]]");
    return port;
}

}  // namespace

void read_workers(Checker& check, const Value& root, Scenario& scenario) {
    Words names;
    int64_t threads = 0;
    for (const Value* table : tables_named(check, root, "worker")) {
        if (check.failed()) return;
        check_keys(check, *table, "in [[worker]]", {{"name", "port", "pool", "count", "batch", "batch_min", "timeout", "alertable", "priority", "affinity", "on_packet", "on_error", "on_timeout", "on_abandoned", "on_apc"}, {}, kOnPacket});
        WorkerParams worker;
        worker.line = table->at.line;
        worker.column = table->at.column;
        worker.name = read_name(check, *table, "[[worker]]", names);
        names.push_back(worker.name);
        worker.port = read_served_port(check, *table, scenario);
        get_u32(check, *table, "count", worker.count, 1, kThreadsMax);
        get_u32(check, *table, "batch", worker.batch, 1, UINT32_MAX);
        get_duration(check, *table, "timeout", worker.timeout, true);
        read_placement(check, *table, scenario, worker.priority, worker.affinity);
        if (table->find("batch_min")) get_u32(check, *table, "batch_min", worker.batch_min, 1, UINT32_MAX);
        if (const Value* alertable = table->find("alertable")) worker.alertable = read_truth(check, *alertable, "alertable");
        const Value* special = table->find(worker.alertable ? "alertable" : "batch_min");
        if (special) worker.special_line = special->at.line, worker.special_column = special->at.column;
        read_handlers(check, *table, scenario, worker);
        if (!check.failed()) check_calls(check, scenario, worker, *table);
        threads += worker.count;
        if (threads > kThreadsMax) {
            const Value* count = table->find("count");
            check.fail(count ? count->at : table->at, std::to_string(threads) + " threads in all, expected at most " + std::to_string(kThreadsMax));
        }
        if (worker.timeout != kInfinite && !scenario.until)
            check.fail(table->find("timeout")->at, "worker " + in_quotes(worker.name) + " has a timeout and never stops asking, expected an end of the run",
                       "add until = \"100ms\" at the top");
        scenario.workers.push_back(std::move(worker));
    }
}

}  // namespace sim
