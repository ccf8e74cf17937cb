// What a scenario file says, checked and compiled: plain values, never changed by a run. Meaning: docs/design.md 3 and 3a.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/time.h"
#include "sim/model/affinity.h"
#include "sim/model/api.h"
#include "sim/model/distribution.h"
#include "sim/model/file.h"
#include "sim/model/policy.h"
#include "sim/model/port_options.h"
#include "sim/model/ready_queues.h"

namespace sim {

inline constexpr uint32_t kNoFileCall = UINT32_MAX;
inline constexpr uint32_t kNoOperation = UINT32_MAX;

/// One step of a handler. A group is followed by its `size` steps (nested groups included).
struct Step {
    enum class Kind : uint8_t {
        compute, block, lock, read, start_io, post, group,
        associate, bind, skip_on_success, skip_set_event, cancel_io, cancel_io_ex, cancel_synchronous_io, wait_io, close_file, duplicate_file,   // FileCall
        exit, create_port, close, suspend, resume, apc, kernel_apc, watch, page_in, serve,   ///< what a port can do beside packets (K10, K23-K35)
    };
    Kind kind = Kind::compute;
    double chance = 1;            ///< 0..1; at 1 nothing is drawn
    Distribution duration;        ///< compute, block, page_in; watch: its timeout; lock: how long it is held; read, start_io: the device's latency
    PortId port;                  ///< post, create_port, close, watch, serve; kernel_apc: where it posts, none: nowhere
    ThreadId thread;              ///< suspend, resume, apc, kernel_apc: whom
    LockId lock;                  ///< lock
    DeviceId device;              ///< read, start_io
    uint32_t call = kNoFileCall;  ///< calls on files, and a start_io that is more than an operation on a device's own handle: in Scenario::file_calls
    uint64_t key = 0;             ///< post, kernel_apc
    uint32_t size = 0;            ///< group: number of steps in `Handler::steps` after this one that belong to it
    int line = 0;                 ///< in the scenario file, for messages about this step
    int column = 0;
};

struct Handler {
    std::vector<Step> steps;
};

/// What a step asks of a file (docs/port-rules.md 2).
struct FileCall {
    ApiCall call = ApiCall::none;
    FileId file{};                        ///< a device's own handle, a [[file]], a duplicate
    FileId copy{};                        ///< duplicate_file
    uint32_t operation = kNoOperation;    ///< start_io `as`, cancel_io_ex, wait_io: in Scenario::operations; none: all, or unnamed
    ThreadId thread{};                    ///< cancel_synchronous_io
    EventUse event = EventUse::none;      ///< start_io
    uint32_t modes = 0;                   ///< skip_on_success, skip_set_event: what they set (sim/model/api.h)
    PortId port{};                        ///< associate
    uint64_t key = 0;                     ///< associate
    Duration timeout = kInfinite;         ///< wait_io
};

struct MachineParams {
    uint32_t processors = 4;
    Duration quantum{30'000'000};         ///< may be kInfinite
    Duration context_switch;
    Distribution wake_latency;            ///< from release, or the end of a wait, to ready
    std::optional<Distribution> block_notice;   ///< how late the port hears of a block; none: at once
    Duration get_cost;
    Duration post_cost;
};

struct PortParams {
    std::string name;
    uint32_t concurrency = 0;             ///< as written; 0 = number of processors
    Policy policy = Policy::nt;
    PortOptions options;                  ///< of nt
    bool created = true;                  ///< before time 0; false: by a create_port step
};

struct WorkerParams {
    std::string name;
    PortId port;
    uint32_t count = 1;
    uint32_t batch = 1;                   ///< more than 1: GetQueuedCompletionStatusEx
    uint32_t batch_min = 1;               ///< more than 1 only under policies that know a minimum
    bool alertable = false;               ///< its gets end for user APCs (K23); only under policies that run them
    Duration timeout = kInfinite;
    uint8_t priority = kUsualPriority;
    uint32_t affinity = 0;                ///< in Scenario::affinities
    Handler on_packet;
    std::vector<std::pair<uint64_t, Handler>> on_packet_of_key;   ///< on_packet_K, keys ascending
    std::optional<Handler> on_error;      ///< for packets of operations that failed, whatever their key
    int line = 0, column = 0;             ///< in the scenario file
    Handler on_timeout;                   ///< after a get that timed out; then it asks again
    Handler on_abandoned;                 ///< after its port was closed; then it exits, if no `serve` gave it another one
    Handler on_apc;                       ///< what each user APC runs
    int special_line = 0, special_column = 0;   ///< of alertable or batch_min in the scenario file, for messages
};

/// Serves first come, first served, `channels` operations at once; latency begins when a channel is free (3a.10).
struct DeviceParams {
    std::string name;
    PortId port;                          ///< of its handle: where the packets of start_io go; none: it has only reads
    uint64_t key = 0;                     ///< of those packets
    uint32_t channels = 1;
    Distribution latency;
    double at_once = 0;                   ///< chance that an operation succeeds in the call that starts it (F1)
    double fails_at_once = 0;             ///< chance that the call fails (F2)
    double fails = 0;                     ///< chance that it pends and then fails (F3)
    uint16_t error = kIoDevice;           ///< that of both failures
    RealObject real = RealObject::usual;  ///< for recorders
    bool writes = false;                  ///< for recorders: its operations are writes
    int real_line = 0, real_column = 0;   ///< of `real` or `writes` in the scenario file, for messages
    bool draws_outcome() const { return at_once > 0 || fails_at_once > 0 || fails > 0; }
};

/// What a name of a handle stands for: of each device its own handle, named as the device; then [[file]] tables; then duplicates.
struct FileParams {
    std::string name;
    DeviceId device;
    PortId port;                          ///< associated with before time 0; none: with no port
    uint64_t key = 0;
    bool overlapped = true;
    bool skip_on_success = false;
    bool skip_set_event = false;
    bool duplicate = false;               ///< closed until a step makes it
};

struct SourceParams {
    enum class Kind : uint8_t { at, every, poisson, closed };
    std::string name;
    uint64_t stream_key = 0;              ///< its packets' and clients' streams come from it (sim/base/prng.h); from seed and name
    uint64_t gap_key = 0;                 ///< its gaps' streams
    PortId port;
    uint64_t key = 0;
    Kind kind = Kind::at;
    std::vector<Instant> at;              ///< at: in file order, which need not be ascending in the file; sorted here (stable)
    Duration gap;                         ///< every: spacing; poisson: mean gap
    std::optional<uint64_t> count;        ///< every, poisson: packets in all; none = endless
    uint32_t clients = 0;                 ///< closed
    Distribution think;                   ///< closed
};

/// Threads that run a program of their own instead of serving a port ([[thread]]), or other work of the machine (background).
struct ProgramParams {
    std::string name;
    uint32_t count = 1;
    uint32_t first = 0;                   ///< in its threads' names: name.first, name.first+1, ...
    bool background = false;              ///< other work: behind all other programs, posts nothing
    uint8_t priority = kUsualPriority;
    uint32_t affinity = 0;                ///< in Scenario::affinities
    PortId serves;                        ///< associated by one get before time 0, so that they count there (K9, K29); none: of no port
    Handler steps;
    std::optional<uint64_t> repeat = 1;   ///< how often the steps are done; none = endless
    std::vector<uint64_t> stream_keys;    ///< by index: from seed and thread name
    int line = 0, column = 0;             ///< in the scenario file
};

struct Scenario {
    std::string name;                     ///< file name without ".toml"
    std::string path;
    std::string title;
    std::string about;
    uint32_t number = 0;                  ///< place in the teaching order; 0 = none given
    uint64_t seed = 1;
    std::optional<Instant> until;
    MachineParams machine;
    std::vector<Affinity> affinities{Affinity{}};   ///< each once; the first is every processor
    bool priorities_differ = false;       ///< a thread may preempt another one
    std::vector<PortParams> ports;
    std::vector<WorkerParams> workers;
    std::vector<ProgramParams> programs;
    std::vector<SourceParams> sources;
    std::vector<DeviceParams> devices;
    std::vector<FileParams> files;        ///< by FileId: as many as devices, then the others
    std::vector<std::string> operations;  ///< names of `as`
    std::vector<FileCall> file_calls;     ///< by Step::call
    PortId pool;                          ///< the default pool's port, where one is used
    std::vector<std::string> locks;       ///< names by LockId: a lock exists by being named in a step
    std::string text;                     ///< the file as read
    std::vector<std::string> sets;        ///< every --set PATH=VALUE, in order
};

/// Number of threads in all: those of [[worker]] tables, then those of [[thread]] tables.
uint32_t thread_count(const Scenario& scenario);
uint32_t worker_thread_count(const Scenario& scenario);
/// The worker table and index within it of a worker thread.
struct WorkerOf { uint32_t worker; uint32_t index; };
WorkerOf worker_of(const Scenario& scenario, ThreadId thread);
/// Threads of `background`: the last ones.
uint32_t background_thread_count(const Scenario& scenario);
/// "worker.3", "producer.0"
std::string thread_name(const Scenario& scenario, ThreadId thread);
std::string program_thread_name(const ProgramParams& program, uint32_t index);
/// "lock": the word that a step of this kind is written with.
std::string_view step_word(Step::Kind kind);
/// Whether traces have to name files: some are there, or a device's own handle is more than a place for answers.
bool names_files(const Scenario& scenario);
/// Whether one of all steps, of workers and of [[thread]] programs, is such.
bool any_step(const Scenario& scenario, const std::function<bool(const Step&)>& is_such);
/// Whether anything in it needs sim/model/verbs.h: a step or field for what a port can do beside packets.
bool uses_verbs(const Scenario& scenario);
/// Whether a worker posts packets, or starts operations, while it handles none: in on_timeout, on_abandoned or on_apc.
bool posts_aside(const Scenario& scenario);
/// Whether a step of this kind is one of those.
bool is_verb(Step::Kind kind);
/// The handler that serves packets of `key` on threads of `worker`.
inline const Handler& handler_of(const WorkerParams& worker, uint64_t key) {
    for (const auto& [own_key, handler] : worker.on_packet_of_key)
        if (own_key == key) return handler;
    return worker.on_packet;
}
/// The number in force: concurrency, or `processors` where it is 0 (S2).
uint32_t limit_in_force(const PortParams& port, uint32_t processors);

}  // namespace sim
