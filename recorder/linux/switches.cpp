#include "recorder/linux/switches.h"

#include <linux/perf_event.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace recorder {
namespace {

// Data pages of a ring: 64 hold 10,000 switches. What the kernel lets a user lock may be less.
constexpr size_t kPagesMost = 64, kPagesLeast = 4;

perf_event_attr what_to_tell() {
    perf_event_attr ask{};
    ask.size = sizeof ask;
    ask.type = PERF_TYPE_SOFTWARE;
    ask.config = PERF_COUNT_SW_DUMMY;
    ask.context_switch = 1;
    ask.inherit = 1;
    ask.exclude_kernel = 1;                  // nothing of the kernel's own is asked for
    ask.exclude_hv = 1;
    ask.use_clockid = 1;
    ask.clockid = CLOCK_MONOTONIC;           // the trace's clock
    ask.sample_id_all = 1;
    ask.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME;
    ask.watermark = 1;
    ask.wakeup_watermark = 1;                // whoever polls is woken by each
    return ask;
}

std::string paranoid_text() {
    std::string level;
    std::ifstream("/proc/sys/kernel/perf_event_paranoid") >> level;
    return level.empty() ? std::string{} : " (kernel.perf_event_paranoid is " + level + ')';
}

sim::Error refused(const char* call, int error) {
    const std::string what = std::string("the kernel does not tell this process of its context switches: ") + call + ": " + std::strerror(error) + paranoid_text();
    const bool missing = error == ENOSYS || error == EINVAL || error == EOPNOTSUPP || error == ENOENT;
    return {.file = {}, .line = 0, .column = 0, .what = what,
            .hint = missing ? "Linux 4.3 or newer with CONFIG_PERF_EVENTS does" : "sudo sysctl kernel.perf_event_paranoid=2 lets it, unless the sandbox that it runs in refuses"};
}

// What follows the head of a record: of a switch, of a loss.
struct SwitchBody { uint32_t pid, tid; uint64_t time_ns; };
struct LostBody { uint64_t id, lost; uint32_t pid, tid; uint64_t time_ns; };

}  // namespace

struct SwitchRings::Ring {
    perf_event_mmap_page* page = nullptr;
    size_t bytes = 0;                        // mapped

    // A record may begin at the end of the ring and go on at its beginning.
    void copy(uint64_t at, void* to, size_t count) const {
        const auto* data = reinterpret_cast<const unsigned char*>(page) + page->data_offset;
        const size_t from = at % page->data_size, first = std::min<size_t>(count, page->data_size - from);
        std::memcpy(to, data + from, first);
        std::memcpy(static_cast<unsigned char*>(to) + first, data, count - first);
    }
};

sim::Record record_of(const Switch& one, uint32_t thread, int64_t start_ns) {
    sim::Record record;
    record.kind = one.what == Switch::What::on ? sim::Kind::on_processor : sim::Kind::off_processor;
    record.thread = thread;
    record.time_ns = one.time_ns - start_ns;
    record.processor = one.processor;
    record.flags = one.what == Switch::What::preempted ? sim::kPreempted : 0;
    return record;
}

SwitchRings::SwitchRings() = default;

SwitchRings::~SwitchRings() {
    for (const Ring& ring : rings_) munmap(ring.page, ring.bytes);
    for (const int file : files_) close(file);
}

sim::Status SwitchRings::add(uint16_t processor) {
    perf_event_attr ask = what_to_tell();
    const long file = syscall(SYS_perf_event_open, &ask, 0, int{processor}, -1, PERF_FLAG_FD_CLOEXEC);
    if (file < 0) return refused("perf_event_open", errno);
    files_.push_back(static_cast<int>(file));
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    for (size_t pages = kPagesMost; pages >= kPagesLeast; pages /= 2) {
        const size_t bytes = (1 + pages) * page;
        void* mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, static_cast<int>(file), 0);
        if (mapped == MAP_FAILED) continue;
        rings_.push_back({static_cast<perf_event_mmap_page*>(mapped), bytes});
        processors_.push_back(processor);
        return sim::Done{};
    }
    return refused("mmap", errno);
}

sim::Result<std::unique_ptr<SwitchRings>> SwitchRings::open() {
    std::unique_ptr<SwitchRings> rings(new SwitchRings);
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    sched_getaffinity(0, sizeof allowed, &allowed);
    for (uint16_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!CPU_ISSET(cpu, &allowed)) continue;
        if (const sim::Status added = rings->add(cpu); !added) return added.error();
    }
    return rings;
}

// Of one thread all that came before until_ns is there: who runs again on one processor has left the other before. What another
// processor has not published yet comes with the next call, as does what came later.
void SwitchRings::read(int64_t until_ns, std::vector<Switch>& out) {
    const auto begin = static_cast<std::ptrdiff_t>(out.size());
    for (size_t ring = 0; ring < rings_.size(); ++ring) read_ring(ring, until_ns, out);
    std::stable_sort(out.begin() + begin, out.end(), [](const Switch& a, const Switch& b) { return a.time_ns < b.time_ns; });
}

void SwitchRings::read_ring(size_t number, int64_t until_ns, std::vector<Switch>& out) {
    const Ring& ring = rings_[number];
    const uint64_t head = std::atomic_ref(ring.page->data_head).load(std::memory_order_acquire);
    uint64_t at = ring.page->data_tail;
    while (at < head) {
        perf_event_header record;
        ring.copy(at, &record, sizeof record);
        if (record.size < sizeof record) break;                 // the kernel writes none such
        Switch one;
        one.processor = processors_[number];
        one.ring = static_cast<uint16_t>(number);
        if (record.type == PERF_RECORD_SWITCH && record.size >= sizeof record + sizeof(SwitchBody)) {
            SwitchBody body;
            ring.copy(at + sizeof record, &body, sizeof body);
            const bool out_of = (record.misc & PERF_RECORD_MISC_SWITCH_OUT) != 0;
            one.what = !out_of ? Switch::What::on : (record.misc & PERF_RECORD_MISC_SWITCH_OUT_PREEMPT) != 0 ? Switch::What::preempted : Switch::What::waits;
            one.tid = body.tid;
            one.time_ns = static_cast<int64_t>(body.time_ns);
        } else if (record.type == PERF_RECORD_LOST && record.size >= sizeof record + sizeof(LostBody)) {
            LostBody body;
            ring.copy(at + sizeof record, &body, sizeof body);
            one.what = Switch::What::lost;
            one.count = body.lost;
            one.time_ns = static_cast<int64_t>(body.time_ns);
        } else {
            at += record.size;
            continue;
        }
        if (one.time_ns > until_ns) break;
        out.push_back(one);
        at += record.size;
    }
    std::atomic_ref(ring.page->data_tail).store(at, std::memory_order_release);
}

std::string switches_refused() {
    const auto rings = SwitchRings::open();
    return rings ? std::string{} : rings.error().text();
}

}  // namespace recorder
