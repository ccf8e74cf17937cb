#include "sim/trace/raw_names.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

namespace sim {
namespace {

constexpr uint32_t kSourcesMax = 60'000;           // an identity has 16 bits for them
constexpr uint32_t kTogether = 65'535;              // channels of what a system call reaches: how many it has is not known
constexpr std::string_view kOther = "elsewhere";

struct Known { uint32_t status; uint16_t error; };
constexpr std::array kErrors{Known{0xC0000011, 38}, Known{0xC000000D, 87}, Known{0xC0000022, 5}, Known{0xC0000034, 2}, Known{0xC00000B5, 121}, Known{0xC0000120, 995}, Known{0xC0000128, 6},
                             Known{0xC000013B, 64}, Known{0xC000013C, 64}, Known{0xC000014B, 109}, Known{0xC000020C, 64}, Known{0xC000020D, 64}, Known{0xC0000236, 1225}, Known{0xC000023C, 1231},
                             Known{0xC000023D, 1232}, Known{0xC0000241, 1236}, Known{0xC00000B0, 233}, Known{0xC00000B1, 232}, Known{0xC0000008, 6}};

}  // namespace

std::string raw_hex(uint64_t number) {
    std::string out;
    do {
        out.insert(out.begin(), "0123456789abcdef"[number & 15]);
        number >>= 4;
    } while (number != 0);
    return out;
}

std::string_view raw_call_name(RawCall call) {
    switch (call) {
        case RawCall::read_file: return "NtReadFile";
        case RawCall::write_file: return "NtWriteFile";
        case RawCall::device_control: return "NtDeviceIoControlFile";
        case RawCall::fs_control: return "NtFsControlFile";
        case RawCall::notify_directory: return "NtNotifyChangeDirectoryFile";
        case RawCall::lock_file: return "NtLockFile";
        case RawCall::wait_packet: return "NtAssociateWaitCompletionPacket";
        case RawCall::wait_one: return "NtWaitForSingleObject";
        case RawCall::wait_many: return "NtWaitForMultipleObjects";
        case RawCall::delay: return "NtDelayExecution";
        case RawCall::wait_alert: return "NtWaitForAlertByThreadId";
        case RawCall::wait_keyed: return "NtWaitForKeyedEvent";
        case RawCall::signal_and_wait: return "NtSignalAndWaitForSingleObject";
        case RawCall::none: case RawCall::count: break;
    }
    return "a call";
}

uint64_t raw_error_of(uint32_t status) {
    const auto at = std::find_if(kErrors.begin(), kErrors.end(), [status](const Known& known) { return known.status == status; });
    return at != kErrors.end() ? at->error : status;
}

RawNames::RawNames(const std::vector<RawText>& notes) {
    for (const RawText& note : notes)
        if (note.kind == RawNoteKind::module_loaded) modules_.push_back({note.a, note.b, note.text});
}

// The last that was loaded there.
const RawNames::Module* RawNames::module_of(uint64_t address) const {
    for (auto module = modules_.rbegin(); module != modules_.rend(); ++module)
        if (address - module->base < module->bytes) return &*module;
    return nullptr;
}

uint32_t RawNames::source(uint64_t address, std::string_view what) {
    const auto seen = known_.find({address, what});
    if (seen != known_.end()) return seen->second;
    const Module* module = module_of(address);
    std::string name = address == 0 ? "the kernel" : module != nullptr ? module->name + "+0x" + raw_hex(address - module->base) : "0x" + raw_hex(address);
    if (!what.empty()) name += address == 0 ? ", " + std::string(what) : ' ' + std::string(what);
    if (sources_.size() >= kSourcesMax) name = kOther;
    const auto [at, is_new] = numbers_.try_emplace(name, static_cast<uint32_t>(sources_.size()));
    if (is_new) {
        sources_.push_back(name);
        counts_.push_back(0);
    }
    return known_[{address, what}] = at->second;
}

uint64_t RawNames::identity_of(uint32_t source) { return packet_identity(source, counts_[source]++); }

std::string RawNames::stem_of(uint64_t address) const {
    const Module* module = module_of(address);
    std::string stem = module == nullptr ? "port" : module->name.substr(0, module->name.rfind('.'));
    const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
    std::replace_if(stem.begin(), stem.end(), [&](char c) { return !is_plain(c); }, '_');
    return stem.empty() ? "port" : stem;
}

uint16_t RawNames::device(RawCall call, std::vector<TraceDevice>& devices) {
    const auto [at, is_new] = devices_.try_emplace(call, static_cast<uint16_t>(devices.size()));
    if (is_new) devices.push_back({.name = std::string(raw_call_name(call)), .channels = kTogether});
    return at->second;
}

namespace {

// Of all ports; those of a port's threads stay.
Status keep_port(Trace& trace, const std::string& name) {
    std::string there;
    uint16_t port = kNoPort;
    for (size_t p = 0; p < trace.header.ports.size(); ++p) {
        const std::string handle = "0x" + raw_hex(trace.header.program.ports[p].handle);
        if (trace.header.ports[p].name == name || handle == name) port = static_cast<uint16_t>(p);
        there += (there.empty() ? "" : ", ") + trace.header.ports[p].name + " (" + handle + ')';
    }
    if (port == kNoPort) return Error{.file = "--port " + name, .line = 0, .column = 0, .what = "the program has no such port", .hint = there.empty() ? "it has none at all" : "it has " + there};
    std::unordered_set<uint32_t> threads;
    for (const Record& record : trace.records)
        if (record.port == port && record.thread != kNoThread) threads.insert(record.thread);
    std::erase_if(trace.records, [&](const Record& record) { return record.port != port && (record.port != kNoPort || !threads.contains(record.thread)); });
    return Done{};
}

// What is going on at a moment: the calls that threads are in, the packets that are queued or in work.
struct UnderWay {
    std::unordered_map<uint32_t, size_t> gets, waits, runs;       // by thread: the record that began it; runs: it has a processor
    std::unordered_map<uint32_t, uint16_t> queued;                // by packet: its port
    std::unordered_map<uint32_t, uint32_t> taken;                 // by packet: its thread

