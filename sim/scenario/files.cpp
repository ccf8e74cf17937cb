// [[file]]: handles of files on devices; the names that steps give to duplicates and operations; the process's default pool.
#include <algorithm>

#include "sim/model/limits.h"
#include "sim/scenario/check.h"

namespace sim {
namespace {

constexpr std::string_view kPoolName = "pool";

bool is_true(const Value* value) { return value != nullptr && value->kind == Value::Kind::boolean && value->boolean; }

// Every step of the file, wherever it stands: f(table).
template <class F>
void each_table(const Value& value, const F& f) {
    if (value.kind == Value::Kind::table) f(value);
    for (const Member& member : value.members) each_table(member.value, f);
    for (const Value& item : value.items) each_table(item, f);
}

bool has_file(const Scenario& scenario, std::string_view name) {
    return std::any_of(scenario.files.begin(), scenario.files.end(), [name](const FileParams& file) { return file.name == name; });
}

// A duplicate's name exists by being given, maybe before the step that gives the one it is made of.
void read_duplicates(Checker& check, const Value& root, Scenario& scenario) {
    for (size_t known = 0; known != scenario.files.size() && !check.failed();) {
        known = scenario.files.size();
        each_table(root, [&](const Value& step) {
            const Value* from = step.find("duplicate_file");
            const Value* as = step.find("as");
            if (from == nullptr || as == nullptr || from->kind != Value::Kind::text || as->kind != Value::Kind::text || !can_be_name(as->text)) return;   // the step's reader says so
            const auto source = std::find_if(scenario.files.begin(), scenario.files.end(), [from](const FileParams& file) { return file.name == from->text; });
            if (source == scenario.files.end()) return;
            const auto same = std::find_if(scenario.files.begin(), scenario.files.end(), [as](const FileParams& file) { return file.name == as->text; });
            if (same == scenario.files.end()) {
                FileParams copy;
                copy.name = as->text;
                copy.device = source->device;
                copy.duplicate = true;
                scenario.files.push_back(std::move(copy));
            } else if (!same->duplicate) {
                check.fail(as->at, "a [[file]] or [[device]] is named " + in_quotes(as->text) + ", expected a name of its own for the duplicate");
            } else if (same->device != source->device) {
                check.fail(as->at, "duplicates named " + in_quotes(as->text) + " are of files of two devices, expected a name for each");
            }
        });
    }
}

void read_operation_names(Checker& check, const Value& root, Scenario& scenario) {
    each_table(root, [&](const Value& step) {
        const Value* as = step.find("as");
        if (step.find("start_io") == nullptr || as == nullptr || as->kind != Value::Kind::text || !can_be_name(as->text)) return;
        if (std::find(scenario.operations.begin(), scenario.operations.end(), as->text) == scenario.operations.end()) scenario.operations.push_back(as->text);
        if (scenario.operations.size() > kOperationNamesMax) check.fail(as->at, "more than " + std::to_string(kOperationNamesMax) + " operations are named");
    });
}

void read_file(Checker& check, const Value& table, Scenario& scenario, FileParams& file) {
    const Value* device = table.find("device");
    if (device == nullptr) return check.fail(table.at, "[[file]] has no device, expected the name of a [[device]]");
    file.device = read_device(check, *device, scenario.devices);
    const Value* port = table.find("port");
    bool pool = false;
    get_flag(check, table, "pool", pool);
    if (port != nullptr) {
        file.port = read_port(check, *port, scenario.ports);
        check_there(check, port->at, file.port, scenario.ports, "[[file]]");
    }
    if (pool && port != nullptr) check.fail(port->at, "a [[file]] with both pool and port, expected one of them: a file is associated once");
    if (pool) file.port = scenario.pool;
    get_u64(check, table, "key", file.key);
    get_flag(check, table, "overlapped", file.overlapped);
    get_flag(check, table, "skip_on_success", file.skip_on_success);
    get_flag(check, table, "skip_set_event", file.skip_set_event);
    const char* refused = file.overlapped ? nullptr : file.port.valid() ? (pool ? "pool" : "port") : file.skip_on_success ? "skip_on_success" : nullptr;
    if (refused != nullptr)
        check.fail(table.find(refused)->at, std::string(refused) + " of a file that is not overlapped: Windows answers ERROR_INVALID_PARAMETER (87), expected overlapped = true",
                   "a step can try: { associate = " + in_quotes(file.name) + ", port = \"...\" }");
}

}  // namespace

void read_pool(Checker& check, const Value& root, Scenario& scenario) {
    bool used = false;
    for (const std::string_view list : {"worker", "file"})
        if (const Value* tables = root.find(list))
            used = used || std::any_of(tables->items.begin(), tables->items.end(), [](const Value& table) { return is_true(table.find("pool")); });
    if (!used) return;
    for (const Value* table : tables_named(check, root, "port"))
        if (const Value* name = table->find("name"); name != nullptr && name->kind == Value::Kind::text && name->text == kPoolName)
            return check.fail(name->at, "a [[port]] is named 'pool', which is the port of the process's default pool here, expected another name");
    PortParams pool;
    pool.name = kPoolName;                          // concurrency 0: as many as processors
    scenario.pool = {static_cast<uint32_t>(scenario.ports.size())};
    scenario.ports.push_back(std::move(pool));
}

void read_files(Checker& check, const Value& root, Scenario& scenario) {
    for (uint32_t d = 0; d < scenario.devices.size(); ++d) {
        FileParams own;
        own.name = scenario.devices[d].name;
        own.device = {d};
        own.port = scenario.devices[d].port;
        own.key = scenario.devices[d].key;
        scenario.files.push_back(std::move(own));
    }
    for (const Value* table : tables_named(check, root, "file")) {
        if (check.failed()) return;
        check_keys(check, *table, "in [[file]]", {{"name", "device", "port", "key", "overlapped", "skip_on_success", "skip_set_event", "pool"}, {}});
        FileParams file;
        file.name = read_name(check, *table, "[[file]]", {});
        if (has_file(scenario, file.name)) check.fail(table->find("name")->at, "a second [[file]] or a [[device]] is named " + in_quotes(file.name) + ", expected a name of its own");
        if (!check.failed()) read_file(check, *table, scenario, file);
        scenario.files.push_back(std::move(file));
        if (scenario.files.size() > kFilesMax) check.fail(table->at, "more than " + std::to_string(kFilesMax) + " files and devices");
    }
    if (!check.failed()) read_duplicates(check, root, scenario);
    if (!check.failed()) read_operation_names(check, root, scenario);
}

void read_outcomes(Checker& check, const Value& table, DeviceParams& device) {
    const Value* last = nullptr;
    const auto read = [&](std::string_view key, double& out) {
        const Value* value = table.find(key);
        if (value == nullptr) return;
        out = read_chance(check, *value, key);
        last = value;
    };
    read("at_once", device.at_once);
    read("fails_at_once", device.fails_at_once);
    read("fails", device.fails);
    const double all = device.at_once + device.fails_at_once + device.fails;
    if (last != nullptr && all > 1 + 1e-9) check.fail(last->at, "at_once, fails_at_once and fails add up to more than 1, expected chances of one draw");
    const Value* error = table.find("error");
    if (error == nullptr) return;
    if (error->kind == Value::Kind::text) {
        if (const auto code = error_from_name(error->text)) device.error = *code;
        else check.fail(error->at, "error is " + shown(*error) + ", expected a number from 1 to 65535 or a name such as \"ERROR_HANDLE_EOF\"");
        return;
    }
    device.error = static_cast<uint16_t>(read_whole(check, *error, "error", 1, UINT16_MAX));
}

FileId read_file_name(Checker& check, const Value& value, const Scenario& scenario) {
    Words names;
    for (uint32_t i = 0; i < scenario.files.size(); ++i) {
        if (value.kind == Value::Kind::text && scenario.files[i].name == value.text) return {i};
        names.push_back(scenario.files[i].name);
    }
    const std::string expected = names.empty() ? "; the file has none" : ", expected " + joined(names);
    if (value.kind != Value::Kind::text) check.fail(value.at, "the file is " + shown(value) + ", expected the name of a [[file]] or [[device]]" + (names.empty() ? "" : ": " + joined(names)));
    else check.fail(value.at, "no [[file]] or [[device]] is named " + in_quotes(value.text) + expected, names.empty() ? "add [[device]] with name = " + in_quotes(value.text) + " and a latency" : did_you_mean(value.text, names));
    return {};
}

}  // namespace sim
