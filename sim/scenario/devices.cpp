// [[device]]: what `read` and `start_io` ask for.
#include <algorithm>

#include "sim/model/limits.h"
#include "sim/scenario/check.h"

namespace sim {
namespace {

constexpr uint32_t kChannelsMax = 65'536;

// What recorders open for it; the model looks at none of this.
void read_real(Checker& check, const Value& table, DeviceParams& device) {
    const Words words{"pipe", "file", "socket"};
    get_flag(check, table, "writes", device.writes);
    const Value* real = table.find("real");
    const Value* said = real != nullptr ? real : table.find("writes");
    if (said != nullptr) {
        device.real_line = said->at.line;
        device.real_column = said->at.column;
    }
    if (real == nullptr) return;
    const auto word = std::find(words.begin(), words.end(), real->text);
    if (real->kind == Value::Kind::text && word != words.end()) {
        device.real = static_cast<RealObject>(1 + (word - words.begin()));
        return;
    }
    check.fail(real->at, "real is " + shown(*real) + ", expected what a recorder is to open: " + joined(words), real->kind == Value::Kind::text ? did_you_mean(real->text, words) : "");
}

}  // namespace

void read_devices(Checker& check, const Value& root, Scenario& scenario) {
    Words names;
    for (const Value* table : tables_named(check, root, "device")) {
        if (check.failed()) return;
        check_keys(check, *table, "in [[device]]", {{"name", "port", "key", "channels", "latency", "at_once", "fails_at_once", "fails", "error", "real", "writes"}, {}});
        DeviceParams device;
        device.name = read_name(check, *table, "[[device]]", names);
        names.push_back(device.name);
        if (const Value* port = table->find("port")) {
            device.port = read_port(check, *port, scenario.ports);
            check_there(check, port->at, device.port, scenario.ports, "[[device]]");
        }
        get_u64(check, *table, "key", device.key);
        get_u32(check, *table, "channels", device.channels, 1, kChannelsMax);
        read_outcomes(check, *table, device);
        read_real(check, *table, device);
        const Value* latency = table->find("latency");
        if (!latency) return check.fail(table->at, "[[device]] has no latency, expected for example latency = \"200us\"");
        device.latency = read_distribution(check, *latency, "latency");
        scenario.devices.push_back(std::move(device));
    }
    if (scenario.devices.size() > kDevicesMax)
        check.fail(root.find("device")->at, std::to_string(scenario.devices.size()) + " [[device]] tables, expected at most " + std::to_string(kDevicesMax));
}

DeviceId read_device(Checker& check, const Value& value, const std::vector<DeviceParams>& devices) {
    Words names;
    for (uint32_t i = 0; i < devices.size(); ++i) {
        if (value.kind == Value::Kind::text && devices[i].name == value.text) return {i};
        names.push_back(devices[i].name);
    }
    const std::string expected = names.empty() ? "; the file has none" : ", expected " + joined(names);
    if (value.kind != Value::Kind::text) check.fail(value.at, "the device is " + shown(value) + ", expected the name of a [[device]]" + (names.empty() ? "" : ": " + joined(names)));
    else check.fail(value.at, "no [[device]] is named " + in_quotes(value.text) + expected, names.empty() ? "add [[device]] with name = " + in_quotes(value.text) + " and a latency" : did_you_mean(value.text, names));
    return {};
}

}  // namespace sim