    void apply(const Record& record, size_t at) {
        switch (record.kind) {
            case Kind::get_called: gets[record.thread] = at; break;
            case Kind::block_begin: waits[record.thread] = at; break;
            case Kind::block_end: waits.erase(record.thread); break;
            case Kind::on_processor: runs[record.thread] = at; break;
            case Kind::off_processor: runs.erase(record.thread); break;
            case Kind::thread_exit: gets.erase(record.thread); waits.erase(record.thread); break;
            case Kind::posted: queued[record.packet] = record.port; break;
            case Kind::get_returned:
                gets.erase(record.thread);
                if (queued.erase(record.packet) > 0) taken[record.packet] = record.thread;
                break;
            case Kind::completed: taken.erase(record.packet); break;
            case Kind::port_closed:
                if ((record.flags & kKeepsSlot) == 0) std::erase_if(queued, [&](const auto& one) { return one.second == record.port; });
                break;
            default: break;                            // changes none of these
        }
    }
    bool is_in(const Record& record, size_t at) const {
        const auto& calls = record.kind == Kind::get_called ? gets : record.kind == Kind::on_processor ? runs : waits;
        const auto call = calls.find(record.thread);
        return call != calls.end() && call->second == at;
    }
    // came_back: threads that have done with what they had.
    bool has(uint32_t packet, const std::unordered_set<uint32_t>& came_back) const {
        const auto by = taken.find(packet);
        return queued.contains(packet) || (by != taken.end() && !came_back.contains(by->second));
    }
};

// What a later record builds on stays, however old it is.
void keep_last(Trace& trace, int64_t last_ns) {
    if (trace.records.empty()) return;
    const int64_t from_ns = trace.records.back().time_ns - last_ns;
    std::unordered_set<uint32_t> used, came_back;
    UnderWay before;
    for (size_t i = 0; i < trace.records.size(); ++i) {
        const Record& record = trace.records[i];
        if (record.time_ns < from_ns) {
            before.apply(record, i);
            continue;
        }
        if (record.kind == Kind::get_returned) came_back.insert(record.thread);
        if (record.packet != kNoPacket && record.kind != Kind::get_called) used.insert(record.packet);
    }
    const auto stays = [&](const Record& record, size_t at) {
        if (record.time_ns >= from_ns) return true;
        switch (record.kind) {
            case Kind::port_opened: case Kind::port_closed: case Kind::thread_start: case Kind::thread_exit: case Kind::call: case Kind::call_detail: return true;
            case Kind::posted: case Kind::get_returned: case Kind::detail: return record.packet != kNoPacket && (used.contains(record.packet) || before.has(record.packet, came_back));
            case Kind::get_called: case Kind::block_begin: case Kind::on_processor: return before.is_in(record, at);
            default: return false;
        }
    };
    size_t kept = 0;
    for (size_t i = 0; i < trace.records.size(); ++i)
        if (stays(trace.records[i], i)) trace.records[kept++] = trace.records[i];
    trace.records.resize(kept);
}

}  // namespace

Status raw_keep_only(Trace& trace, const RawMergeOptions& options) {
    if (options.last_ns > 0) keep_last(trace, options.last_ns);
    return options.port.empty() ? Status(Done{}) : keep_port(trace, options.port);
}

}  // namespace sim
