// portside-lttng: what an event of LTTng-UST costs here, for `portside bench record`, which has no other tie to LTTng. A session of the caller's own session daemon, one
// channel in discard mode, one tracepoint with the payload of a record; LTTng's clock is in it. Prints one JSON value; else one line to stderr, and ends with 1.
#include "recorder/linux/lttng/events.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace {

constexpr uint64_t kBatch = 10'000;

int64_t monotonic_ns() {
    timespec at{};
    clock_gettime(CLOCK_MONOTONIC, &at);
    return int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec;
}

int fail(const std::string& what) {
    std::fprintf(stderr, "%s\n", what.c_str());
    return 1;
}

void sleep_ms(long ms) {
    const timespec time{.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1'000'000};
    nanosleep(&time, nullptr);
}

bool lttng(const std::string& arguments, const std::string& output = "/dev/null") { return std::system(("lttng --no-sessiond " + arguments + " >" + output + " 2>&1").c_str()) == 0; }

// The caller's session daemon, where none runs yet; it ends with this.
class Daemon {
public:
    Daemon() {
        if (lttng("list")) return;
        process_ = fork();
        if (process_ == 0) {
            const int nowhere = open("/dev/null", O_RDWR);
            dup2(nowhere, 1);
            dup2(nowhere, 2);
            execlp("lttng-sessiond", "lttng-sessiond", "--no-kernel", nullptr);
            _exit(127);
        }
    }
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    ~Daemon() {
        if (process_ <= 0) return;
        kill(process_, SIGTERM);
        waitpid(process_, nullptr, 0);
    }
    bool answers() const {
        for (int wait = 0; wait < 100; ++wait) {
            if (lttng("list")) return true;
            if (process_ > 0 && waitpid(process_, nullptr, WNOHANG) == process_) return false;
            sleep_ms(50);
        }
        return false;
    }

private:
    pid_t process_ = 0;
};

// A pause after each batch lets the consumer take it: an event that is discarded would cost less.
double median_ns(uint64_t batches) {
    std::vector<double> each;
    for (uint64_t batch = 0; batch < batches; ++batch) {
        const int64_t begin_ns = monotonic_ns();
        for (uint64_t i = 0; i < kBatch; ++i) {
            const int cpu = sched_getcpu();
            lttng_ust_tracepoint(portside, record, 1, 3, static_cast<uint32_t>(i), 0, static_cast<uint16_t>(cpu), 0, 0, 7);
        }
        each.push_back(static_cast<double>(monotonic_ns() - begin_ns) / static_cast<double>(kBatch));
        sleep_ms(1);
    }
    std::nth_element(each.begin(), each.begin() + static_cast<std::ptrdiff_t>(each.size() / 2), each.end());
    return each[each.size() / 2];
}

uint64_t discarded(const std::string& listed) {
    std::ifstream in(listed);
    uint64_t sum = 0;
    for (std::string line; std::getline(in, line);)
        if (const size_t at = line.find("Discarded events:"); at != std::string::npos) sum += std::strtoull(line.c_str() + at + 17, nullptr, 10);
    return sum;
}

int measure(uint64_t records, const std::string& folder) {
    const std::string session = "portside-" + std::to_string(getpid());
    const Daemon daemon;
    if (!daemon.answers()) return fail("no session daemon of LTTng answers: lttng-tools is missing, or it may not run here");
    const bool ready = lttng("create " + session + " --output=" + folder + "/trace") && lttng("enable-channel --userspace --session=" + session + " --discard --subbuf-size=4M --num-subbuf=8 records") &&
                       lttng("enable-event --userspace --session=" + session + " --channel=records portside:record") && lttng("start " + session);
    for (int wait = 0; ready && wait < 100 && !lttng_ust_tracepoint_enabled(portside, record); ++wait) sleep_ms(50);
    const bool traces = ready && lttng_ust_tracepoint_enabled(portside, record);
    const double ns = traces ? median_ns(std::max<uint64_t>(records / kBatch, 1)) : 0;
    if (ready) lttng("stop " + session);
    lttng("list " + session, folder + "/listed");
    lttng("destroy " + session);
    if (!traces) return fail("LTTng's session daemon did not switch the tracepoint on");
    std::printf("{\"event_ns\":%.2f,\"discarded\":%llu}\n", ns, static_cast<unsigned long long>(discarded(folder + "/listed")));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::string folder = "/tmp/portside-lttng-XXXXXX";
    if (mkdtemp(folder.data()) == nullptr) return fail("no folder can be made in /tmp");
    const int code = measure(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000, folder);
    return std::system(("rm -rf " + folder).c_str()) == 0 ? code : 1;
}
