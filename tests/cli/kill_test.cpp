// A recorder that is killed at any moment: the file that it leaves opens, and holds every record that somebody else could already
// see. PORTSIDE_TEST_COUNT times, at moments drawn from PORTSIDE_TEST_SEED.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>

#include "sim/base/prng.h"
#include "sim/trace/file.h"
#include "sim/trace/ring_file.h"
#include "tests/cli/shell.h"
#include "tests/counts.h"

using namespace test;

namespace {

const std::string kBusy = R"(until = "250ms"
[machine]
processors = 2
[[port]]
name = "port"
concurrency = 2
[[worker]]
name = "worker"
port = "port"
count = 4
on_packet = [ { compute = "5us" }, { block = "50us", chance = 0.2 } ]
[[source]]
name = "clients"
port = "port"
arrivals = { closed = 8, think = "20us" }
)";

pid_t start_recording(const Folder& folder, const std::string& backend) {
    const pid_t child = fork();
    if (child != 0) return child;
    if (chdir(folder.path().c_str()) != 0) _exit(126);
    const int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execl(PORTSIDE_PROGRAM, PORTSIDE_PROGRAM, "record", "busy.toml", "--backend", backend.c_str(), "-o", "busy.ptrace", nullptr);
    _exit(127);
}

// The rings of a recording as a second process sees them while it goes on.
class Rings {
public:
    ~Rings() {
        if (data_ != nullptr) munmap(data_, bytes_);
    }
    Rings() = default;
    Rings(const Rings&) = delete;
    Rings& operator=(const Rings&) = delete;

    /// False: there is no such file yet, or its beginning is not written.
    bool open_file(const std::string& path) {
        const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) return false;
        struct stat about{};
        fstat(file, &about);
        if (data_ != nullptr) munmap(data_, bytes_);
        data_ = nullptr;
        bytes_ = static_cast<size_t>(about.st_size);
        void* data = bytes_ > sizeof(sim::RingFileHead) ? mmap(nullptr, bytes_, PROT_READ, MAP_SHARED, file, 0) : MAP_FAILED;
        close(file);
        if (data == MAP_FAILED) return false;
        data_ = static_cast<uint8_t*>(data);
        std::memcpy(&head_, data_, sizeof head_);
        return std::memcmp(head_.magic, sim::kRingMagic, sizeof head_.magic) == 0 && at(0)->written.load() > 0;
    }
    std::vector<uint64_t> written() const {
        std::vector<uint64_t> counts;
        for (uint32_t r = 0; r < head_.ring_count; ++r) counts.push_back(at(r)->written.load(std::memory_order_acquire));
        return counts;
    }
    std::vector<uint64_t> lost() const {
        std::vector<uint64_t> counts;
        for (uint32_t r = 0; r < head_.ring_count; ++r) counts.push_back(at(r)->lost.load());
        return counts;
    }
    /// Records of a ring that are finished: up to the first without a kind.
    uint64_t finished(uint32_t ring) const {
        const auto* records = reinterpret_cast<const sim::Record*>(reinterpret_cast<const uint8_t*>(at(ring)) + sim::kRingPage);
        uint64_t count = 0;
        while (count < head_.ring_records && records[count].kind != sim::Kind::none) ++count;
        return count;
    }

private:
    uint8_t* data_ = nullptr;
    size_t bytes_ = 0;
    sim::RingFileHead head_{};
    const sim::RingHead* at(uint32_t ring) const { return reinterpret_cast<const sim::RingHead*>(data_ + sim::ring_first(head_.header_bytes) + ring * sim::ring_stride(head_.ring_records)); }
};

void sleep_ns(int64_t ns) {
    const timespec time{ns / 1'000'000'000, ns % 1'000'000'000};
    nanosleep(&time, nullptr);
}

// True: it was killed in the middle.
bool kill_once(const Folder& folder, const std::string& backend, int64_t after_ns) {
    const std::string part = (folder / "busy.ptrace.part").string();
    std::filesystem::remove(part);
    const pid_t child = start_recording(folder, backend);
    Rings rings;
    while (!rings.open_file(part)) {
        sleep_ns(200'000);
        if (waitpid(child, nullptr, WNOHANG) == child) return false;
    }
    sleep_ns(after_ns);
    const std::vector<uint64_t> seen = rings.written();
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFSIGNALED(status) || !std::filesystem::exists(part)) return false;      // it was done
    const sim::Result<sim::Trace> trace = sim::trace_read(part);
    REQUIRE_MESSAGE(trace.ok(), trace.error().text());
    CHECK_FALSE(trace->whole);
    const std::vector<uint64_t> written = rings.written();
    uint64_t finished = 0, lost = 0;
    for (uint32_t r = 0; r < seen.size(); ++r) {
        CHECK(rings.finished(r) >= seen[r]);
        CHECK(rings.finished(r) >= written[r]);
        CHECK(rings.finished(r) <= written[r] + 1);                                // one may be finished and not yet counted
        finished += rings.finished(r);
        lost += rings.lost()[r];
    }
    std::string said;
    for (const std::string& damage : trace->damage) said += damage + "; ";
    CHECK_MESSAGE(trace->records.size() == finished, said);
    CHECK(sim::lost_records(trace.value()) == lost);
    return true;
}

}  // namespace

TEST_CASE("killed at any moment: the trace opens, with every record that a second process saw") {
    const uint64_t count = test::count_or(20), seed = test::seed_or(1);
    std::printf("seed %llu, %llu kills\n", static_cast<unsigned long long>(seed), static_cast<unsigned long long>(count));
    const Folder folder;
    write_file(folder / "busy.toml", kBusy);
    uint64_t killed = 0;
    for (uint64_t i = 0; i < count; ++i) {
        sim::Stream random{.key = seed, .counter = i};
        const std::string backend = i % 4 == 3 ? "epoll" : "port";
        killed += kill_once(folder, backend, static_cast<int64_t>(random.next_u64() % 250'000'000)) ? 1 : 0;
    }
    std::printf("%llu of them in the middle of the recording\n", static_cast<unsigned long long>(killed));
    CHECK(killed * 2 > count);
}
